"""One line for every answer."""

import json
import logging
import re
import shutil
import subprocess
import sys
from collections import Counter

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


def test_a_folder_that_goes_away_costs_lines_only_meanwhile(client, tmp_path):
    """What cannot be written is said elsewhere; once the folder is back, so are the lines."""
    (tmp_path / "logs").mkdir()
    asking = client(file="logs/access.log")
    asking.get("/")
    shutil.rmtree(tmp_path / "logs")
    assert asking.get("/stream").status_code == 200
    (tmp_path / "logs").mkdir()

    asking.get("/nowhere")

    assert "GET /nowhere " in (tmp_path / "logs" / "access.log").read_text()


def test_a_file_that_is_cut_short_in_place_is_written_on(client, tmp_path):
    """The way of rotating that copies the file and then empties it."""
    asking = client(file="access.log", format="{path}")
    asking.get("/")
    (tmp_path / "access.log").write_bytes(b"")

    asking.get("/stream")

    assert (tmp_path / "access.log").read_bytes() == b"/stream\n"


HOSTILE = {
    "quote": ('a" 200 1 "', r"a\x22 200 1 \x22"),
    "line break": ("a\n127.0.0.1 - - [x]", r"a\x0a127.0.0.1 - - [x]"),
    "carriage return": ("a\rb", r"a\x0db"),
    "tab": ("a\tb", r"a\x09b"),
    "escape sequence": ("\x1b[2Jx", r"\x1b[2Jx"),
    "backslash": ("a\\", r"a\x5c"),
    "what looks escaped": (r"a\x0a", r"a\x5cx0a"),
    "nul": ("a\0b", r"a\x00b"),
    "delete": ("a\x7fb", r"a\x7fb"),
    "utf-8": ("é".encode().decode("latin-1"), r"\xc3\xa9"),
    "c1 control": ("\x9b31m", r"\x9b31m"),
    "next line": ("a\x85b", r"a\x85b"),
    "empty": ("", "-"),
}


@pytest.mark.parametrize(("sent", "written"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("header", ["User-Agent", "Referer"])
def test_what_a_client_sends_stays_in_its_field(client, capsys, header, sent, written):
    """Every character that could end a field or a line, or move a cursor, is written as its number."""
    client().get("/", headers={header: sent})

    found = LINE.fullmatch(capsys.readouterr().out)

    assert found is not None
    assert found["agent" if header == "User-Agent" else "referer"] == written


@pytest.mark.parametrize("sent", [sent for sent, _ in HOSTILE.values() if sent], ids=list(HOSTILE)[:-1])
def test_an_object_of_json_is_one_line_whatever_a_client_sends(client, capsys, sent):
    """And says exactly what was sent."""
    client(format="json").get("/", headers={"User-Agent": sent})

    line = capsys.readouterr().out

    assert line.count("\n") == 1
    assert line.isascii()
    assert json.loads(line)["agent"] == sent.encode("latin-1").decode("utf-8", "backslashreplace")


@pytest.mark.parametrize("form", ["combined", "json"])
def test_secrets_are_left_out(client, capsys, form):
    """Of the address and of the page that led here."""
    client(format=form).get("/?password=hunter2&page=2", headers={"Referer": "http://localhost/reset?token=hunter2"})

    line = capsys.readouterr().out

    assert "hunter2" not in line
    assert "page=2" in line
    assert "/reset?token=" in line


def test_a_site_may_want_to_see_everything(client, capsys):
    """It says so."""
    client(redact=False, format="{query}").get("/?token=hunter2")

    written = capsys.readouterr().out

    assert written == "token=hunter2\n"


def test_a_name_with_a_space_does_not_move_the_fields(tmp_path, capsys):
    """Whoever signs in chooses the name; the fields around it stay where they are."""
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    application = Application(mapper, [Pages], {"tools": {"accesslog": {}}}, Config(root=tmp_path))

    def signed_in(environ, start_response):
        environ["REMOTE_USER"] = 'ada [x] "GET /'
        return application(environ, start_response)

    Client(signed_in).get("/")

    assert r"127.0.0.1 - ada\x20\x5bx]\x20\x22GET\x20/ [" in capsys.readouterr().out


PROCESS = """
import sys, threading
from kirsch import Application, Controller, Mapper
from kirsch.testing import Client

class Pages(Controller):
    def index(self):
        return "hello"

mapper = Mapper()
mapper.connect("/", controller=Pages, action="index")
form = {"file": sys.argv[1], "format": "{query} {status}"}
application = Application(mapper, [Pages], {"tools.accesslog": form})

def ask(letter):
    for _ in range(50):
        Client(application).get("/?" + letter * 20_000)

threads = [threading.Thread(target=ask, args=[letter]) for letter in sys.argv[2]]
for thread in threads: thread.start()
for thread in threads: thread.join()
application.close()
"""


@pytest.mark.slow
def test_lines_of_threads_and_processes_never_mix(tmp_path):
    """However long they are: each arrives as it was written."""
    path = tmp_path / "access.log"
    command = [sys.executable, "-W", "ignore", "-c", PROCESS, str(path)]

    processes = [subprocess.Popen([*command, letters]) for letters in ("abcd", "efgh")]
    codes = [process.wait(60) for process in processes]

    lines = Counter(path.read_text().splitlines())
    assert codes == [0, 0]
    assert lines == {f"{letter * 20_000} 200": 50 for letter in "abcdefgh"}
