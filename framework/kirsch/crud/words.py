"""Names of code as words for people: ``first_name`` is "First name", ``MediaType`` in the plural "Media types"."""

import re

_VOWEL_Y = re.compile(r"[^aeiou]y\Z", re.IGNORECASE)
_AN = re.compile(r"(?!eu|one\b|uni(?!n|m)|us[aeiu]|ut[ei])[aeiou]|heir|hono|hour")
_HISSING = re.compile(r"(s|x|z|ch|sh)\Z", re.IGNORECASE)
_IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth",
    "mouse": "mice", "datum": "data", "criterion": "criteria", "series": "series", "species": "species",
    "analysis": "analyses", "basis": "bases", "crisis": "crises", "index": "indices", "money": "money", "news": "news",
}  # fmt: skip


def as_label(name: str) -> str:
    """The *name* of an attribute, class or table as a label: words with spaces, the first one with a capital."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\s]+", " ", name).strip()
    words = [word if word.isupper() and len(word) > 1 else word.lower() for word in spaced.split(" ")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def reference_label(name: str) -> str:
    """The label of a column or relationship that refers to a row: ``artist_id`` is "Artist"."""
    return as_label(re.sub(r"(?<=[a-z0-9])_?(id|Id|ID|key)\Z", "", name) or name)


def plural(words: str) -> str:
    """*words* in the plural: only the last one changes."""
    head, _, last = words.rpartition(" ")
    return f"{head} {_plural_word(last)}".strip()


def with_article(words: str) -> str:
    """*words* with "a" or "an" before them, by how the first one sounds: "an author", "a user", "an hour"."""
    return f"{'an' if _AN.match(words.lower()) else 'a'} {words}"


def _plural_word(word: str) -> str:
    if word.lower() in _IRREGULAR:
        found = _IRREGULAR[word.lower()]
        return found.capitalize() if word[:1].isupper() else found
    if _VOWEL_Y.search(word):
        return word[:-1] + "ies"
    return word + ("es" if _HISSING.search(word) else "s")


def counted(count: int, singular: str, many: str) -> str:
    """As many as *count* says: "1 album", "2,000 albums"."""
    return f"{count:,} {(singular if count == 1 else many)}"


def in_sentence(label: str) -> str:
    """A *label* as it stands inside a sentence: without the capital, unless it is an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def listed(words: list[str]) -> str:
    """The *words* as a sentence lists them: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
