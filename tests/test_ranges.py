"""Parts of a body."""

import random
import re
from email import message_from_bytes
from itertools import pairwise

import pytest

from asking import Answer, ask
from kirsch.errors import RangeNotSatisfiable
from kirsch.ranges import MOST, parse_range
from kirsch.response import Response

BODY = b"0123456789" * 10


def spans(header: str, length: int = 100) -> list[tuple[int, int]]:
    return [(span.start, span.stop) for span in parse_range(header, length)]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-9", [(0, 10)]),
        ("bytes=90-", [(90, 100)]),
        ("bytes=90-1000", [(90, 100)]),
        ("bytes=-5", [(95, 100)]),
        ("bytes=-1000", [(0, 100)]),
        ("Bytes = 1-2 , ,5-6,", [(1, 3), (5, 7)]),
        ("bytes=5-6,1-2", [(1, 3), (5, 7)]),
        ("bytes=0-5,3-9", [(0, 10)]),
        ("bytes=0-4,5-9", [(0, 10)]),
        ("bytes=0-9,2-3", [(0, 10)]),
        ("bytes=0-0,200-300", [(0, 1)]),
        ("bytes=-0,5-6", [(5, 7)]),
        ("bytes=" + "0-," * 500, [(0, 100)]),
    ],
)
def test_ranges_are_found_and_merged(header, found):
    """First to last, open, from the end; overlapping and adjacent ones are one."""
    assert spans(header) == found


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=a-b",
        "bytes=5-1",
        "bytes=0-1,5-1",
        "bytes=--1",
        "bytes=-",
        "bytes=1",
        "bytes=0x1-2",
        "bytes=1 - 2",
        "bytes=+1-2",
        "bytes=1_0-20",
        "bytes=٣-٤",
        "bytes=0-" + "9" * 5000,
        "bytes=" + "9" * 5000 + "-",
        "items=0-5",
        "bytes:0-5",
    ],
)
def test_what_cannot_be_understood_is_ignored(header):
    """The whole body comes."""
    assert spans(header) == []


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200,300-", "bytes=-0", "bytes=999999999999999999-"])
def test_what_lies_outside_is_refused(header):
    """The error says how long the body is."""
    with pytest.raises(RangeNotSatisfiable) as refused:
        parse_range(header, 100)

    assert refused.value.headers == [("Content-Range", "bytes */100")]


