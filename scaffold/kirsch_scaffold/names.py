"""Names: from a table or an argument to a class, a module, an attribute, a label, and what may not be used."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Collection

CLASS_WORDS = frozenset(
    [
        "Base",
        "Mapped",
        "Decimal",
        "UUID",
        "Any",
        "TYPE_CHECKING",
        "Resource",
        "Controller",
        "True",
        "False",
        "None",
        "Application",
        "Mapper",
        "Config",
        "Client",
    ]
)
"""Class names that the generated modules use for something else."""

ATTRIBUTE_WORDS = frozenset(
    [
        "metadata",
        "registry",
        "type_annotation_map",
        "query",
        "self",
        "dt",
        "sa",
        "mapped_column",
        "relationship",
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "list",
        "tuple",
        "dict",
        "set",
        "object",
        "type",
        "super",
        "property",
    ]
)
"""Attributes that would shadow a name the model module uses, or that SQLAlchemy keeps for itself."""

LIBRARIES = frozenset(
    [
        "kirsch",
        "kirsch_scaffold",
        "sqlalchemy",
        "alembic",
        "mako",
        "jinja2",
        "markupsafe",
        "webob",
        "routes",
        "repoze",
        "cheroot",
        "jaraco",
        "multipart",
        "click",
        "wtforms",
        "email_validator",
        "redis",
        "psycopg",
        "psycopg_binary",
        "pymysql",
        "msgspec",
        "greenlet",
        "dns",
        "idna",
        "pytest",
        "pluggy",
        "packaging",
        "iniconfig",
    ]
)
"""Packages that a project may have beside it, and would hide under the same name."""

CONTROLLER_WORDS = frozenset(["home", "static"])
"""Controllers that every project has."""

_IRREGULAR = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "mouse": "mice",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "ox": "oxen",
    "datum": "data",
    "medium": "media",
    "criterion": "criteria",
    "leaf": "leaves",
    "life": "lives",
    "knife": "knives",
    "shelf": "shelves",
    "half": "halves",
    "wolf": "wolves",
    "hero": "heroes",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "quiz": "quizzes",
    "index": "indexes",
    "movie": "movies",
    "cookie": "cookies",
    "zombie": "zombies",
    "pie": "pies",
    "tie": "ties",
}
_SINGULARS = {plural: singular for singular, plural in _IRREGULAR.items()}
_AN = re.compile(r"(?!eu|one\b|uni(?!n|m)|us[aeiu]|ut[ei])[aeiou]|heir|hono|hour")
_UNCOUNTABLE = frozenset(
    [
        "news",
        "series",
        "species",
        "equipment",
        "information",
        "money",
        "sheep",
        "fish",
        "rice",
        "data",
        "media",
        "staff",
    ]
)


def snake(text: str) -> str:
    """`OrderLine`, `Order line` and `order-line` as `order_line`."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text))
    return re.sub(r"[^0-9a-z]+", "_", spaced.lower()).strip("_")


def pascal(text: str) -> str:
    """`order_line` as `OrderLine`."""
    return "".join(word[:1].upper() + word[1:] for word in snake(text).split("_"))


def label(text: str) -> str:
    """`order_line` as `Order line`, as a person would head a column."""
    words = snake(text).removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]


def plural(word: str) -> str:
    """The last word of `order_line` in the plural: `order_lines`."""
    head, _, last = word.rpartition("_")
    start = f"{head}_" if head else ""
    if last in _UNCOUNTABLE and last not in _SINGULARS:
        return word
    if last in _IRREGULAR:
        return start + _IRREGULAR[last]
    if re.search(r"[^aeiou]y$", last):
        return f"{start}{last[:-1]}ies"
    if re.search(r"(s|x|z|ch|sh)$", last):
        return f"{start}{last}es"
    return f"{start}{last}s"


def singular(word: str) -> str:
    """The last word of `order_lines` in the singular: `order_line`; a singular stays as it is."""
    head, _, last = word.rpartition("_")
    start = f"{head}_" if head else ""
    if last in _SINGULARS:
        return start + _SINGULARS[last]
    if last in _UNCOUNTABLE or last in _IRREGULAR:
        return word
    if re.search(r"[^aeiou]ies$", last) and len(last) > 4:
        return f"{start}{last[:-3]}y"
    if re.search(r"(ss|x|z|ch|sh|us|is)es$", last):
        return f"{start}{last[:-2]}"
    if last.endswith("s") and not re.search(r"(ss|us|is|as|ns)$", last):
        return f"{start}{last[:-1]}"
    return word


def with_article(words: str) -> str:
    """The words with "a" or "an" before them, by how the first one sounds: "an author", "a user", "an hour"."""
    return f"{'an' if _AN.match(words.lower()) else 'a'} {words}"


def free(name: str, taken: Collection[str]) -> str:
    """The name itself, or with the first number from 2 that nobody else uses."""
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def attribute_name(name: str, taken: Collection[str] = ()) -> str:
    """A legal, unshadowed attribute for a column of any name: `class` is `class_`, `2nd Name` is `c_2nd_name`."""
    word = snake(name) or "column"
    word = f"c_{word}" if word[0].isdigit() else word
    word = f"{word}_" if keyword.iskeyword(word) or word in ATTRIBUTE_WORDS else word
    return free(word, taken)


def class_name(name: str, taken: Collection[str] = ()) -> str:
    """A legal class name in the singular for a table of any name: `order lines` is `OrderLine`."""
    word = pascal(singular(snake(name))) or "Table"
    word = f"T{word}" if word[0].isdigit() else word
    word = f"{word}Row" if word in CLASS_WORDS or keyword.iskeyword(word) else word
    number, free_word = 2, word
    while free_word in taken:
        free_word = f"{word}{number}"
        number += 1
    return free_word


def route_names(class_word: str, taken: Collection[str] = ()) -> tuple[str, str]:
    """The route of one row and the route of the list, never the same, never one of `taken`: `("album", "albums")`."""
    one = module_name(snake(class_word))
    many = plural(snake(class_word))
    many = f"{many}_list" if many in (one, *CONTROLLER_WORDS) or keyword.iskeyword(many) else many
    return free(one, taken), free(many, taken)


def module_name(word: str) -> str:
    """A legal module name that is not one the models package uses itself."""
    return f"{word}_" if keyword.iskeyword(word) or word in ("base", "models") else word


def project_name_fault(name: str) -> str:
    """Why a project cannot have this name, as the end of a sentence; empty when it can."""
    if not name.isidentifier() or not name.isascii():
        near = snake(name)
        hint = f", as in {near}" if near.isidentifier() and not project_name_fault(near) else ""
        return f"is no Python name: use letters, digits and underscores, beginning with a letter{hint}"
    if keyword.iskeyword(name):
        return "is a word of the Python language: choose another name"
    if name in sys.stdlib_module_names or name in ("test", "manage", "tests", "config", "migrations", "data"):
        return "is already the name of a Python module or of a folder in the project: choose another name"
    if name in LIBRARIES:
        return "is the name of a library the project uses: choose another name"
    if name.startswith("_") or name != name.lower():
        return f"should be lowercase and begin with a letter: {name.strip('_').lower()}"
    return ""
