def verify_parity(prompt, completion, **_):
    """`0111=` becomes `1`: whether the number of ones is odd."""
    found = re.fullmatch(r"([01]+)=", prompt)
    return float(found is not None and answer_of(completion) == str(found.group(1).count("1") % 2))
