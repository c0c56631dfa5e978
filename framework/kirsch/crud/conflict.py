"""Two people edit one row: the second to save sees both versions and decides."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kirsch.crud.cells import text_of
from kirsch.crud.forms import RowForm
from kirsch.crud.inspection import Attribute, Collection, Member, Reference
from kirsch.crud.parsing import written
from kirsch.crud.rows import Rows
from kirsch.crud.views import ConflictPage, Difference, Field, FormPage

MESSAGE = "Somebody else saved {label} while you were editing it. Nothing of yours is lost: compare, then decide."


def version_of(rows: Rows, row: Any) -> str:
    """A short text that changes whenever somebody changes the *row* or what goes with it.

    It is the model's version number, or else a digest of all values, keyed so that none of them can be guessed from it.
    """
    version = rows.shape.mapper.version_id_col
    if version is not None and not rows.shape.collections:
        return str(getattr(row, rows.shape.attribute_of(version)))
    values: list[Any] = [[one.key, _stable(getattr(row, one.key))] for one in rows.shape.mapper.column_attrs]
    for name, one in rows.shape.collections.items():
        shape = rows.sibling(one.target).shape
        values.append([name, sorted(repr(shape.key(target)) for target in getattr(row, name))])
    application: Any = rows.request.application
    secret = application.setup.secret.encode()
    return hmac.new(
        secret + b"kirsch.crud.version", repr(values).encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()[:32]


def _stable(value: Any) -> str:
    """A value as a text that is the same for the same value, whoever read it."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return repr(bytes(value) if isinstance(value, memoryview) else value)


def conflict_page(rows: Rows, row: Any, form: RowForm, page: FormPage, label: str) -> ConflictPage:
    """The page that compares what was sent with the *row* as it is now; its form saves what was sent after all."""
    fields = {one.name: one for one in page.fields}
    key = rows.shape.key(row)
    return ConflictPage(
        title=f"{label} was changed in the meantime",
        breadcrumbs=page.breadcrumbs,
        rows=tuple(_difference(rows, row, one, fields[name]) for name, one in form.members.items()),
        form=page,
        theirs_url=rows.address("show", key),
        edit_url=rows.address("edit", key),
        message=MESSAGE.format(label=label),
    )


def _difference(rows: Rows, row: Any, member: Member, field: Field) -> Difference:
    yours, theirs = _yours(field), _theirs(rows, row, member)
    if isinstance(member, Attribute) and field.kind not in {"select", "checkbox"}:
        yours = "\n".join(yours.splitlines())
        differs = yours.strip() != "\n".join(written(member, getattr(row, member.name)).splitlines()).strip()
    else:
        differs = yours != theirs
    return Difference(rows.label_for(member), yours, theirs if differs else yours, differs)


def _yours(field: Field) -> str:
    """What was sent, as people read it."""
    if field.kind == "checkbox":
        return "Yes" if field.checked else "No"
    if field.kind in {"select", "multiselect"}:
        return ", ".join(one.label for one in field.options if one.selected and one.value)
    if field.kind == "datalist":
        return field.value.rpartition(" (")[0] or field.value
    return field.value


def _theirs(rows: Rows, row: Any, member: Member) -> str:
    """What the row holds now, as people read it."""
    if isinstance(member, Attribute):
        return text_of(member, getattr(row, member.name))
    found = rows.sibling(member.target)
    if isinstance(member, Reference):
        target = getattr(row, member.name)
        return "" if target is None else found.call(target)
    assert isinstance(member, Collection)
    names = [found.call(target) for target in getattr(row, member.name)]
    return ", ".join(sorted(names)) if len(names) > 1 else "".join(names)
