def own_function(prompt, completion, answer, ended):
    """reward.js is JavaScript: write here what it does."""
    raise NotImplementedError("the reward function of the run is JavaScript: write it in Python here, after reward.js")


def preference(prompt, completion, ended):
    """The run's model of pairs stays in the lab."""
    raise NotImplementedError("the reward model of the run stays in the lab: put a model of yours here")


def part(name, prompt, completion, kind, ended):
    """What one part of the reward says, before its weight."""
    answers = ANSWERS.get(prompt, [])
    if name == "function":
        return own_function(prompt, completion, answers[0] if answers else "", ended)
    if name == "checkpoint":
        return checkpoint_score(prompt, completion, ended)
    if name == "preference":
        return preference(prompt, completion, ended)
    if not ended:
        return 0.0
    if name == "right":
        return verify(prompt, completion, kind)
    given = answer_of(completion)
    if name == "pattern" and PATTERN:
        return float(bool(answers) and fits(given, PATTERN))
    if name == "json":
        return float(bool(answers) and is_json(given))
    if name == "length":
        target = LENGTH_TARGET
        return max(0.0, 1 - abs(len(given) - target) / target) if answers else 0.0
    return float(any(RULES[name](given, answer) for answer in answers))


def earned(prompt, completion, kind, ended):
    """The weighted sum that the run was rewarded with."""
    prompt = prompt.removeprefix("<bos>")
    return sum(weight * part(name, prompt, completion, kind, ended) for name, weight in WEIGHTS.items())
