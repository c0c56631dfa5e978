"""tools.compression: texts are sent packed to clients that take them so, and conditions of requests hold as before."""

import gzip
import random
import zlib
from importlib import import_module

import brotli
import pytest
import zstandard

from asking import ask
from kirsch import Application, Controller, Mapper, Request, Response
from kirsch.errors import ConfigError, NotModified
from kirsch.events import Event, EventStream
from kirsch.tools import _encodings

TEXT = "All is well that is said more than once. " * 100
UNPACK = {
    None: bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


CLOSED = []


def pieces():
    """Pieces that note when they are closed."""
    try:
        yield from ("one " * 200, "", "two")
    finally:
        CLOSED.append(True)


class Pages(Controller):
    def index(self):
        return TEXT

    def short(self):
        return "short"

    def kind(self, type: str):
        return Response(TEXT, content_type=type)

    def headed(self, name: str, value: str):
        return Response(TEXT, headers=[(name, value)])

    def status(self, code: int):
        return Response(TEXT, code)

    def versioned(self):
        self.request.check("v1")
        return TEXT

    def change(self):
        self.request.check("v1")
        return "changed"

    def pieces(self):
        return pieces()

    def events(self):
        return EventStream([Event("x" * 2000)])

    def known(self):
        raise NotModified(headers=[("ETag", '"v1"')])


def make_app(**options):
    mapper = Mapper()
    for action in ("index", "short", "kind", "headed", "status", "pieces", "events", "known"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    mapper.connect("/versioned", controller=Pages, action="versioned", conditions={"method": ["GET"]})
    mapper.connect("/versioned", controller=Pages, action="change", conditions={"method": ["PUT"]})
    return Application(mapper, config={"tools.compression": options})


@pytest.fixture
def app():
    return make_app()


def get(app, path="/index", accept="gzip", **options):
    asked = {} if accept is None else {"Accept-Encoding": accept}
    return ask(app, path, headers=options.pop("headers", {}) | asked, **options)


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("gzip; q=0.2 , br;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.000, br;Q=0.001", "br"),
        ("*", "br"),
        ("*;q=0", None),
        ("*;q=0, gzip", "gzip"),
        ("br;q=0, *", "zstd"),
        ("identity;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("deflate, compress", None),
        ("gzip;q=2", None),
        ("gzip;q=0.1234", None),
        ("gzip;level=9", None),
        ("gzip gzip", None),
        (",,gzip,", "gzip"),
    ],
)
def test_the_client_chooses(app, accept, encoding):
    """By its weights, of equals the one that packs best; caches are told that it depends on the client."""
    answer = get(app, accept=accept)

    assert answer.headers.get("Content-Encoding") == encoding
    assert UNPACK[encoding](answer.body).decode() == TEXT
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accept", ["identity;q=0, gzip", "*;q=0, gzip;q=0.1"])
def test_who_refuses_it_as_it_is_gets_even_a_short_answer_packed(app, accept):
    """Whatever is said of sizes and types."""
    short, image = get(app, "/short", accept), get(app, "/kind?type=image/png", accept)

    assert gzip.decompress(short.body) == b"short"
    assert image.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    [
        "/kind?type=image/png",
        "/kind?type=text/event-stream",
        "/headed?name=Content-Encoding&value=br",
        "/headed?name=Cache-Control&value=public,%20No-Transform",
        "/headed?name=Content-Digest&value=x",
        "/events", "/status?code=204",
    ],
)  # fmt: skip
def test_what_gains_nothing_or_must_stay_is_left_alone(app, path):
    """Images, events, what is packed already, and what says no-transform; it does not vary, either."""
    answer = get(app, path)

    assert answer.headers.get("Content-Encoding") in (None, "br")
    assert "Vary" not in answer.headers
    assert answer.body == get(app, path, accept=None).body


@pytest.mark.parametrize("path", ["/short", "/status?code=206"])
def test_short_answers_and_parts_stay_as_they_are_and_vary(app, path):
    """Another answer at the same address may be packed."""
    answer = get(app, path)

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/problem+json", "image/svg+xml", "text/css", "text/x"]
)
def test_texts_are_packed_whatever_they_are_called(app, kind):
    """And other types where configuration says so."""
    assert get(app, f"/kind?type={kind.replace('+', '%2B')}").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in get(make_app(types=["application/pdf"]), f"/kind?type={kind}").headers


def test_errors_are_packed_too(app):
    """Their pages are texts like others."""
    answer = get(app, "/nowhere", headers={"Accept": "text/html"})

    assert (answer.status, answer.headers["Content-Encoding"]) == (404, "gzip")
    assert b"<html" in gzip.decompress(answer.body)


@pytest.mark.parametrize("path", ["/index", "/short", "/versioned", "/pieces", "/status?code=204", "/nowhere"])
@pytest.mark.parametrize("accept", [None, "gzip", "br", "zstd"])
def test_head_gets_the_headers_of_get(app, path, accept):
    """To the last one."""
    got, head = get(app, path, accept), get(app, path, accept, method="HEAD")

    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


