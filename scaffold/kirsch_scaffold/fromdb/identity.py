"""What names a row: the primary key, else a unique key, else nothing, and then the table stays out."""

from __future__ import annotations

from kirsch_scaffold.fromdb.description import ColumnFacts, TableFacts

NO_KEY = (
    "it has no primary key and no unique key without empty values, so no row of it has an address; "
    "give it a primary key and run this again"
)
NO_VIEW_KEY = (
    "it is a view without a column such as id or code whose values each occur once, so no row of it has an address"
)
ODD_KEY = "its key {column} is of the type {type}, which cannot stand in an address"
LOST_KEY = "a column of its primary key cannot be shown"


def key_of(table: TableFacts) -> tuple[str, ...]:
    """The columns that name a row; empty when there are none."""
    columns = {column["name"]: column for column in table["columns"]}
    if table["primary_key"]:
        return tuple(table["primary_key"])
    if table["candidate_keys"]:
        return tuple(table["candidate_keys"][0])
    keys = [unique["columns"] for unique in table["uniques"]]
    keys += [index["columns"] for index in table["indexes"] if index.get("unique")]
    whole = [key for key in keys if all(name in columns and not columns[name]["nullable"] for name in key)]
    whole.sort(key=lambda key: (len(key), "int" not in columns[key[0]]["kind"]))
    return tuple(whole[0]) if whole else ()


def reason_without_key(table: TableFacts) -> str:
    """Why the rows of a table have no address; empty when they have one."""
    key = key_of(table)
    if not key:
        return NO_VIEW_KEY if table["kind"] == "view" else NO_KEY
    columns = {column["name"]: column for column in table["columns"]}
    if not set(key) <= set(columns):
        return LOST_KEY
    odd = next((columns[name] for name in key if columns[name]["kind"] in ("verbatim", "json")), None)
    return ODD_KEY.format(column=odd["name"], type=_type(odd)) if odd else ""


def is_link(table: TableFacts) -> bool:
    """Whether a table does nothing but link rows of two tables: two references, no other column, each pair once."""
    keys = table["foreign_keys"]
    if table["kind"] == "view" or table["read_only"] or len(keys) != 2 or any(key["target_schema"] for key in keys):
        return False
    linked = [name for key in keys for name in key["columns"]]
    own = [column["name"] for column in table["columns"]]
    return sorted(linked) == sorted(own) and sorted(key_of(table)) == sorted(own)


def _type(column: ColumnFacts) -> str:
    return column["type_name"] or column["kind"]
