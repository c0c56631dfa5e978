"""What a mapped class is to those who browse and edit its rows: values, references, collections, names of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.orm.interfaces import RelationshipDirection

from kirsch.crud.kinds import UNWRITABLE, Choice, choices_of, integer_range, kind_of, server_made
from kirsch.crud.words import as_label, plural, reference_label
from kirsch.errors import UsageError

#: Columns that name a row, the best first; compared without case and underscores.
NAMING = (
    ("name",), ("fullname",), ("displayname",), ("firstname", "lastname"), ("title",), ("label",), ("subject",),
    ("headline",), ("username",), ("email",), ("code",), ("slug",),
)  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """A column that holds a value of its own (a reference's columns are no attributes)."""

    name: str
    label: str
    kind: str
    column: sa.Column[Any] = field(repr=False)
    help: str = ""
    required: bool = False
    nullable: bool = True
    editable: bool = True
    key: bool = False
    made: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def info(self) -> Mapping[str, Any]:
        """What the model says about the column."""
        return self.column.info

    @property
    def length(self) -> int | None:
        """The most characters a text may have, or None."""
        length = getattr(self.column.type, "length", None)
        return length if self.textual and isinstance(length, int) and self.kind != "enum" else None

    @property
    def textual(self) -> bool:
        """Whether the value is a text."""
        return self.kind in {"text", "long", "email", "url"}

    @property
    def optional_default(self) -> bool:
        """Whether leaving the value out makes the model or the database fill in one."""
        return self.column.default is not None or self.column.server_default is not None

    @property
    def default(self) -> Any:
        """The plain value a new row starts with, or None."""
        default = self.column.default
        return default.arg if isinstance(default, sa.ColumnDefault) and default.is_scalar else None

    def range(self, dialect: str) -> tuple[int, int]:
        """The least and the greatest integer the column takes on *dialect*."""
        return integer_range(self.column.type, dialect)


@dataclass(frozen=True)
class Reference:
    """A many-to-one relation: the row that this row refers to, by one column or several."""

    name: str
    label: str
    target: type
    relationship: RelationshipProperty[Any] = field(repr=False)
    local: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    help: str = ""
    required: bool = False
    nullable: bool = True
    editable: bool = True
    key: bool = False
    kind: str = "reference"


@dataclass(frozen=True)
class Collection:
    """A many-to-many relation: the rows of another model that go with this row."""

    name: str
    label: str
    target: type
    relationship: RelationshipProperty[Any] = field(repr=False)
    help: str = ""
    editable: bool = True
    kind: str = "references"
    required: bool = False
    key: bool = False


Member = Attribute | Reference | Collection


@dataclass(frozen=True)
class Inverse:
    """Rows of *source* that refer to this model by *member* (a reference, or a many-to-many relation of theirs)."""

    source: type
    member: Reference | Collection


class Shape:
    """Everything the pages need to know about a mapped class; made once per class by :func:`shape_of`."""

    def __init__(self, model: type) -> None:
        self.model = model
        self.mapper: Mapper[Any] = mapper_of(model)
        self.table = self.mapper.local_table
        self.singular = as_label(model.__name__)
        self.plural = plural(self.singular)
        self.references = {one.name: one for one in _references(self.mapper)}
        self.attributes = {one.name: one for one in _attributes(self.mapper, self._taken())}
        self.collections = {one.name: one for one in _collections(self.mapper)}
        self.members: dict[str, Member] = dict(self._in_order())
        self.keys = tuple(self.mapper.get_property_by_column(column).key for column in self.mapper.primary_key)
        self.naming = _naming(self)
        self._inverses: tuple[Inverse, ...] | None = None

    def __repr__(self) -> str:
        return f"<Shape of {self.model.__name__}>"

    @property
    def key_columns(self) -> tuple[sa.Column[Any], ...]:
        """The columns of the primary key."""
        return tuple(self.mapper.primary_key)  # type: ignore[arg-type]

    @property
    def inverses(self) -> tuple[Inverse, ...]:
        """Who refers to this model, among all mapped classes of its registry."""
        if self._inverses is None:
            self._inverses = _inverses(self)
        return self._inverses

    def key(self, row: Any) -> tuple[Any, ...]:
        """The primary key of *row*."""
        return tuple(getattr(row, name) for name in self.keys)

    def new_row(self) -> Any:
        """A new object of the model, also where its constructor asks for values."""
        try:
            return self.model()
        except TypeError:
            return self.mapper.class_manager.new_instance()

    def column(self, name: str) -> Any:
        """The mapped attribute *name*, to be used in a query."""
        return getattr(self.model, name)

    def attribute_of(self, column: Any) -> str:
        """The name of the attribute that holds a table's *column*; empty where none does."""
        try:
            return self.mapper.get_property_by_column(column).key
        except sa.orm.exc.UnmappedColumnError:
            return ""

    def owner_of(self, column: str) -> str:
        """The member that shows the column attribute *column*: itself, or the reference that it belongs to."""
        for reference in self.references.values():
            if column in reference.local:
                return reference.name
        return column

    def _taken(self) -> set[str]:
        return {name for reference in self.references.values() for name in reference.local}

    def _in_order(self) -> Iterator[tuple[str, Member]]:
        """Members in the order of their columns; a reference stands where its last column is."""
        placed = {one.local[-1]: one for one in self.references.values()}
        for name in [one.key for one in self.mapper.column_attrs]:
            if name in self.attributes:
                yield name, self.attributes[name]
            if name in placed:
                yield placed[name].name, placed[name]
        for reference in self.references.values():
            yield reference.name, reference
        yield from self.collections.items()


def shape_of(model: type) -> Shape:
    """The shape of a mapped class, made at its first use.

    :raises UsageError: when it is no mapped class.
    """
    if model not in _SHAPES:
        _SHAPES[model] = Shape(model)
    return _SHAPES[model]


_SHAPES: dict[type, Shape] = {}


def mapper_of(model: Any) -> Mapper[Any]:
    """The mapper of a class.

    :raises UsageError: when it has none.
    """
    found = sa.inspect(model, raiseerr=False) if isinstance(model, type) else None
    if not isinstance(found, Mapper):
        raise UsageError(f"{model!r} is no mapped class; set `model` to a class of your models.")
    return found


def _references(mapper: Mapper[Any]) -> Iterator[Reference]:
    seen: set[tuple[str, ...]] = set()
    for relation in mapper.relationships:
        if relation.direction is not RelationshipDirection.MANYTOONE or relation.viewonly:
            continue
        pairs = [(local, remote) for local, remote in relation.local_remote_pairs or ()]
        try:
            local = tuple(mapper.get_property_by_column(column).key for column, _ in pairs)
            remote = tuple(relation.mapper.get_property_by_column(column).key for _, column in pairs)
        except sa.exc.InvalidRequestError:
            continue
        if not local or local in seen:
            continue
        seen.add(local)
        columns = [column for column, _ in pairs]
        info = {**columns[-1].info, **relation.info}
        nullable = any(column.nullable for column in columns)
        yield Reference(
            relation.key, info.get("label") or reference_label(relation.key), relation.mapper.class_, relation,
            local, remote, info.get("help", ""), not nullable, nullable, not info.get("readonly"),
            any(column.primary_key for column in columns),
        )  # fmt: skip


def _attributes(mapper: Mapper[Any], taken: set[str]) -> Iterator[Attribute]:
    for prop in mapper.column_attrs:
        column = prop.columns[0]
        if prop.key in taken or not isinstance(column, sa.Column) or prop.key.startswith("_"):
            continue
        kind, made = kind_of(column), server_made(column, mapper)
        has_default = column.default is not None or column.server_default is not None
        yield Attribute(
            prop.key, column.info.get("label") or as_label(prop.key), kind, column, column.info.get("help", ""),
            required=not (column.nullable or has_default or made or kind == "boolean"),
            nullable=bool(column.nullable),
            editable=not made and kind not in UNWRITABLE and not column.info.get("readonly"),
            key=column.primary_key, made=made, choices=choices_of(column.type),
        )  # fmt: skip


def _collections(mapper: Mapper[Any]) -> Iterator[Collection]:
    for relation in mapper.relationships:
        if relation.direction is RelationshipDirection.MANYTOMANY and not relation.viewonly and relation.uselist:
            label = relation.info.get("label") or as_label(relation.key)
            yield Collection(
                relation.key, label, relation.mapper.class_, relation, relation.info.get("help", ""),
                not relation.info.get("readonly"),
            )  # fmt: skip


def _inverses(mine: Shape) -> tuple[Inverse, ...]:
    own = {one.relationship.secondary for one in mine.collections.values()}
    found = []
    for mapper in sorted(mine.mapper.registry.mappers, key=lambda one: one.class_.__name__):
        shape = shape_of(mapper.class_)
        members: list[Reference | Collection] = [*shape.references.values()]
        members += [one for one in shape.collections.values() if one.relationship.secondary not in own]
        found += [Inverse(mapper.class_, one) for one in members if issubclass(mine.model, one.target)]
    return tuple(found)


def _naming(shape: Shape) -> tuple[str, ...]:
    """The attributes that name a row: the usual ones, else the first short text; none where references name it."""
    texts = [name for name, one in shape.attributes.items() if one.kind in {"text", "email", "url"}]
    plain = {re.sub(r"[\W_]+", "", name).lower(): name for name in texts}
    for wanted in NAMING:
        if all(word in plain for word in wanted):
            return tuple(plain[word] for word in wanted)
    if key_references(shape):
        return ()
    ending = [name for name in texts if re.search(r"(name|title)\Z", name, re.IGNORECASE)]
    return tuple((ending or texts)[:1])


def key_references(shape: Shape) -> tuple[Reference, ...]:
    """The references that the whole key of an association is made of, in its order; empty for other models."""
    parts = [one for one in shape.references.values() if set(one.local) <= set(shape.keys)]
    whole = {name for one in parts for name in one.local} == set(shape.keys)
    return tuple(sorted(parts, key=lambda one: shape.keys.index(one.local[0]))) if whole and len(parts) > 1 else ()
