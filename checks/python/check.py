"""Checks of the exported folders against the libraries that they are for. Run by `npm run check:python`."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = Path(tempfile.mkdtemp(prefix="policy-lab-check-"))
ENV = {**os.environ, "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
TOLERANCE = 1e-5

TASKS = ["sort", "parity", "countdown", "addition", "paths", "brackets", "sentence", "duo", "sentence-parity", "mixture", "stories"]
# A preset and settings, and the trainer that its script must use.
SCRIPTS = [
    ("sft-parity", [], "SFTTrainer"),
    ("sft-parity", ["algorithm=dft"], "SFTTrainer"),
    ("sft-parity", ["labelSmoothing=0.1", "lrSchedule=cosine"], "SFTTrainer"),
    ("hinted-sort", [], "SFTTrainer"),
    ("grpo-parity", [], "GRPOTrainer"),
    ("grpo-parity", ["aggregation=dr-grpo", "klCoef=0.01", "updatesPerBatch=2"], "GRPOTrainer"),
    ("offline-dpo-parity", [], "DPOTrainer"),
    ("offline-dpo-parity", ["nllCoef=0.5"], "DPOTrainer"),
    ("online-dpo-parity", [], "OnlineDPOTrainer"),
    ("offline-dpo-parity", ["algorithm=kto"], "KTOTrainer"),
    ("offline-dpo-parity", ["algorithm=orpo"], "ORPOTrainer"),
    ("offline-dpo-parity", ["algorithm=simpo"], "CPOTrainer"),
]


def lab(*arguments, given=None):
    """The output of one `lab` command."""
    command = ["npm", "run", "-s", "lab", "--", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"lab {' '.join(map(str, arguments))}: {done.stderr.strip()[-500:]}")
    return done.stdout


def sets(settings):
    return [part for setting in settings for part in ("--set", setting)]


def check_logits():
    """The exported policy has the same logits in transformers."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = WORK / "logits"
    lab("export", "chord-mu-countdown", "--format", "trl", "--out", folder)
    model = AutoModelForCausalLM.from_pretrained(folder / "model", dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder / "model")
    batch = tokenizer(["3,5,8:16=3+5+8", "1,2,3:6="], return_tensors="pt", padding=True)
    with torch.no_grad():
        logits = model(**batch).logits
    given = json.dumps({"ids": batch["input_ids"].tolist(), "attentionMask": batch["attention_mask"].tolist()})
    ours = torch.tensor(json.loads(lab("score", folder / "model", "--policy", "reference", given=given))["logits"])
    off = ((logits - ours).abs().amax(-1) * batch["attention_mask"]).max().item()
    assert off < TOLERANCE, f"logits must agree within {TOLERANCE}, got {off}"
    return f"largest difference {off:.1e}"


