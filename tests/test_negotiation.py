"""What the client likes best, and that nothing it writes about that is an error."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Request
from kirsch.negotiation import LONGEST_KEPT, read_accept

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def prefers(accept: str | None, *offers: str) -> str | None:
    environ = {} if accept is None else {"HTTP_ACCEPT": accept}
    return Request.blank("/", environ).prefers(*(offers or (HTML, JSON)))


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        (JSON, JSON),
        ("application/*", JSON),
        ("text/html;q=0.5, application/json", JSON),
        ("text/html;q=0.5, application/json;q=0.501", JSON),
        ("text/html;q=0.5, application/json;q=0.5", HTML),
        ("application/json;q=0.5, */*;q=0.1", JSON),
        ("application/json, text/html", HTML),
        ("APPLICATION/JSON", JSON),
        (" application/json ; q=1.0 ", JSON),
    ],
)
def test_the_form_of_the_highest_weight_comes(accept, chosen):
    """Among equals, the one that the site offers first."""
    assert prefers(accept) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("text/html;q=0, */*", JSON),
        ("*/*, text/html;q=0", JSON),
        ("text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", JSON),
        ("text/*;q=0.1, */*;q=0.5", JSON),
        ("text/html;level=1, application/json;q=0.5", JSON),
        ("*/*;q=0", None),
        ("text/html;q=0, application/json;q=0.0", None),
        ("text/html;q=0", None),
        ("image/png", None),
    ],
)
def test_the_most_specific_range_decides(accept, chosen):
    """RFC 9110, section 12.5.1; a weight of zero says no."""
    assert prefers(accept) == chosen


@pytest.mark.parametrize(
    "accept",
    ["", " ", ",", ",,", "nonsense", "text", "text/", "/html", "text/html;q=2", "text/html;q=x", "text/html;q=0.1234",
     "text/html/x", "caf\xe9/\xff", "text/html;q", 'text/html;a="', "text/html application/json", "\x00"],
)  # fmt: skip
def test_what_is_malformed_says_nothing(accept):
    """It counts as if the header were not there."""
    assert prefers(accept) == HTML


def test_a_client_that_takes_nothing_of_the_kind_is_told_so_or_gets_the_page():
    """An answer that has one form comes in it (RFC 9110, section 12.4.1): better than a page of error."""

    class Lists(Controller):
        def index(self):
            return {"a": 1}

    mapper = Mapper()
    mapper.connect("/", controller=Lists, action="index")

    for accept in ("*/*;q=0", "image/png", "garbage;;;"):
        assert ask(Application(mapper), "/", headers={"Accept": accept}).status == 200


def test_usual_headers_are_understood_once_and_long_ones_not_kept():
    """A client cannot fill the memory with headers."""
    read_accept.cache_clear()

    for _ in range(3):
        prefers(BROWSER)
        prefers(BROWSER + ", a/b" * LONGEST_KEPT)

    assert (read_accept.cache_info().misses, read_accept.cache_info().hits) == (1, 2)


def test_a_header_without_end_counts_as_none():
    """No browser lists thousands of media ranges, which would take the square of their number to read."""
    assert prefers("application/json," * 100) == JSON
    assert prefers("application/json," * 10_000) == HTML


ACCESSORS: dict[str, Callable[[Request], Any]] = {
    "prefers": lambda request: request.prefers(HTML, JSON, TEXT),
    "accept": lambda request: request.accept.acceptable_offers([HTML]),
    "language": lambda request: request.accept_language.lookup(["de", "en"], default="en"),
    "languages": lambda request: request.accept_language.basic_filtering(["de", "en"]),
    "charset": lambda request: request.accept_charset.acceptable_offers(["utf-8"]),
    "encoding": lambda request: request.accept_encoding.acceptable_offers(["gzip", "identity"]),
}
PARTS = (
    "text", "html", "json", "application", "/", "*", ";", "q=", "0", "1", ".", "5", ",", "en", "de", "-", " ", "\t",
    "\xe9", "\xff", "\x00", '"', "\\", "gzip", "identity", "utf-8", "=", "q=1.0000", "q=.5", "level=1", "x" * 50,
)  # fmt: skip


@pytest.mark.parametrize("accessor", ACCESSORS)
def test_nothing_that_a_client_writes_is_an_error(accessor, seed):
    """Types, languages, character sets, encodings: garbage is no preference."""
    pick = random.Random(seed)

    for _ in range(3000):
        header = "".join(pick.choice(PARTS) for _ in range(pick.randint(0, 14)))
        names = ("ACCEPT", "ACCEPT_LANGUAGE", "ACCEPT_CHARSET", "ACCEPT_ENCODING")
        ACCESSORS[accessor](Request.blank("/", {f"HTTP_{name}": header for name in names}))
