"""Conditions that a request carries: what the client holds already, and which version it means to change."""

import random
import re
from datetime import UTC, datetime
from email.utils import formatdate

import pytest

from asking import Answer, ask
from kirsch import Application, Controller, Mapper, Response
from kirsch.conditional import decide, entity_tag, is_current, parse_date

DATE = "Sat, 21 Nov 2026 12:00:00 GMT"
EARLIER, LATER = "Fri, 20 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 GMT"
MODIFIED = datetime(2026, 11, 21, 12, tzinfo=UTC)
STAMP = int(MODIFIED.timestamp())


def decided(method: str = "GET", etag: str | None = '"a"', exists: bool = True, **headers: str) -> int:
    environ = {"REQUEST_METHOD": method} | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return decide(environ, etag, STAMP if exists else None, exists)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ('"a"', 304),
        ('W/"a"', 304),
        ('"b", "a"', 304),
        ('"b",W/"a","c"', 304),
        (' "a" ', 304),
        ('"x,y", "a"', 304),
        ('"a"x', 304),
        ("*", 304),
        (" * ", 304),
        ('"b"', 200),
        ("a", 200),
        ('"a', 200),
        ('"A"', 200),
        ("", 200),
        ("nonsense", 200),
        ('"*"', 200),
    ],
)
def test_a_version_that_the_client_holds_is_not_sent_again(tags, status):
    """If-None-Match is compared weakly, in lists too; a star stands for any version."""
    assert decided(if_none_match=tags) == status
    assert decided("HEAD", if_none_match=tags) == status


def test_a_change_that_expects_nothing_there_fails_where_something_is():
    """If-None-Match with a star makes PUT create, never replace."""
    assert decided("PUT", if_none_match="*") == 412
    assert decided("PUT", etag=None, exists=False, if_none_match="*") == 200


@pytest.mark.parametrize(
    ("tags", "etag", "status"),
    [
        ('"a"', '"a"', 200),
        ('"b", "a"', '"a"', 200),
        ("*", '"a"', 200),
        ('W/"a"', '"a"', 412),
        ('"a"', 'W/"a"', 412),
        ('W/"a"', 'W/"a"', 412),
        ('"b"', '"a"', 412),
        ("", '"a"', 412),
        ('"a"', None, 412),
    ],
)
def test_a_change_of_another_version_is_refused(tags, etag, status):
    """If-Match is compared strongly: weak tags name no bytes."""
    assert decided("PUT", etag=etag, if_match=tags) == status


def test_a_star_does_not_match_what_is_not_there():
    """If-Match with a star wants anything to be there."""
    assert decided("PUT", etag=None, exists=False, if_match="*") == 412


@pytest.mark.parametrize(("date", "status"), [(EARLIER, 412), (DATE, 200), (LATER, 200), ("soon", 200)])
def test_a_change_of_what_has_changed_since_is_refused(date, status):
    """If-Unmodified-Since counts whole seconds; a date that is none is no condition."""
    assert decided("PUT", if_unmodified_since=date) == status


@pytest.mark.parametrize("date", [DATE, "Saturday, 21-Nov-26 12:00:00 GMT", "Sat Nov 21 12:00:00 2026", LATER])
def test_what_has_not_changed_since_is_not_sent_again(date):
    """If-Modified-Since may be written in each of the three forms (RFC 9110, section 5.6.7)."""
    assert decided(if_modified_since=date) == 304
    assert decided("POST", if_modified_since=date) == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_match": '"a"', "if_unmodified_since": EARLIER}, 200),
        ({"if_match": '"b"', "if_none_match": '"a"'}, 412),
        ({"if_match": '"a"', "if_none_match": '"a"'}, 304),
        ({"if_none_match": '"b"', "if_modified_since": LATER}, 200),
        ({"if_none_match": '"a"', "if_modified_since": EARLIER}, 304),
        ({"if_unmodified_since": EARLIER, "if_none_match": '"a"'}, 412),
        ({"if_unmodified_since": LATER, "if_modified_since": LATER}, 304),
    ],
)
def test_conditions_are_looked_at_in_the_order_of_the_standard(headers, status):
    """RFC 9110, section 13.2.2: a tag outweighs a date, and what must match comes before what must not."""
    assert decided(**headers) == status


@pytest.mark.parametrize(
    ("condition", "etag", "current"),
    [
        ('"a"', '"a"', True),
        ('"b"', '"a"', False),
        ('W/"a"', 'W/"a"', False),
        (DATE, '"a"', False),
        (EARLIER, '"a"', False),
        ("Wed, 01 Jan 2020 00:00:00 GMT", None, True),
        ("Wed, 01 Jan 2020 00:00:01 GMT", None, False),
        ("nonsense", None, False),
    ],
)
def test_parts_are_for_those_who_hold_this_very_version(condition, etag, current):
    """If-Range takes a strong tag, or the very date of Last-Modified."""
    modified = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())

    assert is_current(condition, etag, modified) is current


