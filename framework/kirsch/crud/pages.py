"""The pages of one row: to read, to edit, to delete."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kirsch.crud.asked import filter_name
from kirsch.crud.batch import together
from kirsch.crud.conflict import version_of
from kirsch.crud.finding import LINKS, linked_all, loading
from kirsch.crud.forms import RowForm
from kirsch.crud.inspection import Inverse, Reference
from kirsch.crud.keys import encode
from kirsch.crud.listing import edit_url, member_cell
from kirsch.crud.rows import Rows
from kirsch.crud.sent import VERSION
from kirsch.crud.views import Blocker, DeletePage, Fact, FormPage, Link, Related, ShowPage
from kirsch.crud.words import in_sentence


def show_page(rows: Rows, row: Any) -> ShowPage:
    """The page of a loaded row: its values, and who refers to it."""
    members, key = rows.visible, rows.shape.key(row)
    links = linked_all(rows, [row], members)
    return ShowPage(
        title=rows.call(row),
        breadcrumbs=crumbs(rows),
        facts=tuple(
            Fact(rows.label_for(one), member_cell(rows, row, one, links.get(one.name, {}).get(key, [])))
            for one in members
        ),
        related=related_to(rows, row),
        list_url=rows.address("index"),
        edit_url=edit_url(rows, key),
        delete_url=rows.address("confirm", key),
        json_url=rows.address("show", key, form="json"),
    )


def shown(rows: Rows) -> list[Any]:
    """The options that load a row for its page, in one query."""
    return loading(rows, rows.visible)


def crumbs(rows: Rows, *more: Link) -> tuple[Link, ...]:
    """The way to a page of one row: the list, then *more*."""
    return (Link(rows.many, rows.address("index")), *more)


def related_to(rows: Rows, row: Any) -> tuple[Related, ...]:
    """Who refers to a row: a count, the first few, the way to all of them; one query for all."""
    inverses = rows.shape.inverses
    selects = []
    for inverse in inverses:
        source, condition = rows.sibling(inverse.source), refers_to(rows, row, inverse)
        inner = source.query().with_only_columns(*source.key_columns, maintain_column_froms=True).order_by(None)
        selects.append(sa.select(sa.func.count()).select_from(inner.where(condition).subquery()))
        selects.append(source.named_rows(LINKS, condition))
    answers = together(rows.db, selects, rows.shape.mapper)
    return tuple(
        _related(rows, row, inverse, int(answers[2 * place][0][0]), answers[2 * place + 1])
        for place, inverse in enumerate(inverses)
    )


def refers_to(rows: Rows, row: Any, inverse: Inverse) -> Any:
    """The condition that a row of another model refers to *row*."""
    member = inverse.member
    source = rows.sibling(inverse.source)
    if isinstance(member, Reference):
        pairs = zip(member.local, member.remote, strict=True)
        return sa.and_(*(source.shape.column(local) == getattr(row, remote) for local, remote in pairs))
    return source.shape.column(member.name).any(rows.is_row(rows.shape.key(row)))


def _related(rows: Rows, row: Any, inverse: Inverse, count: int, found: list[tuple[Any, ...]]) -> Related:
    source, pair = rows.sibling(inverse.source), (filter_name(inverse.member), encode(rows.shape.key(row)))
    same = [one for one in rows.shape.inverses if one.source is inverse.source]
    label = source.many if len(same) == 1 else f"{source.many} ({source.label_for(inverse.member)})"
    new = source.address("new", query=[pair])
    return Related(label, count, source.links(found), source.address("index", query=[pair]) if count else "", new)


def form_page(rows: Rows, form: RowForm, row: Any = None, version: str = "") -> FormPage:
    """The page of a form; *row* is the one that is edited, None for a new one."""
    if row is None:
        title, action = f"New {in_sentence(rows.one)}", rows.address("create") or rows.address("index")
        back, delete, way = rows.address("index"), "", crumbs(rows)
    else:
        key, label = rows.shape.key(row), rows.call(row)
        title, action = f"Edit {label}", rows.address("update", key)
        back, delete = rows.address("show", key), rows.address("confirm", key)
        way = crumbs(rows, Link(label, back))
    hidden = form.hidden()
    if row is not None:
        hidden.append((VERSION, version or version_of(rows, row)))
    return FormPage(
        title=title, breadcrumbs=way, action=action, fields=form.fields(),
        submit=f"Create {in_sentence(rows.one)}" if row is None else "Save changes",
        cancel_url=back or rows.address("index"), errors=tuple(form.problems), hidden=tuple(hidden),
        delete_url=delete,
    )  # fmt: skip


def delete_page(
    rows: Rows, row: Any, consequences: list[str], blockers: list[Blocker], message: str = ""
) -> DeletePage:
    """The question before a row is deleted, or why it cannot be."""
    key, label = rows.shape.key(row), rows.call(row)
    back = rows.address("show", key)
    return DeletePage(
        title=f"{label} cannot be deleted" if blockers else f"Delete {label}?",
        breadcrumbs=crumbs(rows, Link(label, back)),
        label=label,
        action=rows.address("delete", key),
        cancel_url=back or rows.address("index"),
        hidden=((VERSION, version_of(rows, row)),),
        consequences=tuple(consequences),
        blockers=tuple(blockers),
        message=message,
    )
