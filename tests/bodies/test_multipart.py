"""Forms with files, whole and broken, wherever the blocks that they arrive in are cut."""

import io
import random

import pytest
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from kirsch.bodies import Body, BodyLimits
from kirsch.bodies.multipart import Multipart
from kirsch.errors import BadRequest, ContentTooLarge, UnsupportedMediaType

MULTIPART = "multipart/form-data; boundary=b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="x"'
PIECES = [b"\r", b"\n", b"\r\n", b"-", b"--", b"b", b"--b", b"\r\n--b", b"\r\n--b\r\n", b"\r\n--b--", b"\r\n\r\n", b"x",
          b"\0", b"\r\n--b\r\nContent-Disposition: form-data; name=y\r\n\r\n",
          b"Content-Type: text/plain", b": ", b"\xff"]  # fmt: skip


class Cut(io.BytesIO):
    """A stream that gives its bytes in blocks of random sizes."""

    def __init__(self, body, sizes):
        super().__init__(body)
        self.sizes = sizes

    def read(self, size=-1):
        return super().read(min(size, next(self.sizes)))

    read1 = read


def ours(body, sizes=None):
    """The parts as (name, filename, content); a word where the form is refused."""
    stream = Cut(body, sizes) if sizes else io.BytesIO(body)
    try:
        form = Multipart(Body(stream, len(body), BodyLimits()), "b", BodyLimits())
        return [(part.name, part.filename, part.read()) for part in form]
    except (BadRequest, ContentTooLarge, UnsupportedMediaType):
        return "refused"


def theirs(body):
    """What the package ``multipart`` reads of the whole body at once, as strictly as it can."""
    parts = []
    try:
        with PushMultipartParser("b", strict=True) as parser:
            for event in parser.parse(body):
                if isinstance(event, MultipartSegment):
                    parts.append([event.name, event.filename, b""])
                elif event:
                    parts[-1][2] += event
    except MultipartError:
        return "refused"
    return [tuple(part) for part in parts]


def stricter(body):
    """Whether the form holds what we refuse and the package takes: control characters in heads, headers sent twice."""
    heads = [part.partition(b"\r\n\r\n")[0] for part in body.split(b"--b\r\n")[1:]]
    return any(byte in line for head in heads for line in head.split(b"\r\n") for byte in (b"\r", b"\n", b"\0")) or any(
        len({line.partition(b":")[0].lower() for line in head.split(b"\r\n")}) < len(head.split(b"\r\n"))
        for head in heads
    )


def random_form(chance):
    content = [b"".join(chance.choices(PIECES, k=chance.randrange(6))) for _ in range(chance.randrange(1, 4))]
    name = chance.choice([b'name="x"', b"name=x", b'name="x"; filename="y"', b'filename="y"', b""])
    body = (
        b"".join(b"--b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (name, part) for part in content)
        + b"--b--\r\n"
    )
    if chance.random() < 0.3:
        place = chance.randrange(len(body))
        body = body[:place] + chance.choice([*PIECES, b""]) + body[place + chance.randrange(3) :]
    return body


def test_the_reader_agrees_with_the_package(seed):
    """Over random forms, whole and broken, cut anywhere: the same parts, or refused by both."""
    chance = random.Random(seed)
    agreed = 0
    for _ in range(10_000):
        body = random_form(chance)
        sizes = iter(lambda: chance.choice([1, 2, 3, 5, 17, 100]), None)
        read = ours(body, sizes)

        assert read == ours(body), body
        if not stricter(body):
            assert read == theirs(body), body
            agreed += read != "refused"

    assert agreed > 2_000


def test_a_form_may_be_cut_anywhere(form_of):
    """At every offset the two halves are the same form; also where the last line break stands alone."""
    body = form_of(("a", b"1\r\n--\r\n"), ("f", "x.txt", b"\r\n--a\r\n"), ("e", b""))
    whole = ours(body)

    assert whole == [("a", None, b"1\r\n--\r\n"), ("f", "x.txt", b"\r\n--a\r\n"), ("e", None, b"")]
    for place in range(1, len(body)):
        assert ours(body, iter([place, len(body), len(body)])) == whole


def test_what_stands_around_a_form_is_ignored(form_of):
    """A preamble and an epilogue (RFC 2046, section 5.1.1), wherever they are cut."""
    body = b"preamble\r\n" + form_of(("a", b"1")) + b"epilogue " * 20_000

    assert ours(body) == [("a", None, b"1")]
    assert ours(body[:100], iter(lambda: 1, None)) == [("a", None, b"1")]


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"--b\r\n\r\nnameless\r\n--b--\r\n", 400, "A part of the form does not say its name."),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", 400,
         "A part of the form does not say its name."),
        (b"--b\r\nContent-Disposition: file; name=x\r\n\r\nx\r\n--b--", 400,
         "A part of the form does not say its name."),
        (HEAD + b"\r\n\r\ncut", 400, "The form ends before its last boundary."),
        (HEAD, 400, "The form ends before its last boundary."),
        (HEAD + b"\r\n\r\nx\r\n--b\r\n", 400, "The form ends before its last boundary."),
        (b"x" * 10_000, 400, "The form does not begin with its boundary."),
        (HEAD + b"\r\n\r\nx\r\n--bb--\r\n", 400, "The form holds its boundary where no part ends."),
        (HEAD + b"\r\nno header\r\n\r\nx\r\n--b--", 400, "The head of a part is malformed."),
        (HEAD + b"\r\nContent-Type: a\0b\r\n\r\nx\r\n--b--", 400, "The head of a part is malformed."),
        (HEAD + b"\r\n folded\r\n\r\nx\r\n--b--", 400, "The head of a part is malformed."),
        (HEAD + b"\r\nX: \xff\r\n\r\nx\r\n--b--", 400, "The head of a part is not UTF-8."),
        (HEAD + b"\r\nContent-Disposition: form-data; name=y\r\n\r\nx\r\n--b--", 400,
         "A part of the form has a header twice."),
        (HEAD + b"\r\nContent-Length: 2\r\n\r\nx\r\n--b--", 400, "The part 'x' is not as long as it says."),
        (HEAD + b"\r\n\r\n\xff\r\n--b--", 400, "The field 'x' is not UTF-8."),
        (HEAD + b"\r\nX: " + b"x" * 10_000 + b"\r\n\r\nx\r\n--b--", 413, "The head of a part is longer than 8 KiB."),
        (HEAD + b"".join(b"\r\nX%d: x" % n for n in range(8)) + b"\r\n\r\nx\r\n--b--", 413,
         "A part of the form has more than 8 headers."),
        (HEAD + b"\r\nContent-Type: text/plain; charset=latin-1\r\n\r\nx\r\n--b--", 415,
         "The field 'x' is not sent as UTF-8, which forms are read as."),
        (HEAD + b"\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nx\r\n--b--", 415,
         "The field 'x' is not sent as UTF-8, which forms are read as."),
        (HEAD + b"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--", 415,
         "The field 'x' is a form of its own. Send its files as parts."),
        (HEAD + b"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--", 415,
         "The part 'x' is sent encoded. Send it as it is."),
    ],
)  # fmt: skip
def test_a_broken_form_is_refused_in_words(ask, body, status, sentence):
    """Whatever is wrong, the answer says what."""
    told = ask("form", body, MULTIPART)

    assert (told.status, told.detail) == (status, sentence)


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""',
     "multipart/form-data; boundary=" + "b" * 71,
     'multipart/form-data; boundary="b\n"', 'multipart/form-data; boundary="é"',
     'multipart/form-data; boundary="b "'],
)  # fmt: skip
@pytest.mark.parametrize("action", ["form", "parts"])
def test_a_boundary_is_needed(ask, action, content_type):
    """Of 1 to 70 characters that a boundary may have (RFC 2046, section 5.1.1)."""
    told = ask(action, b"--b--\r\n", content_type)

    assert (told.status, told.detail[:42]) == (400, "The multipart form names no boundary, or n")


