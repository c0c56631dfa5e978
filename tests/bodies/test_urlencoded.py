"""Forms as browsers send them when they hold no files."""

import random
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kirsch.bodies import BodyLimits
from kirsch.bodies.urlencoded import read_fields, read_query
from kirsch.errors import BadRequest

FORM = "application/x-www-form-urlencoded"
PIECES = ["a", "b=", "=", "&", "&&", "+", "%", "%2", "%41", "%c3%a9", "%C3", "%A9", "%ff", "%zz", "%26", "%3d", "%2B",
          "é", "€", "%e2%82", "%ac", ";", "\0", " ", "%%41", "%F0%9F%98%80", "%ed%a0%80",
          "\\", "\\x41", "\n"]  # fmt: skip


def expected(text):
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return None


def read(reader, sent):
    try:
        return reader(sent, BodyLimits())
    except BadRequest:
        return None


def test_pairs_are_those_of_the_standard_library(seed):
    """Over random texts of everything that is special, whole and broken alike."""
    chance = random.Random(seed)
    for _ in range(20_000):
        text = "".join(chance.choices(PIECES, k=chance.randrange(12)))

        assert read(read_fields, text.encode()) == expected(text), text
        assert read(read_query, text.encode().decode("latin-1")) == expected(text), text


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
    )
)
def test_what_is_written_is_read(pairs):
    """Any text survives the way through a form."""
    assert read(read_fields, urlencode(pairs).encode()) == pairs


@pytest.mark.parametrize("body", [b"a=\xff", b"a=%ff", b"%c3=1", b"\xc3%a9=1"])
def test_bytes_that_are_no_text_are_refused(ask, body):
    """Whether they are sent as they are or escaped."""
    told = ask("form", body, FORM)

    assert (told.status, told.detail) == (400, "The form is not UTF-8.")


def test_a_field_has_a_limit(ask):
    """A longer one is refused by a sentence that says the limit."""
    told = ask("form", b"a=1&b=" + b"x" * 2000, FORM, limits={"field": "1 kB"})

    assert (told.status, told.detail) == (413, "A field of the form is larger than the 1000 bytes that are taken here.")


def test_fields_are_counted(ask):
    """One more than the limit is one too many."""
    assert ask("form", b"a&b&c", FORM, limits={"fields": 3}).status == 200

    told = ask("form", b"a&b&c&d", FORM, limits={"fields": 3})

    assert (told.status, told.detail) == (413, "The form holds more than the 3 fields that are taken here.")


def test_a_million_escapes_are_read_in_one_go(ask):
    """A field of nothing but escapes is put together once, not a byte at a time."""
    body = b"a=" + b"%41" * 300_000

    told = ask("form", body, FORM, limits={"field": "1 MB"})

    assert told.json == {"form": [["a", "A" * 300_000]]}


@pytest.mark.parametrize("content_type", [FORM, FORM.upper(), FORM + ";charset=UTF-8", FORM + '; charset="us-ascii"'])
def test_the_type_of_a_form_is_spelt_freely(ask, content_type):
    """Case and parameters do not matter (RFC 9110, section 8.3.1)."""
    assert ask("form", b"a=%C3%A9", content_type).json == {"form": [["a", "é"]]}
