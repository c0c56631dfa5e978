"""The body as the server hands it over: short reads, silence, broken connections, lengths that are not true."""

import io
import random
import time

import pytest

from kirsch import Controller
from kirsch.errors import ContentTooLarge, UsageError
from kirsch.request import Request

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
ACTIONS = [("form", FORM), ("form", MULTIPART), ("parts", MULTIPART), ("json", "application/json"), ("stream", "")]


class Dripping(io.BytesIO):
    """A stream that gives fewer bytes than are asked for."""

    def __init__(self, body, most=1, pause=0.0):
        super().__init__(body)
        self.most = most
        self.pause = pause

    def read(self, size=-1):
        time.sleep(self.pause)
        return super().read(min(size, self.most) if size >= 0 else self.most)

    read1 = read


class Breaking:
    """A stream that fails where bytes are asked for."""

    def __init__(self, error):
        self.error = error

    def read(self, size):
        raise self.error


def test_short_reads_are_read_on(ask, form_of):
    """A server may give a body a byte at a time."""
    body = form_of(("a", b"1"), ("f", "x.txt", b"\r\n--a\r\n-"))

    assert ask("form", body, MULTIPART, stream=Dripping(body)).json == {
        "form": [["a", "1"], ["f", ["x.txt", "\r\n--a\r\n-"]]]
    }
    assert ask("form", b"a=1&b=2", FORM, stream=Dripping(b"a=1&b=2")).json == {"form": [["a", "1"], ["b", "2"]]}


@pytest.mark.parametrize(("action", "content_type"), ACTIONS)
@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (ConnectionResetError(), 400, "The connection broke off in the middle of the body."),
        (OSError("request data read error"), 400, "The connection broke off in the middle of the body."),
        (ValueError("bad chunk size"), 400, "The connection broke off in the middle of the body."),
        (TimeoutError(), 408, "The body did not arrive in time."),
        (
            ContentTooLarge("The body is larger than this server takes."),
            413,
            "The body is larger than this server takes.",
        ),
    ],
)
def test_a_stream_that_fails_is_an_answer(ask, action, content_type, error, status, sentence):
    """Servers tell in many ways that nothing more will come; none of them is our fault."""
    told = ask(action, b"x" * 10, content_type, stream=Breaking(error))

    assert (told.status, told.detail) == (status, sentence)


@pytest.mark.parametrize(("action", "content_type"), ACTIONS)
def test_a_body_cut_short_is_refused(ask, action, content_type):
    """Whichever way it is read, part of a body is not taken for the whole."""
    told = ask(action, b"--b\r\n", content_type, CONTENT_LENGTH="100")

    assert (told.status, told.detail) == (400, "The body ended before its announced length.")


@pytest.mark.parametrize(("action", "content_type"), ACTIONS)
def test_a_slow_body_is_given_up(ask, action, content_type):
    """The time spent waiting is bounded, however often a byte comes."""
    body = b"--b\r\n" + b"x" * 100

    told = ask(action, body, content_type, stream=Dripping(body, pause=0.02), limits={"seconds": 0.05})

    assert (told.status, told.detail) == (408, "The body did not arrive within 0.05 seconds.")


@pytest.mark.parametrize(("action", "content_type"), ACTIONS)
def test_an_announced_length_over_the_limit_is_not_read(ask, action, content_type):
    """The refusal comes before the first byte is asked for."""
    told = ask(
        action, b"x" * 2000, content_type, stream=Breaking(AssertionError("it was read")), limits={"body": "1 KiB"}
    )

    assert (told.status, told.detail) == (413, "The body is larger than the 1 KiB that are taken here.")


@pytest.mark.parametrize(("action", "content_type"), ACTIONS)
def test_a_body_of_unknown_length_is_counted(ask, action, content_type):
    """Where the server ends the stream, what arrives is measured."""
    body = b"--b\r\nContent-Disposition: form-data; name=x; filename=x\r\n\r\n" + b"x" * 2000
    unknown = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}

    told = ask(action, body, content_type, limits={"body": "1 KiB"}, **unknown)

    assert (told.status, told.detail) == (413, "The body is larger than the 1 KiB that are taken here.")
    assert ask("stream", body, limits={"body": len(body)}, **unknown).json == {"size": len(body)}


@pytest.mark.parametrize("length", ["-5", "+5", "0_5", "x", "٣", "5, 5"])
def test_a_length_that_is_no_number_is_refused(ask, length):
    """Only ASCII digits are a length (RFC 9110, section 8.6)."""
    assert ask("form", b"a=1", FORM, CONTENT_LENGTH=length).status == 400


