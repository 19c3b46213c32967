def answer_of(completion):
    """What a verifier reads: the text after the last `>`."""
    return completion[completion.rfind(">") + 1 :]