def test_a_date_of_this_second_names_no_version():
    """What changed a moment ago may change again within the same second."""
    now = int(datetime.now(UTC).timestamp())

    assert not is_current(formatdate(now, usegmt=True), None, now)


@pytest.mark.parametrize(
    ("given", "sent"), [("a", '"a"'), ('"a"', '"a"'), ('W/"a"', 'W/"a"'), ("", '""'), ("5-/=", '"5-/="')]
)
def test_a_tag_is_quoted_once(given, sent):
    """It may be given as a plain text, or as its header writes it."""
    assert entity_tag(given) == sent


@pytest.mark.parametrize("given", ['a"b', "a b", "a\r\nb", "a\x00", "é", "\u2603", "\ud800", "a,b", 'W/"a b"'])
def test_what_cannot_be_a_tag_is_told_by_its_digest(given):
    """Whatever names a version, such as a text that somebody sent, the header holds, and another text has another."""
    tag = entity_tag(given)

    assert re.fullmatch(r'(W/)?"[0-9a-f]{32}"', tag)
    assert tag != entity_tag(given + " ")


def test_garbage_is_no_date(seed):
    """Whatever a client writes, it is a moment or none, never an exception."""
    pick = random.Random(seed)
    letters = "0123456789 ,:-+ATZGMnovsat\x00é"

    for _ in range(3000):
        cut = list(DATE)
        for _ in range(pick.randint(0, 6)):
            cut[pick.randrange(len(cut))] = pick.choice(letters)
        text = "".join(cut)[: pick.randint(0, 40)]
        assert isinstance(parse_date(text), int | None)


class Pages(Controller):
    """Answers that can be conditional."""

    seen = 0

    def kept(self):
        self.response.cache_control = "max-age=60"
        self.response.vary = ("Accept",)
        self.request.check("v1", MODIFIED)
        Pages.seen += 1
        return "the page"

    def saved(self):
        self.request.check("v1")
        return "changed"

    def whole(self):
        response = Response("0123456789", content_type="text/plain", headers=[("X-Name", "x")])
        response.etag, response.last_modified = "v1", MODIFIED
        response.conditional_response = True
        return response

    def touched(self):
        self.response.etag = "v1"
        self.response.conditional_response = True
        return "0123456789"

    def weak(self):
        self.request.check("v1", weak=True)
        return "..."

    def failing(self):
        response = Response("no", 404)
        response.etag, response.conditional_response = "v1", True
        return response


def app() -> Application:
    mapper = Mapper()
    for action in ("kept", "saved", "whole", "touched", "weak", "failing"):
        mapper.connect(f"/{action}", controller="pages", action=action)
    return Application(mapper, [Pages])


def asked(path: str, method: str = "GET", **headers: str) -> Answer:
    return ask(app(), path, method=method, headers={name.replace("_", "-"): text for name, text in headers.items()})


def test_an_action_names_its_version_and_is_spared_the_work():
    """The answer carries tag and date; who holds it gets 304 before the work is done, with the headers of the 200."""
    first = asked("/kept")
    seen = Pages.seen

    again = asked("/kept", if_none_match=first.headers["ETag"])

    assert (first.status, first.headers["ETag"], first.headers["Last-Modified"]) == (200, '"v1"', DATE)
    assert (again.status, again.body, Pages.seen) == (304, b"", seen)
    assert again.headers == {"ETag": '"v1"', "Last-Modified": DATE, "Cache-Control": "max-age=60", "Vary": "Accept"}


def test_a_change_of_another_version_is_not_made():
    """412 before the action goes on; the answer to a change names no old version."""
    refused, done = asked("/saved", "PUT", if_match='"v0"'), asked("/saved", "PUT", if_match='"v1"')

    assert refused.status == 412
    assert (done.status, done.text) == (200, "changed")
    assert "ETag" not in done.headers


def test_a_weak_version_is_told_as_such():
    """A W/ stands before the tag."""
    assert asked("/weak").headers["ETag"] == 'W/"v1"'


@pytest.mark.parametrize("path", ["/whole", "/touched"])
def test_any_response_can_be_conditional(path):
    """WebOb's `conditional_response`, with comparison as the standard wants it."""
    assert asked(path).text == "0123456789"
    assert asked(path, if_none_match='"x", W/"v1"').status == 304
    assert asked(path, if_match='"other"').status == 412
    assert asked(path, "HEAD", if_none_match="*").status == 304
    assert asked(path, "POST", if_none_match="*").status == 200


def test_a_304_keeps_the_headers_that_are_not_of_the_body():
    """The type and the length go."""
    answer = asked("/whole", if_none_match='"v1"')

    assert answer.headers == {"ETag": '"v1"', "Last-Modified": DATE, "X-Name": "x"}


def test_an_error_is_no_version():
    """Conditions are for what succeeds (RFC 9110, section 13.2.1)."""
    assert asked("/failing", if_none_match='"v1"').status == 404
