"""What names the rows of an existing table and what its rows refer to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Inspector

#: Columns that name a row of a view, best first, by the last word of their name: `id`, `artist_id`, `CountryCode`.
WORDS = ("id", "uuid", "guid", "key", "code", "slug", "no", "nr", "number")
KINDS = frozenset({"int", "bigint", "smallint", "str", "text", "uuid"})
ROWS = 10_000  # rows of a view that are looked at before a column is taken for its key

Found = dict[str, Any]


def foreign_keys(engine: Engine, inspector: Inspector, table: str) -> list[Found]:
    """The references of a table, by columns of the database."""
    found = _inspected(inspector, table)
    if engine.dialect.name == "sqlite":
        rules = _sqlite_rules(engine, table)
        for key in found:
            key["on_update"], key["on_delete"] = rules.get(tuple(key["columns"]), ("", ""))
    for key in found:
        key.update({word: "" for word in ("on_update", "on_delete") if key[word] == "NO ACTION"})
    return found


def _sqlite_rules(engine: Engine, table: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """What happens on update and on delete, by columns: the Inspector misses what stands beside a single column."""
    columns: dict[int, dict[int, str]] = {}
    rules: dict[int, tuple[str, str]] = {}
    quoted = engine.dialect.identifier_preparer.quote_identifier(table)
    with engine.connect() as connection:
        for row in connection.exec_driver_sql(f"PRAGMA main.foreign_key_list({quoted})").mappings():
            columns.setdefault(row["id"], {})[row["seq"]] = row["from"]
            rules[row["id"]] = (row["on_update"], row["on_delete"])
    return {tuple(names[seq] for seq in sorted(names)): rules[key] for key, names in columns.items()}


def _inspected(inspector: Inspector, table: str) -> list[Found]:
    return [
        {
            "name": key["name"] or "",
            "columns": list(key["constrained_columns"]),
            "target": key["referred_table"],
            "target_schema": key["referred_schema"] or "",
            "target_columns": list(key["referred_columns"]),
            "on_delete": (key["options"].get("ondelete") or "").upper(),
            "on_update": (key["options"].get("onupdate") or "").upper(),
        }
        for key in inspector.get_foreign_keys(table)
    ]


def uniques(engine: Engine, inspector: Inspector, table: str) -> list[Found]:
    """The columns whose values together occur once."""
    found = [
        {"name": unique["name"] or "", "columns": list(unique["column_names"])}
        for unique in inspector.get_unique_constraints(table)
    ]
    if engine.dialect.name != "sqlite":
        return found
    names = {tuple(unique["columns"]): unique["name"] for unique in found}
    return [{"name": names.get(tuple(key), ""), "columns": key} for key in _sqlite_uniques(engine, table)]


def _sqlite_uniques(engine: Engine, table: str) -> list[list[str]]:
    """The columns of each UNIQUE constraint: the Inspector reads them from the text of the table and misses some."""
    quote = engine.dialect.identifier_preparer.quote_identifier
    found = []
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"PRAGMA main.index_list({quote(table)})").mappings().all()
        for name in [row["name"] for row in reversed(rows) if row["origin"] == "u"]:
            columns = connection.exec_driver_sql(f"PRAGMA main.index_info({quote(name)})").mappings().all()
            found.append([column["name"] for column in columns])
    return found


def indexes(inspector: Inspector, table: str) -> list[Found]:
    """Indexes over whole columns; those over expressions or over a part of the rows are the database's own affair."""
    constraints = {unique["name"] for unique in inspector.get_unique_constraints(table)}
    return [
        {"name": index["name"] or "", "columns": list(index["column_names"]), "unique": bool(index["unique"])}
        for index in inspector.get_indexes(table)
        if None not in index["column_names"] and index["name"] not in constraints and not _partial(index)
    ]


def _partial(index: Any) -> bool:
    return any(option.endswith("_where") for option in index.get("dialect_options", {}))


def candidates(engine: Engine, view: str, columns: list[Found]) -> list[str]:
    """The columns of a view that look like a key and whose values each occur once, best first."""
    likely = [column["name"] for column in columns if column["kind"] in KINDS and last_word(column["name"]) in WORDS]
    likely.sort(key=lambda name: (name.lower() != "id", WORDS.index(last_word(name))))
    return [name for name in likely if _occur_once(engine, view, name)]


def last_word(name: str) -> str:
    """`id` of `artist_id`, `ArtistId`, `ArtistID` and `Artist ID`."""
    word = ""
    for letter in reversed(name):
        if not letter.isalnum() or (word and word[0].isupper() and letter.islower()):
            break
        word = letter + word
    return word.lower()


def _occur_once(engine: Engine, table: str, column: str) -> bool:
    quote = engine.dialect.identifier_preparer.quote_identifier
    some = f"SELECT {quote(column)} AS k FROM {quote(table)} LIMIT {ROWS}"
    query = f"SELECT COUNT(*), COUNT(k), COUNT(DISTINCT k) FROM ({some}) AS t"
    with engine.connect() as connection:
        rows, filled, distinct = connection.exec_driver_sql(query).one()
    return bool(rows == filled == distinct)


def keyless_rows(engine: Engine, table: str, key: list[str]) -> bool:
    """Whether the table has rows without any value in its primary key, which SQLite allows."""
    if engine.dialect.name != "sqlite" or not key:
        return False
    quote = engine.dialect.identifier_preparer.quote_identifier
    where = " AND ".join(f"{quote(column)} IS NULL" for column in key)
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT 1 FROM {quote(table)} WHERE {where} LIMIT 1").first() is not None
