"""A database session that reads one row by its key with a statement made once for each class."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Engine, Select, bindparam, select
from sqlalchemy.orm import Mapper, Session

#: The types of keys that are compared and sent as they are.
PLAIN = frozenset({int, str, UUID})


class ByKey(NamedTuple):
    """How a row of a class is read by its key."""

    statement: Select[Any]
    #: The statement's parameters, one for each part of the key.
    names: tuple[str, ...]
    #: What loaded rows are known by, besides their key.
    identity: type
    #: Whether the statement may give a row in several lines.
    unique: bool


class PreparedSession(Session):
    """SQLAlchemy's session, whose :meth:`get` takes two thirds of the time.

    :param statements: what was prepared so far, by the classes' mappers; sessions share it.
    """

    def __init__(self, bind: Engine, statements: dict[Mapper[Any], ByKey], **options: Any) -> None:
        super().__init__(bind, **options)
        self.statements = statements

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """The row of a class by its key, or None: all that SQLAlchemy's ``Session.get`` does.

        A row that is not loaded yet is read with a statement made at the first use of its class. What is less simple
        (options, keys that are no numbers, texts or UUIDs, rows that are loaded already) is left to SQLAlchemy.
        """
        mapper = getattr(entity, "__mapper__", None)
        if mapper is None or mapper.class_ is not entity or (options and _any(options)):
            return super().get(entity, ident, **options)
        statement, names, identity, unique = self.statements.get(mapper) or self._prepare(mapper)
        key = ident if type(ident) is tuple else (ident,)
        simple = len(key) == len(names) and PLAIN.issuperset(map(type, key)) and not mapper.always_refresh
        if not simple or (identity, key, None) in self.identity_map:
            return super().get(entity, ident)
        found = self.scalars(statement, dict(zip(names, key)))  # noqa: B905  # as many as names
        rows = (found.unique() if unique else found).all()
        if len(rows) > 1:
            return super().get(entity, ident)
        return rows[0] if rows else None

    def _prepare(self, mapper: Mapper[Any]) -> ByKey:
        names = tuple(f"pk_{number}" for number in range(1, len(mapper.primary_key) + 1))
        wanted = [
            column == bindparam(name, type_=column.type) for name, column in zip(names, mapper.primary_key, strict=True)
        ]
        identity = mapper.identity_key_from_primary_key(())[0]
        joined = any(relation.lazy in ("joined", False) for relation in mapper.relationships)
        unique = joined or mapper.polymorphic_on is not None
        prepared = self.statements[mapper] = ByKey(select(mapper).where(*wanted), names, identity, unique)
        return prepared


def _any(options: dict[str, Any]) -> bool:
    """Whether an option is set: not None, and not empty."""
    return any(value is not None and value != {} for value in options.values())
