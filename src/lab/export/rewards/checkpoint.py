HERE = os.path.dirname(os.path.abspath(__file__))
LOADED = []


def reward_checkpoint():
    """The model with a scalar head and its tokenizer, loaded once."""
    if not LOADED:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        folder = os.path.join(HERE, "reward_checkpoint")
        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype="float32")
        LOADED.extend([model.eval(), AutoTokenizer.from_pretrained(folder)])
    return LOADED


def checkpoint_score(prompt, completion, ended):
    """The score of prompt and completion as one text, with the checkpoint's end where the answer ended."""
    import torch

    model, tokenizer = reward_checkpoint()
    text = prompt + completion
    front = [] if text.startswith(tuple(CHECKPOINT["openings"])) else CHECKPOINT["front"]
    ids = front + tokenizer(text, add_special_tokens=False)["input_ids"] + ([CHECKPOINT["end"]] if ended else [])
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids])).logits[0, 0].item()
