"""The page of a list: rows with their cells, columns to sort by, filters, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kirsch.crud import keys
from kirsch.crud.asked import BY_NAME, NULL, Asked, filter_name, filterable, sortable
from kirsch.crud.batch import together
from kirsch.crud.cells import PAGE_KINDS, cell_of
from kirsch.crud.choices import MOST
from kirsch.crud.finding import LINKS, Linked, Named, count, in_order, linked, links_of, load, matching, searched
from kirsch.crud.forms import form_members
from kirsch.crud.inspection import Attribute, Collection, Member, Reference
from kirsch.crud.rows import Rows
from kirsch.crud.views import (
    Cell,
    Column,
    Filter,
    ListPage,
    Option,
    PageNumber,
    Pager,
    Row,
)
from kirsch.crud.words import in_sentence


@dataclass(frozen=True)
class Found:
    """One page of a list: the loaded rows, how many there are in all, the page that was given."""

    rows: list[Any]
    total: int
    page: int
    pages: int


def find(rows: Rows, asked: Asked, members: Sequence[Member]) -> Found:
    """The rows of the page that was asked for; of the last page where there are not so many. Two queries."""
    statement = matching(rows, asked)
    total = count(rows, statement)
    pages = max(1, -(-total // asked.per_page))
    page = min(asked.page, pages)
    ordered = in_order(rows, asked, statement).limit(asked.per_page).offset((page - 1) * asked.per_page)
    return Found(load(rows, ordered, members) if total else [], total, page, pages)


def list_page(rows: Rows, asked: Asked) -> ListPage:
    """The page of a list in at most three queries: how many, the rows, what else their cells and the filters show."""
    members = rows.listed
    found = find(rows, asked, members)
    collections = [one for one in members if isinstance(one, Collection)] if found.rows else []
    offered = filters_of(rows, asked)
    related = [one for one in offered if isinstance(one, Reference | Collection)]
    selects = links_of(rows, [rows.shape.key(row) for row in found.rows], collections)
    selects += [rows.sibling(one.target).named_rows(MOST + 1) for one in related]
    chosen = [one for one in related if _value(asked, one) is not None]
    selects += [_chosen_row(rows, asked, one) for one in chosen]
    answers = iter(together(rows.db, selects, rows.shape.mapper))
    links = {one.name: linked(rows, next(answers)) for one in collections}
    options = {one.name: next(answers) for one in related}
    current = {one.name: next(answers) for one in chosen}
    searchable = bool(searched(rows))
    return ListPage(
        title=rows.many,
        url=rows.address("index"),
        columns=tuple(_column(rows, asked, one) for one in members),
        rows=tuple(row_of(rows, row, members, links) for row in found.rows),
        pager=_pager(rows, asked, found),
        singular=in_sentence(rows.one),
        plural=in_sentence(rows.many),
        searchable=searchable,
        search=asked.search,
        filters=tuple(
            _filter(rows, asked, one, options.get(one.name, []), current.get(one.name, [])) for one in offered
        ),
        hidden=tuple(_kept(asked)),
        reset_url=rows.address("index", query=_kept(asked)) if asked.search or asked.wanted else "",
        new_url=rows.address("new", query=_prefill(asked)),
        csv_url=rows.address("index", query=asked.pairs(per_page=""), form="csv"),
        json_url=rows.address("index", query=asked.pairs(), form="json"),
        notices=tuple(asked.mistakes),
    )


def row_of(rows: Rows, row: Any, members: Sequence[Member], links: Linked) -> Row:
    """A loaded row as a line of the list."""
    key = rows.shape.key(row)
    return Row(
        keys.encode(key), rows.call(row), rows.address("show", key), edit_url(rows, key),
        rows.address("confirm", key),
        tuple(member_cell(rows, row, one, links.get(one.name, {}).get(key, []), short=True) for one in members),
    )  # fmt: skip


def edit_url(rows: Rows, key: tuple[Any, ...]) -> str:
    """Where a row is edited; empty where it has nothing that can be."""
    return rows.address("edit", key) if form_members(rows, creating=False) else ""


def member_cell(rows: Rows, row: Any, member: Member, links: Named, short: bool = False) -> Cell:
    """What one attribute or relation of a loaded row shows; *links* are a collection's."""
    if isinstance(member, Attribute):
        return cell_of(member, getattr(row, member.name), short)
    if isinstance(member, Collection):
        more = len(links) - LINKS
        text = f"and {more:,} more" if more > 0 else ""
        return Cell(
            text, kind="references" if links else "empty", links=rows.sibling(member.target).links(links[:LINKS])
        )
    target = getattr(row, member.name)
    if target is None:
        lost = [str(getattr(row, name)) for name in member.local if getattr(row, name) is not None]
        return Cell(" / ".join(lost), kind="text" if lost else "empty")
    link = rows.sibling(member.target).link_to(target)
    return Cell(link.label, link.url, "reference")


