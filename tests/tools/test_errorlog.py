"""What was asked when something went wrong."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError, Forbidden
from kirsch.testing import Client
from kirsch.tool import Tool
from kirsch.tools import NAMES


class Pages(Controller):
    """Pages that fail."""

    def fail(self) -> str:
        raise LookupError("broken\n2026-01-01T00:00:00.000Z ERROR forged\x1b[2J")

    def save(self, title: str) -> str:
        raise RuntimeError(f"cannot save {len(title)} letters")

    def stream(self) -> Iterator[str]:
        yield "a"
        raise LookupError("in the middle")

    def deny(self) -> str:
        raise Forbidden("Not you.")


@dataclass
class Away(Tool):
    """Knows what a LookupError means."""

    def error(self, request, exception):
        return Forbidden("away") if isinstance(exception, LookupError) else None


@pytest.fixture
def client(tmp_path):
    """A function that makes a site with the tool's options and a client for it; closed when the test ends."""
    made: list[Application] = []

    def make(**options) -> Client:
        mapper = Mapper()
        for action in ("fail", "save", "deny", "stream"):
            mapper.connect(f"/{action}", controller=Pages, action=action)
        tools = {"errorlog": {"file": "errors.log", **options}}
        made.append(Application(mapper, [Pages], {"tools": tools}, Config(root=tmp_path)))
        return Client(made[-1])

    yield make
    for application in made:
        application.close()


@pytest.fixture
def written(tmp_path):
    """A function that gives back what was written."""
    return (tmp_path / "errors.log").read_text


def test_an_entry_says_what_was_asked_and_where_it_broke(client, written):
    """The request, its headers, the names of its fields, and the traceback."""
    answer = client().post("/save?page=2", data={"title": "x", "author": "y"}, headers={"User-Agent": "me"})

    first, *rest = written().splitlines()

    assert answer.status_code == 500
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ERROR [0-9a-f]{16} POST /save\?page=2 500", first)
    assert first.split()[2] in answer.text
    assert "    pages.save (action), asked by somebody at 127.0.0.1" in rest
    assert "    User-Agent: me" in rest
    assert "    form: title, author" in rest
    assert "    Traceback (most recent call last):" in rest
    assert rest[-1] == "    RuntimeError: cannot save 1 letters"


def test_no_secret_is_written(client, written):
    """Neither of the headers nor of the address; of fields the names alone."""
    client().post(
        "/save?api_key=hunter2",
        data={"title": "hunter2", "password": "hunter2"},
        headers={"Authorization": "Basic hunter2", "Cookie": "id=hunter2", "X-Api-Key": "hunter2",
                 "Referer": "http://localhost/?token=hunter2"},
    )  # fmt: skip

    text = written()

    assert "hunter2" not in text
    assert "    Authorization: (hidden)" in text
    assert "form: title, password" in text


@pytest.mark.parametrize("header", ["a\nb", "\x1b[2J", "2026-01-01 \r forged", "\x00", "\u0085x"])
def test_nothing_looks_like_an_entry_that_is_none(client, written, header):
    """What a client or an exception says stays in its line, which is indented."""
    client().get("/fail", headers={"User-Agent": header})

    lines = written().splitlines()

    assert [number for number, line in enumerate(lines) if not line.startswith("    ")] == [0]
    assert all(line.isprintable() for line in lines)
    assert any("ERROR forged\\x1b[2J" in line for line in lines)


def test_an_entry_can_be_an_object(client, written):
    """One line of JSON, for programs."""
    client(format="json", level="critical").post("/save", data={"title": "x"})

    (line,) = written().splitlines()
    entry = json.loads(line)

    assert (entry["level"], entry["method"], entry["action"], entry["status"]) == (
        "critical", "POST", "pages.save", 500,
    )  # fmt: skip
    assert entry["names"] == ["title"]
    assert entry["error"] == "RuntimeError: cannot save 1 letters"
    assert entry["traceback"].startswith("Traceback")
    assert ["Host", "localhost"] in entry["headers"]


def test_one_may_want_less(client, written):
    """The sentence of the error stays."""
    client(tracebacks=False, headers=False, names=False).post("/save", data={"title": "x"})

    lines = written().splitlines()

    assert lines[1:] == [
        "    pages.save (action), asked by somebody at 127.0.0.1",
        "    RuntimeError: cannot save 1 letters",
    ]


@pytest.mark.parametrize(("path", "entered"), [("/deny", True), ("/nowhere", False), ("/fail", True)])
def test_expected_answers_are_entered_where_one_says_so(client, written, path, entered):
    """By their status; what nobody expected is always entered."""
    client(statuses=[403]).get(path)

    assert bool(written()) is entered
    assert ("Traceback" in written()) is (path == "/fail")


def test_what_another_tool_can_explain_is_no_error(tmp_path, monkeypatch):
    """Its answer is no 500."""
    monkeypatch.setitem(NAMES, "away", f"{__name__}:Away")
    mapper = Mapper()
    mapper.connect("/fail", controller=Pages, action="fail")
    config = {"tools": {"errorlog": {"file": "errors.log"}, "away": {"on": True}}}
    application = Application(mapper, [Pages], config, Config(root=tmp_path))

    answer = Client(application).get("/fail")

    assert answer.status_code == 403
    assert (tmp_path / "errors.log").read_text() == ""
    application.close()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"file": "missing/errors.log"}, "Make the folder"),
        ({"statuses": [200]}, "statuses has 200, which is no error"),
        ({"level": "debug"}, "must be one of 'warning', 'error', 'critical'"),
    ],
)
def test_what_cannot_work_is_found_at_start(client, options, sentence):
    """With what to do."""
    with pytest.raises(ConfigError) as caught:
        client(**options)

    assert sentence in str(caught.value)


def test_an_answer_that_breaks_off_is_entered(client, written):
    """Its status is sent by then; the traceback says where it broke."""
    with pytest.raises(LookupError):
        client().get("/stream")

    lines = written().splitlines()

    assert lines[0].endswith(" GET /stream 200")
    assert "    pages.stream (sending), asked by somebody at 127.0.0.1" in lines
    assert lines[-1] == "    LookupError: in the middle"


def test_no_entry_is_longer_than_is_good(client, written):
    """Whatever is sent, a header and a list of names are cut."""
    fields = {f"{number}{'x' * 900}": "" for number in range(300)}

    client().post("/save", data={"title": "x", **fields}, headers={"User-Agent": "y" * 5000})

    assert len(written()) < 100_000
    assert "y" * 500 in written()
    assert "y" * 501 not in written()
