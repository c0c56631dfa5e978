"""One line for every answer."""

import logging
import re

import pytest

from kirsch import Application, Config, Controller, Mapper, Response
from kirsch.errors import ConfigError
from kirsch.testing import Client

LINE = re.compile(
    r'(?P<who>\S+) - (?P<user>\S+) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000)\] "(?P<request>.*)"'
    r' (?P<status>\d{3}) (?P<length>\d+) "(?P<referer>.*)" "(?P<agent>.*)" (?P<ms>[\d.]+)ms (?P<id>[0-9a-f]{16})\n'
)


class Pages(Controller):
    """Pages of every sort."""

    def index(self) -> str:
        return "hello"

    def stream(self) -> Response:
        response = Response()
        response.app_iter = (chunk for chunk in (b"abc", b"de"))
        return response

    def fail(self) -> str:
        raise LookupError("broken")


@pytest.fixture
def client(tmp_path):
    """A function that makes a site with the tool's options and a client for it; closed when the test ends."""
    made: list[Application] = []

    def make(**options) -> Client:
        mapper = Mapper()
        for path, action in [("/", "index"), ("/stream", "stream"), ("/fail", "fail")]:
            mapper.connect(path, controller=Pages, action=action)
        made.append(Application(mapper, [Pages], {"tools": {"accesslog": options}}, Config(root=tmp_path)))
        return Client(made[-1])

    yield make
    for application in made:
        application.close()


@pytest.mark.parametrize(
    ("path", "status", "length"),
    [("/", 200, 5), ("/stream", 200, 5), ("/nowhere?a=1", 404, None), ("/fail", 500, None)],
)
def test_every_answer_has_its_line(client, capsys, path, status, length):
    """The request, the status, the bytes, the time and the id, whatever became of it."""
    client().get(path)

    found = LINE.fullmatch(capsys.readouterr().out)

    assert found is not None
    assert (found["request"].split(" ")[:2], int(found["status"])) == (["GET", path], status)
    assert length in (None, int(found["length"]))


def test_nothing_in_a_line_ends_it(client, capsys):
    """Quotes, line breaks and escape sequences arrive as what they are: text of a client."""
    client().get("/", headers={"User-Agent": 'a" 200\n\x1b[31mé\\'})

    found = LINE.fullmatch(capsys.readouterr().out)

    assert found is not None
    assert found["agent"].startswith(r"a\x22 200\x0a\x1b[31m")
    assert found["agent"].endswith(r"\x5c")


def test_the_lines_can_go_to_a_file(client, tmp_path, capsys):
    """The file is appended to, also after it has been moved away."""
    asking = client(file="access.log")
    asking.get("/")
    (tmp_path / "access.log").rename(tmp_path / "access.log.1")

    asking.get("/stream")

    assert "GET / " in (tmp_path / "access.log.1").read_text()
    assert "GET /stream " in (tmp_path / "access.log").read_text()
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_written_is_found_at_start(client):
    """The sentence says what to do."""
    with pytest.raises(ConfigError, match="Make the folder, or name another file"):
        client(file="missing/access.log")


def test_handlers_of_ones_own_get_the_lines_instead(client, capsys, monkeypatch):
    """Who configures the logger kirsch.access decides where the lines go."""
    records = []
    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", records.append)
    monkeypatch.setattr(logging.getLogger("kirsch.access"), "handlers", [handler])

    client().get("/")

    assert capsys.readouterr().out == ""
    assert LINE.fullmatch(records[0].getMessage() + "\n")
