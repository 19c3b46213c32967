def result_of(text):
    """The result of a calculation such as `3+5*8`; products bind first."""
    total = 0
    for sign, product in re.findall(r"([-+]?)([0-9*]+)", text):
        value = 1
        for factor in product.split("*"):
            value *= int(factor)
        total += -value if sign == "-" else value
    return total


def verify_countdown(prompt, completion, formatReward=0.0, **_):
    """`3,5,8:16=` becomes `3+5+8`: every number exactly once."""
    found = re.fullmatch(r"([0-9]{1,4}),([0-9]{1,4}),([0-9]{1,4}):([0-9]{1,4})=", prompt)
    answer = answer_of(completion)
    if found is None or re.fullmatch(r"[0-9]{1,4}(?:[-+*][0-9]{1,4})+", answer) is None:
        return 0.0
    numbers = sorted(str(int(number)) for number in found.groups()[:3])
    used = sorted(re.split(r"[-+*]", answer))
    right = used == numbers and result_of(answer) == int(found.group(4))
    return 1.0 if right else float(formatReward)
