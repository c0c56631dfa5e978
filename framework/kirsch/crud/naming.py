"""Rows of an association are called by what they link: "Switzerland / German"."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kirsch.crud.inspection import Reference, Shape, key_references, shape_of


@cache
def linking(shape: Shape) -> tuple[Reference, ...]:
    """The references whose rows name a row of an association; empty for other models.

    Each must refer to the key of rows that are no associations themselves, so that a name ends somewhere.
    """
    parts = key_references(shape)
    targets = [shape_of(one.target) for one in parts]
    by_key = all(one.remote == target.keys for one, target in zip(parts, targets, strict=True))
    return parts if by_key and not any(map(key_references, targets)) else ()


def through(entity: Any, reference: Reference, name: str) -> Any:
    """What to select for the attribute *name* of the row that a row of *entity*, a model or its alias, refers to."""
    target: Any = aliased(reference.target)
    pairs = zip(reference.local, reference.remote, strict=True)
    same = [getattr(target, remote) == getattr(entity, local) for local, remote in pairs]
    return sa.select(getattr(target, name)).where(*same).scalar_subquery()
