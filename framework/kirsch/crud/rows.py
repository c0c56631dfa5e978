"""The rows of one model as a request sees them: which there are, what they are called, where their pages are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kirsch.controller import Controller, not_an_action
from kirsch.crud import keys
from kirsch.crud.inspection import Attribute, Member, Reference, Shape, mapper_of, shape_of
from kirsch.crud.kinds import UNWRITABLE
from kirsch.crud.naming import linking, through
from kirsch.crud.siblings import siblings_of
from kirsch.crud.views import Link
from kirsch.crud.words import as_label
from kirsch.errors import UsageError, did_you_mean
from kirsch.request import Request

#: Kinds that are left out of a list unless its columns are named.
BULKY = frozenset({"long", "json", "binary", "password", "other", "references"})
COLUMNS = 7
NEVER_SHOWN = frozenset({"password"})


class Rows(Controller):
    """What a resource is made of, without its actions. Every attribute and short method may be overridden."""

    #: The mapped class.
    model: ClassVar[type[Any]]
    #: Attributes and relations that the list shows; by default what names a row and the first few others.
    columns: ClassVar[Sequence[str]] = ()
    #: What the search looks into: texts, references by their names; by default all texts, and what associations link.
    search: ClassVar[Sequence[str] | None] = None
    #: What the list can be narrowed by; by default references, choices and yes-or-no columns.
    filters: ClassVar[Sequence[str] | None] = None
    #: The order of the list, for example "-created_at,title"; by default what names a row.
    order: ClassVar[str] = ""
    #: Rows on a page; ``?per_page=`` takes 10 to 100.
    per_page: ClassVar[int] = 25
    #: What the forms ask for; by default everything that can be written.
    fields: ClassVar[Sequence[str]] = ()
    #: What neither pages nor forms nor exports show.
    exclude: ClassVar[Sequence[str]] = ()
    #: Labels of attributes and relations, by name.
    labels: ClassVar[Mapping[str, str]] = {}
    #: The attributes whose values name a row.
    naming: ClassVar[Sequence[str]] = ()
    #: What one row and several rows are called.
    singular: ClassVar[str] = ""
    plural: ClassVar[str] = ""
    #: Whether nothing may be changed here.
    read_only: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "model" in cls.__dict__:
            mapper_of(cls.model)
        if "model" in cls.__dict__ and cls.label is None and "label" not in cls.__dict__:
            cls.label = cls.plural or as_label(cls.name)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.shape: Shape = shape_of(self.model)
        self._siblings: dict[type, Rows] = {}

    @classmethod
    def mistakes(cls) -> list[str]:
        """What the class says about its model that is not so; asked at start."""
        if not hasattr(cls, "model"):
            return [f"{cls.__name__} has no model. Set `model` to a class of your models."]
        shape = shape_of(cls.model)
        said = {
            "columns": cls.columns, "search": cls.search, "filters": cls.filters, "fields": cls.fields,
            "exclude": cls.exclude, "labels": tuple(cls.labels), "naming": cls.naming,
            "order": tuple(one.strip().lstrip("-") for one in cls.order.split(",") if one.strip()),
        }  # fmt: skip
        return [
            f"{cls.__name__}.{attribute}: {cls.model.__name__} has no {name!r}. {did_you_mean(name, shape.members)}"
            for attribute, names in said.items()
            for name in names or ()
            if shape.owner_of(name) not in shape.members
        ]

    # Which rows there are ------------------------------------------------------------------------------------

    @not_an_action
    def query(self) -> sa.Select[Any]:
        """The rows that this request may see, in lists, pages, choices and exports; narrow it with ``where``."""
        return sa.select(self.model)

    @not_an_action
    def label_of(self, values: Sequence[Any]) -> str:
        """The name of a row from its `naming` values."""
        return " ".join(" ".join(str(value).split()) for value in values if value not in (None, ""))

    @not_an_action
    def form_fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The WTForms fields of the form by name, to be changed: another validator, another field."""
        return fields

    @not_an_action
    def new_row(self) -> Any:
        """A new row, before the form is put on it."""
        return self.shape.new_row()

    @not_an_action
    def saving(self, row: Any, creating: bool) -> None:
        """Called when a row is about to be written; raise ValueError with a sentence to refuse it."""

    # What they are called ------------------------------------------------------------------------------------

    @property
    def one(self) -> str:
        """What one row is called, as a label."""
        return self.singular or self.shape.singular

    @property
    def many(self) -> str:
        """What several rows are called, as a label."""
        return self.plural or (as_label(self.name) if self.name else self.shape.plural)

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes whose values name a row."""
        return tuple(self.naming) or self.shape.naming

    @cached_property
    def linking(self) -> tuple[Reference, ...]:
        """The references whose rows name a row, where no attributes do: those of an association."""
        parts = linking(self.shape)
        return () if self.names or any(one not in self.visible for one in parts) else parts

    @not_an_action
    def called(self, key: tuple[Any, ...], values: Sequence[Any]) -> str:
        """The name of the row with this *key* and these naming *values*; the key itself where there is none."""
        if self.linking:
            return " / ".join(self._linked_names(key, values))
        shown = " / ".join("?" if value is None else str(value) or "(empty)" for value in key)
        return self.label_of(values) or f"{self.one} {shown}"

    @not_an_action
    def call(self, row: Any) -> str:
        """The name of a loaded *row*."""
        return self.called(self.shape.key(row), self.naming_values(row))

    @not_an_action
    def naming_values(self, row: Any) -> list[Any]:
        """The values that name a loaded *row*: its own, or those of the rows that it links."""
        values = [getattr(row, name) for name in self.names]
        for one in self.linking:
            values += [getattr(getattr(row, one.name), name, None) for name in self.sibling(one.target).names]
        return values

    def _linked_names(self, key: tuple[Any, ...], values: Sequence[Any]) -> Iterator[str]:
        """The names of the rows that the row with this *key* links; *values* are theirs, one after the other."""
        known, rest = dict(zip(self.shape.keys, key, strict=True)), iter(values)
        for one in self.linking:
            found = self.sibling(one.target)
            yield found.called(tuple(known[name] for name in one.local), [next(rest) for _ in found.names])

    @not_an_action
    def label_for(self, member: Member) -> str:
        """What an attribute or relation is called here."""
        return self.labels.get(member.name, member.label)

    # Which members -------------------------------------------------------------------------------------------

    @not_an_action
    def member(self, name: str) -> Member:
        """The attribute or relation *name*; the columns of a reference stand for it.

        :raises UsageError: when the model has none of that name.
        """
        name = self.shape.owner_of(name)
        if name not in self.shape.members:
            known = did_you_mean(name, self.shape.members)
            raise UsageError(f"{type(self).__name__}: {self.model.__name__} has no attribute {name!r}. {known}")
        return self.shape.members[name]

    @not_an_action
    def members(self, names: Iterable[str]) -> list[Member]:
        """The attributes and relations of these names, each once."""
        return list({one.name: one for one in map(self.member, names)}.values())

    @not_an_action
    def is_hidden(self, member: Member) -> bool:
        """Whether the model hides an attribute or relation: ``info={"hidden": True}``."""
        info = member.info if isinstance(member, Attribute) else member.relationship.info
        return bool(info.get("hidden"))

    @property
    def visible(self) -> list[Member]:
        """Everything that may be shown."""
        hidden = set(self.exclude)
        return [
            one for name, one in self.shape.members.items()
            if name not in hidden and one.kind not in NEVER_SHOWN and not self.is_hidden(one)
        ]  # fmt: skip

    @property
    def reads_only(self) -> bool:
        """Whether nothing may be changed here: said so, or the model is a view."""
        return self.read_only or bool(getattr(self.shape.table, "info", {}).get("view"))

    @cached_property
    def creatable(self) -> bool:
        """Whether a form, or a hook of the class, can give whatever a new row needs."""
        hooked = type(self).new_row is not Rows.new_row or type(self).saving is not Rows.saving
        return hooked or not any(one.required and one.kind in UNWRITABLE for one in self.shape.attributes.values())

    @property
    def listed(self) -> list[Member]:
        """The columns of the list."""
        if self.columns:
            return self.members(self.columns)
        first = [one for one in self.visible if one.name in self.names]
        # Keys that mean nothing to people, such as running numbers.
        counters = [one for one in self.shape.attributes.values() if one.key and one.made]
        rest = [one for one in self.visible if one not in [*first, *counters] and one.kind not in BULKY]
        return (first + rest)[:COLUMNS] or self.visible[:COLUMNS]

    # Where their pages are -----------------------------------------------------------------------------------

    @not_an_action
    def address(
        self, action: str, key: tuple[Any, ...] | None = None, query: Iterable[tuple[str, str]] = (), form: str = ""
    ) -> str:
        """The URL of an action, for one row or for all; empty where no route leads to it or it is not allowed."""
        if (self.reads_only and action not in {"index", "show"}) or (action == "new" and not self.creatable):
            return ""
        route = siblings_of(self.request, Rows).routes.get((self.name, action))
        if route is None or route.name is None:
            return ""
        known = {**self.request.urlvars, "id": None if key is None else keys.encode(key), "format": form or None}
        arguments = {name: known[name] for name in route.variables if known.get(name) is not None}
        if set(route.variables) - route.dotkeys - set(arguments) - set(route.defaults):
            return ""
        pairs = urlencode(list(query))
        return self.request.url_for(route.name, **arguments) + (f"?{pairs}" if pairs else "")

    @not_an_action
    def link(self, key: tuple[Any, ...], values: Sequence[Any]) -> Link:
        """A link to the page of the row with this *key* and these naming *values*."""
        return Link(self.called(key, values), self.address("show", key), keys.encode(key))

    @not_an_action
    def link_to(self, row: Any) -> Link:
        """A link to the page of a loaded *row*."""
        return self.link(self.shape.key(row), self.naming_values(row))

    @not_an_action
    def sibling(self, model: type) -> Rows:
        """The resource of another model; for a model without one, its rows without pages."""
        if model not in self._siblings:
            self._siblings[model] = siblings_of(self.request, Rows).kind_for(model)(self.request)
        return self._siblings[model]

    # How they are read ---------------------------------------------------------------------------------------

    @property
    def dialect(self) -> str:
        """The name of the database's kind: "sqlite", "postgresql", ..."""
        session: Session = self.db
        return session.get_bind(self.shape.mapper).dialect.name

    @property
    def key_columns(self) -> list[Any]:
        """The mapped attributes of the primary key."""
        return [self.shape.column(name) for name in self.shape.keys]

    @not_an_action
    def name_columns(self, alias: Any = None) -> list[Any]:
        """What to select for the values that name a row of the model, or of its *alias*."""
        entity = alias or self.model
        return [getattr(entity, name) for name in self.names] + [
            through(entity, one, name) for one in self.linking for name in self.sibling(one.target).names
        ]

    @not_an_action
    def is_row(self, key: tuple[Any, ...]) -> sa.ColumnElement[bool]:
        """The condition that picks one row."""
        return sa.and_(*(column == value for column, value in zip(self.key_columns, key, strict=True)))

    @not_an_action
    def named_rows(self, limit: int, *conditions: Any) -> sa.Select[Any]:
        """Keys and naming values of the rows that meet *conditions*, in the order of their names."""
        columns = [*self.key_columns, *self.name_columns()]
        chosen = self.query().with_only_columns(*columns, maintain_column_froms=True).where(*conditions)
        return chosen.order_by(None).order_by(*self.name_columns(), *self.key_columns).limit(limit)

    @not_an_action
    def links(self, found: Iterable[tuple[Any, ...]]) -> tuple[Link, ...]:
        """Links to rows that :meth:`named_rows` found."""
        size = len(self.shape.keys)
        return tuple(self.link(row[:size], row[size:]) for row in found)
