def verify_data(prompt, completion, answerRule="exact", **_):
    """Whether the completion is one of the prompt's answers, by the rule of the run."""
    given = answer_of(completion)
    return float(any(RULES[answerRule](given, answer) for answer in ANSWERS.get(prompt, [])))