def test_a_packed_version_has_a_name_of_its_own_by_which_it_is_found_again(app):
    """Other bytes, another entity tag (RFC 9110, section 8.8.3.3); the client's copy is confirmed by its own name."""
    plain, packed = get(app, "/versioned", None), get(app, "/versioned", "gzip")
    again = get(app, "/versioned", "gzip", headers={"If-None-Match": packed.headers["ETag"]})
    both = get(app, "/versioned", "gzip", headers={"If-None-Match": '"v1", "v1--gzip"'})
    unpacked = get(app, "/versioned", None, headers={"If-None-Match": '"v1", W/"other"'})

    assert (plain.headers["ETag"], packed.headers["ETag"]) == ('"v1"', '"v1--gzip"')
    assert (again.status, again.headers["ETag"], again.body) == (304, '"v1--gzip"', b"")
    assert (both.status, both.headers["ETag"]) == (304, '"v1--gzip"')
    assert (unpacked.status, unpacked.headers["ETag"]) == (304, '"v1"')
    assert {answer.headers["Vary"] for answer in (again, both, unpacked)} == {"Accept-Encoding"}
    assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize(("tag", "status"), [('"v1--gzip"', 200), ('"v1"', 200), ('"v0--gzip"', 412), ("*", 200)])
def test_a_change_is_made_to_the_version_that_was_read_packed(app, tag, status):
    """If-Match names it as it was sent, with the encoding or without."""
    answer = ask(app, "/versioned", method="PUT", headers={"If-Match": tag})

    assert answer.status == status


@pytest.mark.parametrize(("tag", "sent"), [('W/"v1"', 'W/"v1"'), ('"a b"', 'W/"a b"'), ('"v1"', '"v1--br"')])
def test_a_weak_entity_tag_stays(app, tag, sent):
    """It means the same whatever the bytes; one that is odd becomes weak."""
    assert get(app, f"/headed?name=ETag&value={tag}", "br").headers["ETag"] == sent


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_pieces_arrive_one_by_one_and_their_source_is_closed(app, encoding):
    """Each can be unpacked when it arrives, without the next."""
    started = []
    CLOSED.clear()
    environ = Request.blank("/pieces", {"HTTP_ACCEPT_ENCODING": encoding}).environ
    body = app(environ, lambda _, headers: started.append(dict(headers)))
    unpack = {
        "gzip": lambda: zlib.decompressobj(31).decompress,
        "br": lambda: brotli.Decompressor().process,
        "zstd": lambda: zstandard.ZstdDecompressor().decompressobj().decompress,
    }[encoding]()
    unpacked = [unpack(piece) for piece in body]
    body.close()

    assert unpacked == [b"one " * 200, b"two", b""]
    assert "Content-Length" not in started[0]
    assert CLOSED == [True]


def test_answers_for_one_visitor_can_be_left_alone():
    """What a page holds in secret is not told by its length."""
    app = make_app(personal=False)

    for name, value in (("Set-Cookie", "a=b"), ("Vary", "Accept,%20Cookie")):
        assert "Content-Encoding" not in get(app, f"/headed?name={name}&value={value}").headers
    assert get(app).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"encodings": ["gzipp"]}, "encodings has 'gzipp', which is unknown. Did you mean 'gzip'"),
        ({"gzip_level": 10}, "gzip_level is 10; take 1 to 9"),
        ({"zstd_level": 22}, "zstd_level is 22; take 1 to 19"),
        ({"minimum": "a lot"}, "minimum must be a size"),
    ],
)
def test_what_cannot_work_is_said_at_start(options, words):
    """With what would."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


@pytest.mark.parametrize(("name", "package"), [("br", "brotli"), ("zstd", "zstandard")])
def test_a_missing_package_is_named_where_it_is_asked_for(monkeypatch, name, package):
    """Where nobody asks for it, the others do."""

    def install(wanted):
        if wanted == package:
            raise ModuleNotFoundError(wanted)
        return import_module(wanted)

    monkeypatch.setattr(_encodings, "import_module", install)

    assert get(make_app(), accept=f"{name}, gzip;q=0.1").headers["Content-Encoding"] == "gzip"
    with pytest.raises(
        ConfigError, match=rf"'{name}', which needs the package '{package}'. Run: pip install 'kirsch\["
    ):
        make_app(encodings=["gzip", name])


def test_whatever_a_client_says_it_takes_it_can_unpack_the_answer(app, seed):
    """Garbage in Accept-Encoding and in conditions is never an error."""
    chosen = random.Random(seed)
    words = [
        "gzip", "br", "zstd", "identity", "*", "x-gzip", ";", "q=", ";q=0", ";q=1", ";q=0.5", "1e9", "-1", "nan", ",",
        " ", "\t", "=", '"', "\x00", "\xff", "gzip" * 99, "--gzip", '"v1--br"', "W/", "\u0130",
    ]  # fmt: skip
    for _ in range(500):
        accept, tags = ("".join(chosen.choices(words, k=chosen.randrange(9))) for _ in range(2))
        environ = {"HTTP_ACCEPT_ENCODING": accept, "HTTP_IF_NONE_MATCH": tags}
        answer = ask(app, "/versioned", environ=environ)
        encoding = answer.headers.get("Content-Encoding")

        assert answer.status in (200, 304)
        assert UNPACK[encoding](answer.body) == (TEXT.encode() if answer.status == 200 else b"")
        assert encoding is None or encoding in accept.lower() or "*" in accept
