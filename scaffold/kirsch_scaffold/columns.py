"""Columns, keys and indexes as SQLAlchemy writes them, in a model and in a migration."""

from __future__ import annotations

from kirsch_scaffold import names, source
from kirsch_scaffold.schema import Column, ForeignKey, Index, Table, Unique

PYTHON_TYPES = {
    "int": "int",
    "bigint": "int",
    "smallint": "int",
    "float": "float",
    "decimal": "Decimal",
    "money": "Decimal",
    "bool": "bool",
    "date": "dt.date",
    "time": "dt.time",
    "datetime": "dt.datetime",
    "interval": "dt.timedelta",
    "json": "Any",
    "uuid": "UUID",
    "binary": "bytes",
}
"""What a value of each kind is in Python; every other kind is a str."""

TOLD_KINDS = frozenset({"email", "url", "slug", "color", "phone", "password", "money"})
"""Kinds that the type of the column does not tell by itself."""


def column_source(column: Column, table: Table) -> str:
    """`title: Mapped[str] = mapped_column(sa.String(200), unique=True)`"""
    key = _inline_key(column, table)
    arguments = [source.text(column.name)] if column.name != column.attribute else []
    arguments.append(type_source(column))
    arguments += [foreign_key_source(key)] if key else []
    arguments += [f"sa.Computed({source.text(column.computed)})"] if column.computed else []
    arguments += _flags(column)
    plain = PYTHON_TYPES.get(column.kind, "str")
    kind = f"{plain} | None" if column.optional and plain != "Any" else plain
    return source.call(f"{column.attribute}: Mapped[{kind}] = mapped_column(", arguments, indent=4)


def core_column_source(column: Column, marks_key: bool = True, key: ForeignKey | None = None) -> str:
    """`sa.Column("title", sa.String(200), nullable=False)`, as a migration or an association table writes it.

    With *marks_key* false the primary key is left to a constraint of its own; *key* is where the column points.
    """
    kept = f"sa.String({column.length or ''})" if column.kind == "password" else type_source(column)
    arguments = [source.text(column.name), kept, *([foreign_key_source(key)] if key else [])]
    arguments += [f"sa.Computed({source.text(column.computed)})"] if column.computed else []
    arguments += ["primary_key=True"] if column.primary_key and marks_key else [f"nullable={column.optional}"]
    arguments += ["index=True"] if column.index and marks_key else []
    arguments += ["autoincrement=False"] if column.autoincrement is False else []
    arguments += [f"server_default=sa.text({source.text(column.server_default)})"] if column.server_default else []
    arguments += [f"comment={source.text(column.comment)}"] if column.comment else []
    return source.Group("sa.Column(", arguments, ")")


SIZED = {"str", "email", "url", "slug", "color", "phone", "password", "binary"}
PLAIN_TYPES = {
    "text": "sa.Text()",
    "int": "sa.Integer()",
    "bigint": "sa.BigInteger()",
    "smallint": "sa.SmallInteger()",
    "float": "sa.Double()",
    "bool": "sa.Boolean()",
    "date": "sa.Date()",
    "interval": "sa.Interval()",
    "uuid": "sa.Uuid()",
    "json": "sa.JSON(none_as_null=True)",
    "anytext": "AnyText()",
}


def type_source(column: Column) -> str:
    """The SQLAlchemy type of a column: `sa.String(200)`."""
    if column.kind in SIZED:
        name = {"password": "Password", "binary": "sa.LargeBinary"}.get(column.kind, "sa.String")
        return f"{name}({column.length or ''})"
    if column.kind in ("decimal", "money"):
        digits = [str(number) for number in (column.precision, column.scale) if number is not None]
        return source.Group("sa.Numeric(", digits, ")")
    if column.kind in ("datetime", "time"):
        return f"sa.{'DateTime' if column.kind == 'datetime' else 'Time'}({'timezone=True' if column.timezone else ''})"
    if column.kind == "verbatim":
        return f"Verbatim({source.text(column.type_name)})"
    if column.kind == "bigint" and column.primary_key and column.autoincrement is None:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'  # SQLite numbers no other type by itself
    return _enum_source(column) if column.kind == "enum" else PLAIN_TYPES[column.kind]


