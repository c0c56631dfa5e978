"""Rows to choose from: a select while there are few, typed names beyond; and from what was chosen back to rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from kirsch.crud import keys
from kirsch.crud.batch import together
from kirsch.crud.finding import among, contains
from kirsch.crud.inspection import Collection, Reference
from kirsch.crud.rows import Rows
from kirsch.crud.views import Option
from kirsch.crud.words import in_sentence
from kirsch.errors import NotFound

Relation = Reference | Collection
Key = tuple[Any, ...]
#: Rows that a select offers; with more of them, names are typed and this many are suggested.
MOST = 200
#: Names without a key that are looked up for one field.
MOST_NAMES = 20
#: Rows that one field takes besides those it holds, and those that are named where they do not exist.
MOST_CHOSEN, MOST_WRONG = 10_000, 20
#: Keys looked up in one statement.
CHUNK = 200
_KEYED = re.compile(r".*\((?P<key>[A-Za-z0-9_~-]+)\)\Z", re.DOTALL)


class Offered:
    """The rows of another model that a field offers, by key, and whether there are too many for a select."""

    def __init__(self, found: Rows, rows: list[tuple[Any, ...]], chosen: list[tuple[Any, ...]]) -> None:
        size = len(found.shape.keys)
        self.many = len(rows) > MOST
        self.names: dict[Key, str] = {}
        for row in [*rows[:MOST], *chosen]:
            self.names.setdefault(row[:size], found.called(row[:size], row[size:]))

    def options(self, chosen: Sequence[Key]) -> tuple[Option, ...]:
        """The choices of a select."""
        picked = set(chosen)
        return tuple(Option(keys.encode(key), name, key in picked) for key, name in self.names.items())

    def suggestions(self) -> tuple[Option, ...]:
        """What a text input suggests: names with their keys, which say exactly which row is meant."""
        return tuple(Option(self.typed(key), name) for key, name in list(self.names.items())[:MOST])

    def typed(self, key: Key) -> str:
        """A row as somebody types it: its name, its key in brackets."""
        return f"{self.names[key]} ({keys.encode(key)})" if key in self.names else keys.encode(key)


def offer(rows: Rows, chosen: dict[Relation, list[Key]]) -> dict[str, Offered]:
    """What the fields of these relations offer, besides what is *chosen* in each; in one query."""
    selects = []
    for relation, picked in chosen.items():
        found = rows.sibling(relation.target)
        selects.append(found.named_rows(MOST + 1))
        if picked:
            selects.append(found.named_rows(len(picked), among(found.key_columns, picked)))
    answers = iter(together(rows.db, selects, rows.shape.mapper))
    return {
        relation.name: Offered(rows.sibling(relation.target), next(answers), next(answers) if picked else [])
        for relation, picked in chosen.items()
    }


def keys_in(rows: Rows, relation: Relation, texts: Iterable[str], held: int) -> list[Key]:
    """The keys that *texts* hold, as far as they hold any; *held* is how many the row has already."""
    found = rows.sibling(relation.target)
    several = list(dict.fromkeys(texts))
    return [key for text in several[: MOST_CHOSEN + held] for key in candidates(found, text)[:1]]


def candidates(found: Rows, text: str) -> list[Key]:
    """The keys a text may stand for: itself, and what stands in brackets at its end."""
    bracketed = _KEYED.match(text)
    spelled = [text, *([bracketed["key"]] if bracketed else [])]
    possible = []
    for one in spelled:
        try:
            possible.append(keys.decode(found.shape, one, found.dialect))
        except NotFound:
            continue
    return possible


def choose(rows: Rows, relation: Relation, texts: Sequence[str], typed: bool, held: int) -> tuple[list[Any], list[str]]:
    """The rows that *texts* stand for, each once, and sentences about those that stand for none.

    *typed* texts may be names; others have to be keys. *held* is how many the row has already.
    """
    found = rows.sibling(relation.target)
    several = dict.fromkeys(texts)
    if len(several) > MOST_CHOSEN + held:
        return [], [f"Choose at most {MOST_CHOSEN + held:,}."]
    possible = {text: candidates(found, text) for text in several}
    loaded = _load(found, {key for some in possible.values() for key in some})
    chosen: dict[Key, Any] = {}
    wrong: list[str] = []
    names = 0
    for text, some in possible.items():
        row = next((loaded[key] for key in some if key in loaded), None)
        if row is None and typed and names < MOST_NAMES:
            names += 1
            row, sentence = by_name(found, text, exactly=bool(some))
        else:
            sentence = f"There is no {in_sentence(found.one)} {_quoted(text)} any more." if row is None else ""
        if row is not None:
            chosen.setdefault(found.shape.key(row), row)
        elif sentence:
            wrong.append(sentence)
    more = len(wrong) - MOST_WRONG
    return list(chosen.values()), [*wrong[:MOST_WRONG], *([f"And {more:,} more."] if more > 0 else [])]


def by_name(found: Rows, text: str, exactly: bool) -> tuple[Any, str]:
    """The one row that a name stands for, or a sentence that says why there is none.

    *exactly* asks for the whole name, where the text may be the key of a row that is gone: it must not be taken for
    a part of another row's name.
    """
    words = text.split()[:8]
    if not words or not found.names or len(text) > 200:
        return None, f"There is no {in_sentence(found.one)} {_quoted(text)}."
    size = len(found.shape.keys)
    plain = " ".join(words)
    same = [tuple(row) for row in found.db.execute(found.named_rows(2, found.name_columns()[0] == plain))]
    exact = [row[:size] for row in same if found.called(row[:size], row[size:]) == plain]
    named: list[tuple[Key, str]] = []
    if len(exact) != 1:
        conditions = [sa.or_(*(contains(name, word, found.dialect) for name in found.name_columns())) for word in words]
        rows = [tuple(row) for row in found.db.execute(found.named_rows(6, *conditions))]
        named = [(row[:size], found.called(row[:size], row[size:])) for row in rows]
        exact = [key for key, name in named if name.casefold() == plain.casefold()]
    picked = exact if len(exact) == 1 else [key for key, _ in named] if len(named) == 1 and not exactly else []
    if picked:
        return next(iter(_load(found, {picked[0]}).values()), None), ""
    if not named:
        return None, f"There is no {in_sentence(found.one)} {_quoted(text)}."
    listed = ", ".join(f"{name} ({keys.encode(key)})" for key, name in named[:5])
    fits = f"{_quoted(text)} fits several" if len(named) > 1 else f"{_quoted(text)} is no whole name"
    return None, f"{fits}; write one of: {listed}."


def _load(found: Rows, wanted: set[Key]) -> dict[Key, Any]:
    loaded: dict[Key, Any] = {}
    several = list(wanted)
    for start in range(0, len(several), CHUNK):
        condition = among(found.key_columns, several[start : start + CHUNK])
        for row in found.db.scalars(found.query().order_by(None).where(condition)).unique():
            loaded[found.shape.key(row)] = row
    return loaded


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
