"""What a field of a resource may be: its kinds, their other names, and which modifiers fit which kind."""

from __future__ import annotations

from dataclasses import dataclass

KIND_ALIASES = {
    "string": "str",
    "varchar": "str",
    "char": "str",
    "longtext": "text",
    "integer": "int",
    "bigint": "bigint",
    "biginteger": "bigint",
    "double": "float",
    "real": "float",
    "numeric": "decimal",
    "number": "decimal",
    "currency": "money",
    "boolean": "bool",
    "timestamp": "datetime",
    "jsonb": "json",
    "mail": "email",
    "link": "url",
    "colour": "color",
    "tel": "phone",
    "telephone": "phone",
    "choice": "enum",
    "choices": "enum",
    "picture": "image",
    "upload": "file",
    "attachment": "file",
    "reference": "ref",
    "references": "ref",
    "belongs_to": "ref",
    "foreign_key": "ref",
    "has_many": "many",
    "many_to_many": "many",
    "m2m": "many",
    "tree": "self",
}
MODIFIER_ALIASES = {
    "uniq": "unique",
    "null": "optional",
    "nullable": "optional",
    "indexed": "index",
    "searchable": "search",
    "read_only": "readonly",
    "setnull": "setnull",
    "set_null": "setnull",
    "nullify": "setnull",
}
TEXTS = frozenset(["str", "text", "email", "url", "slug", "color", "phone", "password"])
NUMBERS = frozenset(["int", "bigint", "float", "decimal", "money"])
TIMES = frozenset(["date", "time", "datetime"])
LINKS = frozenset(["ref", "many", "self"])
LATER = {
    "file": "uploads come later; use str for the path of the file",
    "image": "uploads come later; use str for the path of the image, or url for its address",
}
FIELD_KINDS = (*sorted(TEXTS | NUMBERS | TIMES | LINKS), "bool", "json", "uuid", "enum")
MODIFIERS = ("optional", "unique", "index", "search", "hidden", "readonly", "required")
ON_DELETE = {"cascade": "CASCADE", "restrict": "RESTRICT", "setnull": "SET NULL"}
LENGTHS = {"str": 255, "email": 254, "url": 500, "slug": 100, "color": 7, "phone": 40, "password": 255}
"""Characters that a column of the kind holds unless the field says otherwise."""

NOT_UNIQUE = {
    "text": "a long text cannot be unique in every database; use str",
    "json": "JSON cannot be unique",
    "bool": "a yes or no cannot be unique: the table would hold two rows",
    "enum": "an enum cannot be unique: the table would hold one row per value",
    "password": "a password cannot be unique: that would tell one user the password of another",
    "many": "many is a list and cannot be unique",
    "float": "floats are rounded and cannot be unique; use decimal",
}
NOT_INDEXED = {
    "text": "a long text cannot have an index in every database; use str",
    "json": "JSON cannot have a plain index",
    "password": "an index of passwords helps nobody",
    "many": "the table behind many has its index already",
}
SEARCHABLE = TEXTS - {"password", "color"}


@dataclass(frozen=True)
class Field:
    """One field of a resource as its spec describes it, checked."""

    name: str
    kind: str
    spec: str = ""
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    choices: tuple[str, ...] = ()
    target: str = ""
    """Class name of the model that a ref, many or self leads to."""
    on_delete: str = ""
    slug_from: str = ""
    optional: bool = False
    unique: bool = False
    index: bool = False
    search: bool = False
    hidden: bool = False
    readonly: bool = False
    minimum: str = ""
    maximum: str = ""
    default: str = ""
    """As the user wrote it."""
    default_source: str = ""
    """As Python source."""
