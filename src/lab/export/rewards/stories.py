def verify_stories(prompt, completion, **_):
    """`... Then it began to rain.` becomes the end of a story about the hero and the thing that the prompt names."""
    found = re.match(STORIES["beginning"], prompt)
    if found is None:
        return 0.0
    hero, thing = found.groups()

    def words_for(slot):
        if slot == "N":
            return [hero]
        if slot == "T":
            return [thing]
        if slot == "friend":
            return [name for name in STORIES["friends"] if name != hero]
        return STORIES["lists"].get(slot) or [STORIES["pronouns"][STORIES["heroes"][hero]][slot]]

    def any_of(templates):
        escaped = (re.sub(r"[.?]", r"\\\g<0>", template) for template in templates)
        filled = (re.sub(r"\{(\w+)\}", lambda slot: f"(?:{'|'.join(words_for(slot[1]))})", one) for one in escaped)
        return f"(?:{'|'.join(filled)})"

    rest = f" {any_of(STORIES['events'])}(?: {any_of(STORIES['middles'])})? {any_of(STORIES['endings'])}"
    return float(re.fullmatch(rest, answer_of(completion)) is not None)
