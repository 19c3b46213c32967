def verify_sort(prompt, completion, gradedSort=False, **_):
    """`s520713=` becomes `012357`."""
    found = re.fullmatch(r"s([0-9]+)=", prompt)
    if found is None:
        return 0.0
    answer = answer_of(completion)
    right = "".join(sorted(found.group(1)))
    if answer == right:
        return 1.0
    if not gradedSort or len(answer) != len(right) or "".join(sorted(answer)) != right:
        return 0.0
    ordered = sum(a <= b for a, b in zip(answer, answer[1:]))
    return ordered / (len(answer) - 1)
