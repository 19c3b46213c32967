NOUNS = ["dog", "cat", "bee", "ant", "fox", "owl"]
VERBS = ["hugs", "pats", "nips", "robs"]
ADJECTIVES = ["fun", "fit", "top", "bad", "sad", "odd"]
GRAMMAR = re.compile(
    f"(?:{'|'.join(VERBS)}) (?:(?:{'|'.join(ADJECTIVES)}) ){{0,3}}(?:{'|'.join(NOUNS)})[.]"
)
OPENER = re.compile(f"(?:(?:{'|'.join(ADJECTIVES)}) )?(?:{'|'.join(NOUNS)}) ")


def verify_sentence(prompt, completion, **_):
    """`dog ` becomes `hugs fun owl.`: every grammatical ending is right."""
    return float(OPENER.fullmatch(prompt) is not None and GRAMMAR.fullmatch(answer_of(completion)) is not None)
