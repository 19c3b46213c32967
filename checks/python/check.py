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


def logits_apart(folder, texts):
    """The largest difference between the logits of transformers and of the lab on texts, read by the folder's own tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    # In float64 as far as its modules go, as the lab compares with: what is left is the rounding of their norms and angles.
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).double()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    with torch.no_grad():
        logits = model(**batch).logits
    given = json.dumps({"ids": batch["input_ids"].tolist(), "attentionMask": batch["attention_mask"].tolist()})
    ours = torch.tensor(json.loads(lab("score", folder, "--policy", "reference", given=given))["logits"])
    off = ((logits - ours).abs().amax(-1) * batch["attention_mask"]).max().item()
    assert off < TOLERANCE, f"logits must agree within {TOLERANCE}, got {off}"
    return off


def check_logits():
    """The exported policy has the same logits in transformers."""
    folder = WORK / "logits"
    lab("export", "chord-mu-countdown", "--format", "trl", "--out", folder)
    return f"largest difference {logits_apart(folder / 'model', ['3,5,8:16=3+5+8', '1,2,3:6=']):.1e}"


def check_stories():
    """A run on the stories goes to transformers and to TRL with its own tokenizer, which reads and writes the texts alike."""
    from transformers import AutoTokenizer

    run, folders = WORK / "stories.json", {}
    small = ["steps=2", "evalProblems=8", "evalEvery=2", "demoCount=16", "demoBatch=4"]
    lab("train", "sft-parity", *sets(["task=stories", *small]), "--out", run)
    for name in ("hf", "trl"):
        folders[name] = WORK / f"stories-{name}"
        lab("export", run, "--format", name, "--out", folders[name])
    texts = [row["prompt"] + row["completion"] for row in map(json.loads, open(folders["trl"] / "demonstrations.jsonl"))][:8]
    texts = [text.removeprefix("<bos>") for text in texts]
    tokenizer = AutoTokenizer.from_pretrained(folders["hf"])
    for text in texts:
        assert tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True) == text, text
    places = (folders["hf"], folders["trl"] / "model", folders["trl"] / "trained")
    off = max(logits_apart(place, texts) for place in places)
    return f"{len(texts)} stories, {len(tokenizer)} tokens, largest difference {off:.1e}; {trained(folders['trl'])}"


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


def check_lab_parts():
    """reward.py sums the parts as the lab does, on a task of the lab, whose own answers go along."""
    folder = WORK / "reward-lab-parts"
    parts = ["right=1", "contains=0.5", "pattern=0.3", "exact=0.7", "length=0.6"]
    of = ["grpo-countdown", "--set", "task=sentence-parity", "--set", "lengthTarget=9", "--set", "patternText=(hugs|pats) .*"]
    of += [word for part in parts for word in ("--reward", part)]
    lab("export", *of, "--set", "prompts=64", "--set", "steps=4", "--set", "evalProblems=512", "--format", "trl", "--out", folder)
    module = reward_module(folder)
    samples = json.loads(lab("sample", *of, "--n", 256, "--temperature", 1.2, "--json"))["samples"]
    known = [s for s in samples if s["prompt"] in module.ANSWERS]
    assert len(known) > 64, f"answers.json must have the prompts of the export, got {len(known)} of 256"
    earned = lambda s: module.earned(s["prompt"], s["completion"], kind_of("sentence-parity", s["prompt"]), s["ended"])
    off = max(abs(earned(s) - s["reward"]) for s in known)
    assert off < 1e-6, f"the sums must agree, got a difference of {off}"
    return f"{len(known)} answers, {sum(s['reward'] > 0 for s in known)} with a reward, largest difference {off:.1e}"


def check_checkpoint():
    """A reward model saved by transformers scores alike in the lab, and in the reward.py of an export."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, LlamaConfig, LlamaForSequenceClassification

    stories, folder = WORK / "stories", WORK / "judge"
    lab("export", ROOT / "public/checkpoints/stories.safetensors", "--out", stories)
    tokenizer = AutoTokenizer.from_pretrained(stories)
    torch.manual_seed(5)
    # Grouped heads, and weights in the size of trained ones, so that a wrong state or token shows.
    shape = dict(vocab_size=len(tokenizer), hidden_size=64, intermediate_size=172, num_hidden_layers=3)
    shape |= dict(num_attention_heads=8, num_key_value_heads=4, max_position_embeddings=256, initializer_range=0.2)
    ends = dict(pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id)
    judge = LlamaForSequenceClassification(LlamaConfig(**shape, **ends, num_labels=1)).eval()
    judge.save_pretrained(folder)
    tokenizer.save_pretrained(folder)

    texts = ["Tom had a red ball.", "The old dog was sad. Then a", "Mia", "Ben ran home and smiled. Ben ran"]
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    with torch.no_grad():
        scores = judge.double()(**batch).logits[:, 0]
    given = json.dumps({"ids": batch["input_ids"].tolist(), "attentionMask": batch["attention_mask"].tolist()})
    ours = torch.tensor(json.loads(lab("score", folder, given=given))["scores"], dtype=torch.float64)
    off = (scores - ours).abs().max().item()
    assert off < TOLERANCE, f"scores must agree within {TOLERANCE}, got {off}"

    rows = [{"prompt": f"{i}+{j}=", "answer": str(i + j)} for i in range(8) for j in range(8)]
    data, out = WORK / "scored.jsonl", WORK / "reward-checkpoint"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    of = ["grpo-countdown", "--data", data, "--set", "checkpoint=addition", "--set", "longestAnswer=12"]
    of += ["--reward", "right", "--reward", "checkpoint=0.5", "--reward-checkpoint", folder]
    lab("export", *of, "--set", "prompts=2", "--set", "steps=1", "--format", "trl", "--out", out)
    opened = AutoModelForSequenceClassification.from_pretrained(out / "reward_checkpoint")
    assert opened.config.num_labels == 1
    module = reward_module(out)
    samples = json.loads(lab("sample", *of, "--n", 64, "--temperature", 1.2, "--split", "train", "--json"))["samples"]
    kind = next(iter(module.VERIFIERS))
    apart = max(abs(module.earned(s["prompt"], s["completion"], kind, s["ended"]) - s["reward"]) for s in samples)
    assert apart < TOLERANCE, f"rewards must agree within {TOLERANCE}, got {apart}"
    return f"scores from {scores.min():.2f} to {scores.max():.2f}, largest difference {off:.1e}, in reward.py {apart:.1e}"


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
    return trained(folder)


def trained(folder):
    """The last line of a folder's script after two steps."""
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
    checks = [("logits", check_logits), ("a run on the stories", check_stories)]
    checks += [(f"rewards of {task}", lambda task=task: check_rewards(task)) for task in TASKS]
    checks += [("rewards in parts", check_parts), ("rewards in parts on a task of the lab", check_lab_parts)]
    checks += [("reward checkpoint", check_checkpoint)]
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
