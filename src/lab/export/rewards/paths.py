SUCCESSORS = {
    "a": "ef", "b": "fgi", "c": "gh", "d": "ehk", "e": "ij", "f": "jkm", "g": "kl", "h": "il",
    "i": "mn", "j": "no", "k": "opq", "l": "mp", "m": "qr", "n": "rsu", "o": "st", "p": "qt",
    "q": "uv", "r": "vw", "s": "wx", "t": "ux", "u": "", "v": "", "w": "", "x": "",
}


def verify_paths(prompt, completion, **_):
    """`aj:` becomes any path from a to j, `afj`."""
    found = re.fullmatch(r"([a-x])([a-x]):", prompt)
    nodes = answer_of(completion)
    if found is None or not nodes or (nodes[0], nodes[-1]) != found.groups():
        return 0.0
    return float(all(after in SUCCESSORS.get(before, "") for before, after in zip(nodes, nodes[1:])))