def test_a_length_beyond_all_numbers_is_refused(ask):
    """Thousands of digits are too large, not an error."""
    assert ask("form", b"a=1", FORM, CONTENT_LENGTH="9" * 5000).status == 413


def test_a_body_without_end_asks_for_its_length(ask):
    """A chunked body under a server that does not decode it is a 411, not an empty form."""
    told = ask("form", b"", FORM, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")

    assert (told.status, told.detail) == (411, "This server takes only bodies that announce their Content-Length.")


@pytest.mark.parametrize(("action", "content_type"), ACTIONS[:-1])
def test_a_compressed_body_is_refused(ask, action, content_type):
    """Nobody unpacks it, so nobody should guess at it."""
    told = ask(action, b"\x1f\x8b", content_type, HTTP_CONTENT_ENCODING="gzip")

    assert (told.status, told.detail) == (415, "The body is sent compressed. Send it as it is.")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/plain", 200), ("text/plain; charset=latin-1", 200), ("text/plain; charset=ascii", 400),
     ("text/plain; charset=nonsense", 415)],
)  # fmt: skip
def test_text_is_decoded_as_announced(ask, content_type, status):
    """By UTF-8 where nothing is said."""
    assert ask("text", "é".encode(), content_type).status == status


def test_what_is_held_can_be_looked_at_again():
    """A signature over the bytes can be checked beside the fields that are read from them."""
    request = Request.blank("/", POST={"a": "1"})

    assert request.POST["a"] == "1"
    assert request.body == b"a=1"
    assert request.text == "a=1"


def test_a_body_that_is_set_is_read():
    """As in WebOb, a test may set the body of a request."""
    request = Request.blank("/", POST={"a": "1"})
    assert request.POST["a"] == "1"

    request.body = b"a=2"

    assert request.POST["a"] == "2"


def test_what_was_read_can_be_sent_on():
    """A copy of the request, for another application, has the whole body."""
    request = Request.blank("/", POST={"a": "1"})
    assert request.POST["a"] == "1"

    def echo(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    assert request.copy().get_response(echo).body == b"a=1"
    assert request.copy().POST["a"] == "1"


WAYS = {
    "request.POST": lambda request: request.POST,
    "request.parts()": lambda request: list(request.parts()),
    "request.stream": lambda request: request.stream.read(),
    "request.body": lambda request: request.body,
}


@pytest.mark.parametrize("first", ["request.parts()", "request.stream"])
@pytest.mark.parametrize("second", WAYS)
def test_a_stream_is_read_once(form_of, first, second):
    """A second way of reading is a mistake of the site's, named with the first."""
    body = form_of(("a", b"1"))
    request = Request.blank("/", method="POST", body=body, content_type=MULTIPART)
    WAYS[first](request)

    if first == second == "request.stream":
        assert request.stream.read() == b""
    else:
        with pytest.raises(UsageError, match=r"comes after request\.") as caught:
            WAYS[second](request)
        assert str(caught.value).startswith(f"{second} comes after {first}")


def test_a_failure_is_told_again():
    """Whoever reads on after a failure meets the same one, not what is left of the body."""
    request = Request.blank("/", method="POST", body=b"nonsense", content_type=MULTIPART)
    for _ in range(2):
        with pytest.raises(Exception, match="ends before its last boundary"):
            _ = request.POST


def test_a_stream_is_a_file_of_blocks(tmp_path):
    """Some bytes, then blocks, then a file."""
    request = Request.blank("/", method="PUT", body=b"abc" + b"x" * 600_000)

    assert request.stream.read(3) == b"abc"
    assert len(next(iter(request.stream))) <= 256 * 1024
    saved = request.stream.save_as(tmp_path / "rest")

    assert saved == (tmp_path / "rest").stat().st_size < 600_000
    assert request.stream.read() == b""


def test_a_stream_is_read_in_small_pieces(seed):
    """A record at a time, across the blocks that it arrives in."""
    chance = random.Random(seed)
    body = chance.randbytes(2_000_000)
    stream = Request.blank("/", method="PUT", body=body).stream

    pieces = [stream.read(chance.choice([0, 1, 7, 30]))]
    while piece := stream.read(chance.choice([1, 7, 30, 100, 300_000] if len(pieces) > 20_000 else [1, 7, 30])):
        pieces.append(piece)

    assert b"".join(pieces) == body


def test_reading_everything_is_bounded(ask):
    """``stream.read()`` without a size holds no more than may be in memory."""

    class Bodies(Controller):
        def everything(self):
            return {"size": len(self.request.stream.read())}

    told = ask("everything", b"x" * 5000, limits={"memory": "4 KiB"}, controller=Bodies)

    assert (told.status, told.detail) == (413, "The body is larger than the 4 KiB that are taken here.")
