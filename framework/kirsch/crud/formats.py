"""Rows for programs: JSON records and lists, CSV of a whole list, problems."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from kirsch.crud.asked import Asked
from kirsch.crud.cells import json_of, text_of
from kirsch.crud.conflict import version_of
from kirsch.crud.finding import Linked, Named, among, in_order, linked_all, loading, matching
from kirsch.crud.inspection import Attribute, Collection, Member
from kirsch.crud.listing import find
from kirsch.crud.rows import Rows
from kirsch.crud.views import Link
from kirsch.errors import HTTPError, NotAcceptable
from kirsch.problem import PROBLEM_JSON, problem
from kirsch.rendering import to_json
from kirsch.request import Request
from kirsch.response import FileBody, Response

HTML, JSON, CSV = "text/html", "application/json", "text/csv"
#: What a spreadsheet takes for the beginning of a formula, with the full-width signs of East Asian keyboards, after
#: spaces of any kind and marks that have no width.
FORMULA = re.compile(r"[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
CHUNK = 200
#: Bytes of a CSV that are kept in memory; more of them go to a temporary file.
IN_MEMORY = 1_000_000


def wanted(request: Request, csv_too: bool = False) -> str:
    """The form of the answer: by the URL's ending, by `Accept`; who sends JSON and does not say gets JSON.

    :raises NotAcceptable: for CSV of anything but a list.
    """
    asked = request.urlvars.get("format")
    if asked == "csv" and not csv_too:
        raise NotAcceptable("Only lists come as CSV.")
    if asked:
        return {"csv": CSV, "json": JSON}.get(asked, HTML)
    accept = request.environ.get("HTTP_ACCEPT") or "*/*"
    if accept == "*/*" and request.is_json:
        return JSON
    return request.prefers(HTML, JSON, *([CSV] if csv_too else [])) or HTML


def json_response(value: Any, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """A JSON answer that caches keep apart from the page of the same address."""
    return Response(to_json(value), status, JSON, headers=[*headers, ("Vary", "Accept")])


def problem_response(error: HTTPError) -> Response:
    """An error as problem details (RFC 9457)."""
    return Response(to_json(problem(error)), error.status, PROBLEM_JSON, headers=[*error.headers, ("Vary", "Accept")])


def record(rows: Rows, row: Any, links: dict[str, Named] | None = None) -> dict[str, Any]:
    """A row as a JSON object: its values by name, relations as objects with `_key`, `_label` and `_url`."""
    link = rows.link_to(row)
    found: dict[str, Any] = {"_key": link.key, "_label": link.label, "_url": link.url}
    for member in exported(rows):
        if isinstance(member, Attribute):
            found[member.name] = json_of(member, getattr(row, member.name))
        elif isinstance(member, Collection):
            known = rows.sibling(member.target).links(links[member.name]) if links is not None else None
            several = map(rows.sibling(member.target).link_to, getattr(row, member.name)) if known is None else known
            found[member.name] = [_link_record(one) for one in several]
        else:
            target = getattr(row, member.name)
            found[member.name] = None if target is None else _link_record(rows.sibling(member.target).link_to(target))
    return found


def exported(rows: Rows) -> list[Member]:
    """What JSON and CSV hold of a row: everything that may be shown, but no binary values."""
    return [one for one in rows.visible if one.kind != "binary"]


def _link_record(link: Link) -> dict[str, str]:
    return {"_key": link.key, "_label": link.label, "_url": link.url}


def row_json(rows: Rows, row: Any, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """One row as JSON, with its version in the body and as `ETag`."""
    version = version_of(rows, row)
    return json_response({**record(rows, row), "_version": version}, status, [*headers, ("ETag", f'"{version}"')])


def list_json(rows: Rows, asked: Asked) -> Response:
    """A page of the list as JSON, with links to the pages beside it."""
    members = exported(rows)
    found = find(rows, asked, members)
    links = linked_all(rows, found.rows, members)
    items = [record(rows, row, _links_for(rows, row, members, links)) for row in found.rows]

    def url(page: int) -> str | None:
        inside = 1 <= page <= found.pages
        return rows.address("index", query=[*asked.pairs(), ("page", str(page))], form="json") if inside else None

    return json_response({
        "items": items, "total": found.total, "page": found.page, "pages": found.pages, "per_page": asked.per_page,
        "next": url(found.page + 1), "previous": url(found.page - 1),
    })  # fmt: skip


def _links_for(rows: Rows, row: Any, members: Sequence[Member], links: Linked) -> dict[str, Named]:
    key = rows.shape.key(row)
    return {one.name: links.get(one.name, {}).get(key, []) for one in members if isinstance(one, Collection)}


def list_csv(rows: Rows, asked: Asked) -> Response:
    """All rows of the list as CSV (RFC 4180, UTF-8), whatever the page."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed when the answer is sent
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    members = exported(rows)
    writer.writerow([harmless(rows.label_for(one)) for one in members])
    for chunk in _chunks(rows, asked, members):
        links = linked_all(rows, chunk, members)
        for row in chunk:
            related = _links_for(rows, row, members, links)
            writer.writerow([_csv_cell(rows, row, one, related) for one in members])
    text.detach()
    size = file.tell()
    file.seek(0)
    name = "".join(one if one.isalnum() and one.isascii() else "_" for one in rows.name) or "list"
    response = Response(
        b"", 200, CSV, headers=[("Content-Disposition", f'attachment; filename="{name}.csv"'), ("Vary", "Accept")]
    )
    response.app_iter = FileBody(file)
    response.content_length = size
    return response


def _chunks(rows: Rows, asked: Asked, members: Sequence[Member]) -> Iterator[list[Any]]:
    """The rows in their order, some at a time, so that a long list needs no more memory than a short one."""
    ordered = in_order(rows, asked, matching(rows, asked))
    only_keys = ordered.with_only_columns(*rows.key_columns, maintain_column_froms=True)
    keys = [tuple(key) for key in rows.db.execute(only_keys)]
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        statement = rows.query().order_by(None).where(among(rows.key_columns, some)).options(*loading(rows, members))
        found = {rows.shape.key(row): row for row in rows.db.scalars(statement).unique()}
        yield [found[key] for key in some if key in found]


def _csv_cell(rows: Rows, row: Any, member: Member, links: dict[str, Named]) -> str:
    if isinstance(member, Collection):
        found, size = rows.sibling(member.target), len(rows.sibling(member.target).shape.keys)
        return harmless("; ".join(found.called(one[:size], one[size:]) for one in links[member.name]))
    value = getattr(row, member.name)
    if not isinstance(member, Attribute):
        return "" if value is None else harmless(rows.sibling(member.target).call(value))
    text = text_of(member, value)
    return text if isinstance(value, int | float | Decimal) else harmless(text)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if FORMULA.match(text) else text
