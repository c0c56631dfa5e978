"""Names for what has names already: any table or column, in any alphabet, as a class, an attribute, a label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from kirsch_scaffold import names

LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"})
"""Letters that Unicode does not take apart."""

PAGE_WORDS = frozenset(["q", "sort", "page", "per_page", "format", "csrf_token"])
"""What the URLs of lists and the forms hold beside the attributes."""

TAILS = ("_id", "_fk", "_key", "_ref", "_code", "_no", "_nr", "_uuid", "_pk")
"""What stands behind the name of the thing that a column refers to."""


def plain(name: str) -> str:
    """The name in the letters a to z, digits and underscores: `Größe der Stadt` is `grosse_der_stadt`."""
    apart = unicodedata.normalize("NFKD", name.translate(LETTERS))
    return names.snake("".join(letter for letter in apart if letter.isascii()))


def attribute(name: str, taken: Collection[str]) -> str:
    """An attribute for a column or relation of any name, one that also stands in the URLs of lists and in forms."""
    word = names.attribute_name(plain(name), taken)
    return names.free(f"{word}_", taken) if word in PAGE_WORDS else word


def class_name(table: str, taken: Collection[str]) -> str:
    """A class for a table of any name."""
    return names.class_name(re.sub(r"^(tbl|t)_(?=.)", "", plain(table)), taken)


def routes(class_name: str, taken: Collection[str]) -> tuple[str, str]:
    """The routes of one row and of the list, such that no route to a form is another table's either.

    The route of the list is the controller's class in other words, so numbers stand without an underscore.
    """
    one, many = names.route_names(class_name)
    number = 2
    while every_route(one, many) & set(taken):
        one, many = names.route_names(f"{class_name}{number}")
        number += 1
    return one, many


def every_route(one: str, many: str) -> set[str]:
    """The names of all routes of a resource."""
    return {one, many, f"new_{one}", f"edit_{one}", f"delete_{one}"}


def label(name: str, attribute: str) -> str:
    """The words for people, where the attribute has lost some of them; empty where it says all."""
    lost = any(not letter.isascii() for letter in name) or attribute != plain(name)
    if not lost:
        return ""
    spaced = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=[a-z])(?=[A-Z])", " ", name) if name.isascii() else name
    words = " ".join(re.sub(r"[\W_]+", " ", spaced).split()) or name.strip()
    return words[:1].upper() + (words[1:] if not name.isascii() else words[1:].lower())


def thing(column: str) -> str:
    """What a column refers to, by its name: `artist` for `artist_id` and `id_artist`, and for `artist` itself."""
    word = re.sub(r"^(id|fk)_(?=.)", "", plain(column))
    for tail in TAILS:
        if word.endswith(tail) and len(word) > len(tail):
            return word.removesuffix(tail)
    return re.sub(r"(?<=[a-z]{3})id$", "", word) or word
