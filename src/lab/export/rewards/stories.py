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
            return STORIES["friends"]["she" if STORIES["heroes"][hero] == "he" else "he"]
        return STORIES["lists"].get(slot) or [STORIES["pronouns"][STORIES["heroes"][hero]][slot]]

    def any_of(templates):
        escaped = (re.sub(r"[.?]", r"\\\g<0>", template) for template in templates)
        filled = (re.sub(r"\{(\w+)\}", lambda slot: f"(?:{'|'.join(words_for(slot[1]))})", one) for one in escaped)
        return f"(?:{'|'.join(filled)})"

    def follows(rest):
        return f"{any_of(rest['events'])}(?: {any_of(rest['middles'])})? {any_of(rest['endings'])}"

    rests = "|".join(follows(rest) for rest in STORIES["rests"])
    return float(re.fullmatch(f" (?:{rests})", answer_of(completion)) is not None)
