CLOSING = {"(": ")", "[": "]", "{": "}"}


def open_of(text):
    """The brackets still open at the end; None where the text closes what is not open, or is no bracket."""
    opened = []
    for character in text:
        if character in CLOSING:
            opened.append(character)
        elif not opened or CLOSING[opened.pop()] != character:
            return None
    return opened


def verify_brackets(prompt, completion, **_):
    """`([{` becomes `}])`."""
    return float(open_of(prompt) is not None and open_of(prompt + answer_of(completion)) == [])