def filters_of(rows: Rows, asked: Asked) -> list[Member]:
    """The filters that the list shows: those named, or the usual ones; and any other that is in use."""
    if rows.filters is not None:
        offered = rows.members(rows.filters)
    else:
        kinds = ("reference", "enum", "boolean")
        offered = [one for one in rows.visible if one.kind in kinds]
    used = [one.member for one in asked.wanted.values()]
    return [one for one in dict.fromkeys([*offered, *used]) if filterable(one)]


def _value(asked: Asked, member: Member) -> Any:
    wanted = asked.wanted.get(filter_name(member))
    return wanted.value if wanted else None


def _chosen_row(rows: Rows, asked: Asked, member: Reference | Collection) -> Any:
    found = rows.sibling(member.target)
    return found.named_rows(1, found.is_row(_value(asked, member)))


def _column(rows: Rows, asked: Asked, member: Member) -> Column:
    label = rows.label_for(member)
    kind = PAGE_KINDS.get(member.kind, member.kind)
    if not sortable(member):
        return Column(member.name, label, kind)
    first, descending = asked.sort[0] if asked.sort else (None, False)
    state = ("descending" if descending else "ascending") if first is member else ""
    turned = f"-{member.name}" if state == "ascending" else member.name
    return Column(member.name, label, kind, rows.address("index", query=asked.pairs(sort=turned)), state)


def _filter(rows: Rows, asked: Asked, member: Member, found: list[Any], current: list[Any]) -> Filter:
    name, label = filter_name(member), rows.label_for(member)
    wanted = asked.wanted.get(name)
    text = wanted.text if wanted else ""
    if isinstance(member, Attribute):
        choices = [(one.value, one.label) for one in member.choices]
        choices = [("true", "Yes"), ("false", "No")] if member.kind == "boolean" else choices
        if wanted and member.kind == "boolean":
            text = NULL if wanted.value is None else "true" if wanted.value else "false"
        if wanted and member.choices:
            text = next((one.value for one in member.choices if one.python == wanted.value), text)
        if not choices:
            return Filter(name, label, "text", value=text)
        return Filter(name, label, "select", _options(choices, text, member.nullable), text)
    related = rows.sibling(member.target)
    by_name = asked.wanted.get(name + BY_NAME)
    if by_name or (len(found) > MOST and wanted is None):
        return Filter(name + BY_NAME, label, "text", value=by_name.text if by_name else "")
    listed = current if len(found) > MOST else [*found, *(one for one in current if one not in found)]
    size = len(related.shape.keys)
    choices = [(keys.encode(one[:size]), related.called(one[:size], one[size:])) for one in listed]
    if wanted and wanted.value is not None:
        text = keys.encode(wanted.value)
    nullable = not isinstance(member, Reference) or member.nullable
    return Filter(name, label, "select", _options(choices, text, nullable), text)


def _options(choices: list[tuple[str, str]], chosen: str, nullable: bool) -> tuple[Option, ...]:
    pairs = [("", "Any"), *choices, *([(NULL, "None")] if nullable else [])]
    return tuple(Option(value, label, value == chosen) for value, label in pairs)


def _kept(asked: Asked) -> list[tuple[str, str]]:
    """What a new search keeps: the order, the page size."""
    return [(name, text) for name, text in (("sort", asked.given_sort), ("per_page", asked.given_per_page)) if text]


def _prefill(asked: Asked) -> list[tuple[str, str]]:
    """A new row starts with what the list is narrowed to."""
    return [(name, one.text) for name, one in asked.wanted.items() if one.value is not None and not one.by_name]


def _pager(rows: Rows, asked: Asked, found: Found) -> Pager:
    def url(page: int) -> str:
        return rows.address("index", query=[*asked.pairs(), *([("page", str(page))] if page > 1 else [])])

    first = (found.page - 1) * asked.per_page + 1 if found.total else 0
    near = {1, found.pages, *range(found.page - 2, found.page + 3)}
    numbers: list[PageNumber] = []
    for page in sorted(one for one in near if 1 <= one <= found.pages):
        if numbers and page - numbers[-1].number > 1:
            numbers.append(PageNumber(0))
        numbers.append(PageNumber(page, url(page), page == found.page))
    return Pager(
        found.page, found.pages, found.total, first, first + len(found.rows) - 1 if found.total else 0,
        url(found.page - 1) if found.page > 1 else "", url(found.page + 1) if found.page < found.pages else "",
        tuple(numbers) if found.pages > 1 else (),
    )  # fmt: skip