def test_a_form_in_another_character_set_is_refused(ask):
    """Forms are UTF-8."""
    assert ask("form", b"", MULTIPART + "; charset=utf-16").status == 415


def test_parts_come_only_from_forms_with_files(ask):
    """Anything else is a 415 that says what is taken."""
    told = ask("parts", b"a=1", "application/x-www-form-urlencoded")

    assert (told.status, told.detail) == (415, "This address takes forms with files, multipart/form-data.")


@pytest.mark.parametrize("action", ["form", "parts"])
@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"fields": 1}, "The form holds more than the 1 fields that are taken here."),
        ({"files": 1}, "The form holds more than the 1 files that are taken here."),
        ({"field": 9}, "The field 'a' is larger than the 9 bytes that are taken here."),
        ({"file": 99}, "The file 'f' is larger than the 99 bytes that are taken here."),
        ({"body": "100 B"}, "The body is larger than the 100 bytes that are taken here."),
    ],
)
def test_a_form_has_limits(ask, form_of, action, limits, sentence):
    """Each is refused by a sentence that says it; one less would do."""
    body = form_of(("a", b"x" * 10), ("b", b""), ("f", "f", b"x" * 100), ("g", "g", b""))

    told = ask(action, body, MULTIPART, limits=limits)

    assert (told.status, told.detail) == (413, sentence)
    assert ask(action, body, MULTIPART, limits={"fields": 2, "files": 2, "field": 10, "file": 100}).status == 200


def test_the_text_of_a_form_is_bounded(ask, form_of):
    """Many fields, each within its limit, are not more in memory than may be."""
    body = form_of(*[("a", b"x" * 900)] * 10)

    told = ask("form", body, MULTIPART, limits={"memory": "8 KiB"})

    assert (told.status, told.detail) == (413, "The body is larger than the 8 KiB that are taken here.")


@pytest.mark.parametrize("content", [b"\n", b"\r", b"\r\n", b"-", b"\r\n--", b"\r\n--a", b"--b\n\n", b"\r\n\r--b"])
def test_no_content_is_slow(ask, content):
    """Ten megabytes of what looks most like a boundary are searched a block at a time, not a line at a time."""
    body = HEAD + b'; filename="f"\r\n\r\n' + content * (10_000_000 // len(content)) + b"x\r\n--b--\r\n"

    reads = []

    class Counting(io.BytesIO):
        def read(self, size=-1):
            reads.append(size)
            return super().read(size)

        read1 = read

    stream = Counting(body)
    form = Multipart(Body(stream, len(body), BodyLimits()), "b", BodyLimits())

    assert sum(len(block) for part in form for block in part) == 10_000_000 // len(content) * len(content) + 1
    assert len(reads) < 200
