"""What the URL of a list asks for: words to find, filters, order, page; read so that nothing in it can do harm."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import InvalidOperation
from typing import Any

from kirsch.crud import keys
from kirsch.crud.inspection import Attribute, Collection, Member, Reference
from kirsch.crud.rows import Rows
from kirsch.errors import NotFound, did_you_mean

#: Words of the URL with a meaning of their own; an attribute of that name is filtered by with an underscore behind.
WORDS = frozenset({"q", "sort", "page", "per_page", "format"})
NULL = "null"
#: The ending of a filter that looks into the names of the rows referred to: ``?country.name=ger``.
BY_NAME = ".name"
LONGEST_SEARCH = 200
MOST_WORDS = 8
PER_PAGE = (10, 100)
UNSORTABLE = frozenset({"json", "binary", "references", "password", "other"})


@dataclass(frozen=True)
class Wanted:
    """One filter in use: the member, the text in the URL and the value it stands for (None for rows without one)."""

    member: Member
    text: str
    value: Any
    by_name: bool = False


@dataclass
class Asked:
    """A list's URL, understood.

    *mistakes* are sentences about parts that were not, and are left out; *strangers* about unknown names.
    """

    search: str = ""
    sort: tuple[tuple[Member, bool], ...] = ()
    page: int = 1
    per_page: int = 25
    wanted: dict[str, Wanted] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    given_sort: str = ""
    given_per_page: str = ""

    @property
    def words(self) -> list[str]:
        """The words to find; a row must hold all of them."""
        return self.search.split()[:MOST_WORDS]

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The URL's pairs with some of them changed; empty ones are left out, and the first page is not named."""
        known = {"q": self.search} | {name: one.text for name, one in self.wanted.items()}
        known |= {"sort": self.given_sort, "per_page": self.given_per_page} | changes
        return [(name, text) for name, text in known.items() if text]


def read(rows: Rows, pairs: Iterable[tuple[str, str]]) -> Asked:
    """What the *pairs* of a query string ask of the list of *rows*."""
    asked = Asked(per_page=rows.per_page)
    known = {filter_name(one): one for one in rows.visible if filterable(one)}
    given = {name: text.strip() for name, text in pairs if text.strip()}
    asked.search = clean(given.pop("q", ""), asked)
    asked.page = _number(given.pop("page", ""), "page", 1, asked)
    if "per_page" in given:
        size = _number(given["per_page"], "per_page", rows.per_page, asked)
        asked.per_page = min(max(size, PER_PAGE[0]), PER_PAGE[1])
        asked.given_per_page = str(asked.per_page) if asked.per_page != rows.per_page else ""
        del given["per_page"]
    _read_sort(rows, given.pop("sort", ""), asked)
    for name, text in given.items():
        _read_filter(rows, name, text, known, asked)
    return asked


def filter_name(member: Member) -> str:
    """How the URL calls the filter of a member."""
    return f"{member.name}_" if member.name in WORDS else member.name


def filterable(member: Member) -> bool:
    """Whether a list can be narrowed by a member."""
    return member.kind not in {"json", "binary", "password", "other", "long"}


def sortable(member: Member) -> bool:
    """Whether a list can be sorted by a member."""
    return member.kind not in UNSORTABLE


def clean(text: str, asked: Asked) -> str:
    """The words to search for, without what no row can hold and no longer than is searched."""
    text = text.replace("\0", "")
    if len(text) > LONGEST_SEARCH or len(text.split()) > MOST_WORDS:
        asked.mistakes.append(f"The search is long: its first {MOST_WORDS} words are looked for.")
        return " ".join(text[:LONGEST_SEARCH].split()[:MOST_WORDS])
    return text


def _number(text: str, name: str, otherwise: int, asked: Asked) -> int:
    if not text:
        return otherwise
    if re.fullmatch(r"[0-9]+", text) and int(text[:12]) > 0:
        return int(text[:12])
    asked.mistakes.append(f"{_quoted(text)} is no number for {name}.")
    return otherwise


def _read_sort(rows: Rows, text: str, asked: Asked) -> None:
    understood = []
    sortables = {one.name: one for one in rows.visible if sortable(one)}
    for word in text.split(",")[:5] if text else []:
        name, descending = word.strip().lstrip("-"), word.strip().startswith("-")
        if name in sortables:
            understood.append((sortables[name], descending))
        else:
            asked.mistakes.append(
                f"There is nothing called {_quoted(name)} to sort by. {did_you_mean(name, sortables)}"
            )
    asked.given_sort = ",".join(("-" if descending else "") + member.name for member, descending in understood)
    if not understood:
        own = [one.strip() for one in rows.order.split(",") if one.strip()] or list(rows.names)
        understood = [(rows.member(word.lstrip("-")), word.startswith("-")) for word in own]
    asked.sort = tuple(understood)


def _read_filter(rows: Rows, name: str, text: str, known: dict[str, Member], asked: Asked) -> None:
    member = known.get(name)
    named = known.get(name.removesuffix(BY_NAME)) if name.endswith(BY_NAME) else None
    if named is not None and not isinstance(named, Attribute):
        asked.wanted[name] = Wanted(named, clean(text, asked), None, by_name=True)
        return
    if member is None:
        asked.strangers.append(f"There is no filter {_quoted(name)}. {did_you_mean(name, known)}")
        return
    try:
        asked.wanted[name] = Wanted(member, text, value_of(rows, member, text))
    except (ValueError, InvalidOperation, NotFound):
        asked.mistakes.append(f"{_quoted(text)} is not understood as {rows.label_for(member)}.")


def value_of(rows: Rows, member: Member, text: str) -> Any:
    """The value that a filter's text stands for: a key for relations, None for "null".

    :raises ValueError: when it stands for none (also InvalidOperation, NotFound).
    """
    if isinstance(member, Reference | Collection):
        return None if text == NULL else keys.decode(rows.sibling(member.target).shape, text, rows.dialect)
    if text == NULL and not member.textual:
        return None
    return keys.from_text(text, member.column, rows.dialect)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