def test_too_many_ranges_are_ignored():
    """Ten are sent, more are not worth it."""
    assert len(spans("bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(MOST)))) == MOST
    assert spans("bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(MOST + 1))) == []


def test_an_empty_body_has_no_parts():
    """The last bytes of nothing are nothing; a first byte there is not."""
    assert spans("bytes=-5", 0) == []
    with pytest.raises(RangeNotSatisfiable):
        parse_range("bytes=0-", 0)


def test_merged_ranges_cover_what_was_asked_for(seed):
    """Against a set of numbers: the same bytes, in order, apart from each other."""
    pick = random.Random(seed)

    for _ in range(2000):
        pairs = [sorted((pick.randrange(40), pick.randrange(40))) for _ in range(pick.randint(1, 8))]
        asked = {place for first, last in pairs for place in range(first, min(last + 1, 30))}
        if not asked:
            continue
        found = spans("bytes=" + ",".join(f"{first}-{last}" for first, last in pairs), 30)

        assert [place for start, stop in found for place in range(start, stop)] == sorted(asked)
        assert all(stop < start for (_, stop), (start, _) in pairwise(found))


def asked(header: str, method: str = "GET", response: Response | None = None, **headers: str) -> Answer:
    if response is None:
        response = Response(BODY, content_type="text/plain")
        response.etag, response.conditional_response = "v1", True
    sent = {"Range": header} | {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(response, "/", method=method, headers=sent)


def test_one_part_comes_with_its_place():
    """206 with Content-Range; tag and type stay."""
    answer = asked("bytes=10-19")

    assert (answer.status, answer.body) == (206, b"0123456789")
    assert answer.headers["Content-Range"] == "bytes 10-19/100"
    assert (answer.headers["Content-Length"], answer.headers["ETag"]) == ("10", '"v1"')
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_several_parts_come_as_multipart():
    """Each part says its type and its place; the length is right."""
    answer = asked("bytes=0-1,50-52,-2")

    kind = answer.headers["Content-Type"]
    assert re.fullmatch(r"multipart/byteranges; boundary=[0-9a-f]{32}", kind)
    assert answer.headers["Content-Length"] == str(len(answer.body))
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + answer.body)
    parts = [(part["Content-Range"], part["Content-Type"], part.get_payload()) for part in message.get_payload()]
    text = "text/plain; charset=utf-8"
    assert parts == [
        ("bytes 0-1/100", text, "01"), ("bytes 50-52/100", text, "012"), ("bytes 98-99/100", text, "89")
    ]  # fmt: skip


def test_every_answer_has_a_boundary_of_its_own():
    """Nobody can write a body that holds it."""
    assert asked("bytes=0-1,50-51").headers["Content-Type"] != asked("bytes=0-1,50-51").headers["Content-Type"]


def test_parts_outside_are_refused_with_the_length():
    """416, without a body."""
    answer = asked("bytes=100-")

    assert (answer.status, answer.body) == (416, b"There are 100 bytes.")
    assert answer.headers["Content-Range"] == "bytes */100"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"if_range": '"v1"'}, 206),
        ("GET", {"if_range": '"v0"'}, 200),
        ("GET", {"if_range": 'W/"v1"'}, 200),
        ("GET", {"if_range": "Sat, 21 Nov 2026 12:00:00 GMT"}, 200),
        ("GET", {"if_none_match": '"v1"'}, 304),
        ("GET", {"if_match": '"v0"'}, 412),
        ("HEAD", {}, 200),
        ("POST", {}, 200),
    ],
)
def test_parts_are_sent_only_of_the_version_that_is_held(method, headers, status):
    """If-Range decides after all other conditions, and only GET knows ranges."""
    assert asked("bytes=0-1", method, **headers).status == status


def test_a_response_says_whether_it_can_be_had_in_parts():
    """Ranges are for responses that are conditional, and not for those that say no."""
    unwilling = Response("abc", conditional_response=True)
    unwilling.accept_ranges = "none"

    assert asked("bytes=0-1", "HEAD").headers["Accept-Ranges"] == "bytes"
    assert asked("bytes=0-1", response=unwilling).status == 200
    assert asked("bytes=0-1", response=Response("abc")).status == 200


def test_a_body_in_pieces_is_cut_across_them_and_closed(seed):
    """However it is divided, the bytes are those of the whole."""
    pick = random.Random(seed)

    for _ in range(300):
        cuts = sorted(pick.randrange(101) for _ in range(pick.randint(0, 8)))
        blocks = Blocks([BODY[a:b] for a, b in zip([0, *cuts], [*cuts, 100], strict=True)])
        response = Response(app_iter=blocks, content_length=100, conditional_response=True)
        first, last = sorted((pick.randrange(100), pick.randrange(100)))

        answer = asked(f"bytes={first}-{last}", response=response)

        assert (answer.status, answer.body, blocks.closed) == (206, BODY[first : last + 1], True)


class Blocks(list[bytes]):
    """A body that knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("headers", [{"if_none_match": "*"}, {"if_match": '"x"'}, {"range": "bytes=100-"}])
def test_a_body_that_is_not_sent_is_closed(headers):
    """304, 412 and 416 leave nothing open."""
    blocks = Blocks([BODY])
    response = Response(app_iter=blocks, content_length=100, conditional_response=True)
    response.etag = "v1"

    assert ask(response, "/", headers={n.replace("_", "-"): v for n, v in headers.items()}).status in (304, 412, 416)
    assert blocks.closed
