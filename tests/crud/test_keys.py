"""Keys as parts of URLs, and back."""

import re
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

import shop as bookshop
from kirsch.crud import keys
from kirsch.crud.inspection import shape_of
from kirsch.errors import NotFound

SHAPES = {
    kind: shape_of(kind) for kind in (bookshop.Tag, bookshop.Shelf, bookshop.Voucher, bookshop.Day, bookshop.Author)
}
TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@given(name=TEXTS)
def test_any_text_is_one_harmless_part_of_a_url_and_comes_back(name: str):
    """No slash, no dot, nothing to be quoted, no word that means something else."""
    part = keys.encode((name,))

    assert re.fullmatch(r"[A-Za-z0-9_~-]+", part)
    assert part not in {"new", "null"}
    assert keys.decode(SHAPES[bookshop.Tag], part) == (name,)


@given(room=TEXTS, number=some.integers(-(2**31), 2**31 - 1))
def test_composite_keys_come_back(room: str, number: int):
    """Also where a value looks like the separator."""
    assert keys.decode(SHAPES[bookshop.Shelf], keys.encode((room, number))) == (room, number)


def test_values_of_other_types_come_back():
    """UUIDs and dates, as people write them."""
    assert keys.encode((UUID(int=5),)) == str(UUID(int=5))
    assert keys.decode(SHAPES[bookshop.Voucher], str(UUID(int=5))) == (UUID(int=5),)
    assert keys.decode(SHAPES[bookshop.Day], "2026-01-31") == (date(2026, 1, 31),)


@pytest.mark.parametrize(
    "part", ["", "x", "1.5", "1~~2", "~", "~~", "~n~~", "+1", "٣", "1" * 30, "2147483648", "~00", "a" * 3000, "é"]
)
def test_what_no_row_can_have_is_not_found(part: str):
    """Ill-typed, too many parts, out of the column's range, undecodable."""
    with pytest.raises(NotFound):
        keys.decode(SHAPES[bookshop.Author], part, "postgresql")
