def verify_addition(prompt, completion, **_):
    """`37+85=` becomes `221`, the sum's digits reversed; after a `>` the sum stands forwards."""
    found = re.fullmatch(r"([0-9]{1,9})\+([0-9]{1,9})=", prompt)
    if found is None:
        return 0.0
    total = str(int(found.group(1)) + int(found.group(2)))
    return float(answer_of(completion) == (total if ">" in completion else total[::-1]))