def reward_module(folder):
    spec = importlib.util.spec_from_file_location(f"reward_{folder.name}", folder / "reward.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_rewards(task):
    """reward.py says what the verifier says, of answers of the starting policy and of damaged ones."""
    folder = WORK / f"reward-{task}"
    preset = ["grpo-countdown", "--set", f"task={task}"]
    lab("export", *preset, "--set", "prompts=2", "--set", "steps=1", "--format", "trl", "--out", folder)
    verify = reward_module(folder).verify
    kinds = {row["prompt"]: row["kind"] for row in map(json.loads, open(folder / "eval.jsonl"))}
    samples = json.loads(lab("sample", *preset, "--n", 128, "--temperature", 1.2, "--json"))["samples"]
    judged = right = 0
    for sample in samples:
        prompt, completion = sample["prompt"], sample["completion"]
        kind = kinds.get(prompt, task) if task not in ("duo", "sentence-parity", "mixture") else kind_of(task, prompt)
        said = verify(prompt, completion, kind) if sample["ended"] else 0
        assert abs(said - sample["reward"]) < 1e-9, f"{prompt}{completion}: {said}, the lab says {sample['reward']}"
        judged += 1
        right += sample["reward"] == 1
    return f"{judged} answers, {right} of them right"


def check_parts():
    """reward.py sums the parts as the lab does, on data of one's own."""
    folder = WORK / "reward-parts"
    rows = [{"prompt": f"{i}+{j}=", "answer": str(i + j)} for i in range(8) for j in range(8)]
    rows += [{"prompt": f"q{i}:", "answer": f"({c}) {i}"} for i in range(8) for c in "abc"]
    data = WORK / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    parts = ["right=1", "exact=0.5", "normalised=0.3", "numeric=0.7", "contains=0.2", "choice=0.4", "json=0.1", "length=0.6"]
    of = ["grpo-countdown", "--data", data, "--set", "checkpoint=addition", "--set", "longestAnswer=12"]
    of += [word for part in parts for word in ("--reward", part)] + ["--set", "lengthTarget=3"]
    lab("export", *of, "--set", "prompts=2", "--set", "steps=1", "--format", "trl", "--out", folder)
    earned = reward_module(folder).earned
    samples = json.loads(lab("sample", *of, "--n", 256, "--temperature", 1.2, "--split", "train", "--json"))["samples"]
    kind = next(iter(reward_module(folder).VERIFIERS))
    off = max(abs(earned(s["prompt"], s["completion"], kind, s["ended"]) - s["reward"]) for s in samples)
    assert off < 1e-6, f"the sums must agree, got a difference of {off}"
    return f"{len(samples)} answers, {sum(s['reward'] > 0 for s in samples)} with a reward, largest difference {off:.1e}"


def kind_of(task, prompt):
    letters = {"duo": {"s": "sort", "p": "parity"}, "mixture": {"s": "sort", "c": "countdown", "a": "addition"}}
    if task == "sentence-parity":
        return "parity" if prompt.startswith("p") and prompt.endswith("=") else "sentence"
    return letters[task][prompt[0]]


def check_script(preset, settings, trainer):
    """A script of TRL trains two steps."""
    folder = WORK / "-".join([preset, *settings]).replace("=", "-")
    lab("export", preset, *sets(settings), "--format", "trl", "--out", folder)
    assert trainer in (folder / "train.py").read_text(), f"the script must use {trainer}"
    command = [sys.executable, "train.py", "--cpu", "--max_steps", "2"]
    done = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr.strip()[-1500:]
    last = done.stdout.strip().splitlines()[-1]
    assert "after 2 updates" in last, last
    return last


def check_trinity():
    """Trinity-RFT's own classes take the file."""
    from omegaconf import OmegaConf
    from trinity.common.config import Config

    folder = WORK / "trinity"
    lab("export", "chord-phi-countdown", "--format", "trinity", "--out", folder)
    read = OmegaConf.load(folder / "mix_chord.yaml")
    config = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Config), read))
    assert config.algorithm.algorithm_type == "mix_chord"
    known = {"mu_warmup_steps", "mu_decay_steps", "mu_peak", "mu_valley", "enable_phi_function"}
    assert known <= set(config.algorithm.policy_loss_fn_args)
    compile((folder / "plugins/policy_lab_reward.py").read_text(), "policy_lab_reward.py", "exec")
    return "trinity.common.config.Config"


def main():
    missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
    checks = [("logits", check_logits)]
    checks += [(f"rewards of {task}", lambda task=task: check_rewards(task)) for task in TASKS]
    checks += [("rewards in parts", check_parts)]
    checks += [
        (" ".join([preset, *settings]), lambda of=(preset, settings, trainer): check_script(*of))
        for preset, settings, trainer in SCRIPTS
    ]
    checks += [("Trinity-RFT's configuration", check_trinity)]
    passed = failed = 0
    only = os.environ.get("CHECK_PYTHON_ONLY", "")
    for name, check in checks:
        if only not in name:
            continue
        try:
            print(f"ok      {name}: {check()}", flush=True)
            passed += 1
        except ImportError as error:
            print(f"not run {name}: {error}", flush=True)
        except Exception as error:
            print(f"FAILED  {name}: {error}", flush=True)
            failed += 1
    for name in missing:
        print(f"missing {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
