"""Files that an action opens or makes: sent in blocks, closed in any case, kept by browsers under a name."""

import io
import os
import re
from urllib.parse import quote, unquote

import pytest

from asking import Answer, ask
from kirsch import Application, Controller, Mapper

DATA = bytes(range(256)) * 1024
OPENED: list[io.IOBase] = []


class Reading(io.BytesIO):
    """A file that knows how much was asked for at once, and refuses to look for lines."""

    asked: set[int]

    def read(self, size=-1):
        self.asked = {*getattr(self, "asked", ()), size}
        return super().read(size)

    def __next__(self):
        raise AssertionError("A line may be as long as the file.")


class Files(Controller):
    """Answers with files."""

    def made(self):
        return opened(Reading(DATA))

    def rest(self):
        file = opened(io.BytesIO(DATA))
        file.seek(1024)
        return file

    def disk(self):
        self.response.conditional_response = True
        return opened(open("data.bin", "rb"))

    def text(self):
        return opened(open("words.txt", encoding="utf-16"))

    def piped(self):
        reader, writer = os.pipe()
        os.write(writer, b"a\nb")
        os.close(writer)
        return opened(os.fdopen(reader, "rb"))

    def named(self, name: str):
        self.response.download(name)
        return opened(io.BytesIO(b"data"))

    def nested(self):
        yield "a"
        yield (piece for piece in "bc")

    def delegated(self):
        yield "a"
        yield from (piece for piece in "bc")


def opened(file):
    OPENED.append(file)
    return file


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.bin").write_bytes(DATA)
    (tmp_path / "words.txt").write_text("é\nz", encoding="utf-16")
    OPENED.clear()
    mapper = Mapper()
    for action in ("made", "rest", "disk", "text", "piped", "named", "nested", "delegated"):
        mapper.connect(f"/{action}", controller=Files, action=action)
    return Application(mapper)


def summary(answer: Answer) -> tuple[int, str, str | None]:
    return answer.status, answer.headers["Content-Type"], answer.headers.get("Content-Length")


BYTES, TEXT = "application/octet-stream", "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "kind", "length", "body"),
    [
        ("/made", BYTES, str(len(DATA)), DATA),
        ("/disk", BYTES, str(len(DATA)), DATA),
        ("/rest", BYTES, None, DATA[1024:]),
        ("/piped", BYTES, None, b"a\nb"),
        ("/text", TEXT, None, "é\nz".encode()),
    ],
)
def test_an_open_file_is_sent_and_closed(app, path, kind, length, body):
    """From where it stands to its end, with its length where that is known."""
    answer = ask(app, path)

    assert summary(answer) == (200, kind, length)
    assert answer.body == body
    assert OPENED[0].closed


def test_a_file_is_never_read_by_line(app):
    """One without line breaks takes no more memory than any other."""
    ask(app, "/made")

    assert OPENED[0].asked == {64 * 1024}


def test_head_of_a_file_says_its_length_and_closes_it(app):
    """Without reading it."""
    answer = ask(app, "/made", method="HEAD")

    assert (summary(answer), answer.body) == ((200, BYTES, str(len(DATA))), b"")
    assert OPENED[0].closed
    assert not hasattr(OPENED[0], "asked")


def test_a_file_can_be_had_in_parts(app):
    """Where the action lets the response be conditional."""
    answer = ask(app, "/disk", environ={"HTTP_RANGE": "bytes=1000-1009"})

    assert (answer.status, answer.body) == (206, DATA[1000:1010])
    assert OPENED[0].closed


@pytest.mark.parametrize(
    ("name", "plain", "kept"),
    [
        ("report.pdf", "report.pdf", "report.pdf"),
        ("two words; and, more.txt", "two words; and, more.txt", "two words; and, more.txt"),
        ("Übersicht 2026.csv", "_bersicht 2026.csv", "Übersicht 2026.csv"),
        ("€ 💶.txt", "_ _.txt", "€ 💶.txt"),
        ('a"b.txt', "a_b.txt", 'a"b.txt'),
        ("100%41.txt", "100_41.txt", "100%41.txt"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\Temp\\x.txt", "x.txt", "x.txt"),
        ('x"\r\nSet-Cookie: evil=1', "x_Set-Cookie: evil=1", 'x"Set-Cookie: evil=1'),
        ("a\0b.txt", "ab.txt", "ab.txt"),
        (" .hidden. ", "hidden", "hidden"),
        ("", "file", "file"),
        ("..", "file", "file"),
    ],
)
def test_a_download_has_a_name(app, name, plain, kept):
    """Any text, as it is for browsers of today and nearly so for old ones; no name is a folder or another header."""
    answer = ask(app, f"/named?name={quote(name)}")

    header = answer.headers["Content-Disposition"]
    match = re.fullmatch(r"attachment; filename=\"([^\"\\%]*)\"(?:; filename\*=UTF-8''([\w.~%-]+))?", header)
    assert match, header
    assert (match[1], unquote(match[2] or match[1])) == (plain, kept)
    assert answer.body == b"data"
    assert "Set-Cookie" not in answer.headers


def test_an_iterator_in_an_iterator_is_said_with_yield_from(app):
    """The log names the words to write, which send its pieces in their place."""
    with pytest.raises(TypeError, match=r"not generator. Say `yield from` to send what an iterator makes."):
        ask(app, "/nested")

    assert ask(app, "/delegated").text == "abc"