def foreign_key_source(key: ForeignKey) -> str:
    """`sa.ForeignKey("author.id", ondelete="CASCADE")`"""
    arguments = [source.text(_target(key, key.target_columns[0])), *_key_options(key)]
    return source.Group("sa.ForeignKey(", arguments, ")")


def foreign_key_constraint(key: ForeignKey) -> str:
    """`sa.ForeignKeyConstraint(["a", "b"], ["other.a", "other.b"])`"""
    targets = source.strings(_target(key, name) for name in key.target_columns)
    arguments = [f"[{source.strings(key.columns)}]", f"[{targets}]", *_key_options(key)]
    return source.Group("sa.ForeignKeyConstraint(", arguments, ")")


def unique_source(unique: Unique) -> str:
    """`sa.UniqueConstraint("author_id", "title")`"""
    return source.Group("sa.UniqueConstraint(", [*map(source.text, unique.columns), *named(unique.name)], ")")


def index_source(index: Index) -> str:
    """`sa.Index("ix_post_title", "title")`; without a name the project's naming convention gives one."""
    arguments = [source.text(index.name) if index.name else "None", *map(source.text, index.columns)]
    only = f".ddl_if(dialect={source.tuple_of([source.text(one) for one in index.dialects])})" if index.dialects else ""
    return f"sa.Index({', '.join([*arguments, *(['unique=True'] if index.unique else [])])}){only}"


def _enum_source(column: Column) -> str:
    values = list(map(source.text, column.choices))
    if column.native:
        return source.Group("sa.Enum(", [*values, *named(column.type_name)], ")")
    length = max([column.length or 0, 20, *map(len, column.choices)])
    options = ["native_enum=False", "create_constraint=True", f"length={length}"]
    return source.Group("sa.Enum(", [*values, *named(column.type_name or column.name), *options], ")")


def _flags(column: Column) -> list[str]:
    flags = ["primary_key=True"] if column.primary_key else []
    flags += ["autoincrement=False"] if column.autoincrement is False and column.primary_key else []
    flags += ["nullable=True"] if column.optional and column.kind == "json" else []
    flags += ["nullable=False"] if not column.optional and column.kind == "json" else []
    flags += ["unique=True"] if column.unique else []
    flags += ["index=True"] if column.index else []
    flags += [f"default={column.default}"] if column.default else []
    flags += [f"default=slug_of({source.text(column.slug_from)})"] if column.slug_from and not column.default else []
    flags += [f"server_default=sa.text({source.text(column.server_default)})"] if column.server_default else []
    flags += ["server_default=sa.FetchedValue()"] if column.fetched and not column.server_default else []
    flags += [f"comment={source.text(column.comment)}"] if column.comment else []
    return flags + information(_column_facts(column))


def _column_facts(column: Column) -> dict[str, str]:
    facts = {"label": source.text(column.label)} if column.label not in ("", names.label(column.attribute)) else {}
    facts |= {"kind": source.text(column.kind)} if column.kind in TOLD_KINDS else {}
    facts |= {"min": column.minimum} if column.minimum else {}
    facts |= {"max": column.maximum} if column.maximum else {}
    return facts | {word: "True" for word in ("hidden", "readonly") if getattr(column, word)}


def information(facts: dict[str, str]) -> list[str]:
    """`info={"label": "Heading"}` as an argument, or no argument."""
    items = [f'"{name}": {value}' for name, value in facts.items()]
    return [source.Group("info={", items, "}")] if facts else []


def _inline_key(column: Column, table: Table) -> ForeignKey | None:
    return next((key for key in table.foreign_keys if key.columns == (column.name,)), None)


def _target(key: ForeignKey, column: str) -> str:
    return ".".join(part for part in (key.target_schema, key.target, column) if part)


def _key_options(key: ForeignKey) -> list[str]:
    options = named(key.name)
    options += [f"ondelete={source.text(key.on_delete)}"] if key.on_delete else []
    return options + ([f"onupdate={source.text(key.on_update)}"] if key.on_update else [])


def named(name: str) -> list[str]:
    """`name="fk_post_author"` as an argument, or no argument where the naming convention gives it."""
    return [f"name={source.text(name)}"] if name else []
