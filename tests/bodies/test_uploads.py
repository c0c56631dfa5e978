"""Files of forms: kept while the request lasts, saved whole or not at all, never left behind."""

import os
import random
import resource
import signal
from io import BytesIO

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import UsageError
from kirsch.request import Request, Upload
from kirsch.testing import Client

MULTIPART = "multipart/form-data; boundary=b"
SIZES = [0, 1, 64 * 1024, 64 * 1024 + 1, 300_000]


def open_files():
    return len(os.listdir("/proc/self/fd"))


def posted(body):
    return Request.blank("/", method="POST", body=body, content_type=MULTIPART)


def test_an_argument_is_the_upload(ask, form_of):
    """Its name, size and type are there."""
    told = ask("save", form_of(("file", "ü.txt", b"x" * 70_000)), MULTIPART)

    assert told.json == {"name": "ü.txt", "size": 70_000, "type": "application/octet-stream"}


@pytest.mark.parametrize("size", SIZES)
def test_an_upload_has_what_was_sent(form_of, tmp_path, size, seed):
    """In memory or on disk, all ways of reading give the same bytes, and begin where they should."""
    content = random.Random(seed).randbytes(size)
    request = posted(form_of(("file", "f", content)))

    upload = request.POST["file"]

    assert (upload.size, upload.raw, upload.file.read()) == (size, content, b"")
    assert upload.save_as(tmp_path / "saved") == size
    assert (tmp_path / "saved").read_bytes() == content
    assert os.listdir(tmp_path) == ["saved"]
    request.close()


def test_the_names_of_browsers(form_of):
    """Quotes and line breaks come escaped; a path of old Windows browsers is cut to its name."""
    request = posted(form_of(("a%22b", "c%22d.txt", b""), ("f", "C:\\docs\\e.txt", b"x")))

    assert [(name, upload.filename) for name, upload in request.POST.items()] == [('a"b', 'c"d.txt'), ("f", "e.txt")]


def test_a_file_that_was_not_chosen_is_empty_text(form_of):
    """So browsers send an input that was left empty."""
    assert posted(form_of(("file", "", b""))).POST["file"] == ""


def test_a_file_that_is_needed_and_was_not_chosen_is_missing(ask, form_of):
    """As if the form had no such input."""
    told = ask("save", form_of(("file", "", b"")), MULTIPART)

    assert (told.status, told.json["errors"]) == (422, {"file": ["is missing"]})


def test_no_file_stays_open_where_the_action_is_not_reached(ask, form_of):
    """The form is whole, but its other field is none that the action takes."""

    class Bodies(Controller):
        def keep(self, file: Upload, count: int):
            return "kept"

    before = open_files()

    told = ask("keep", form_of(("file", "f", b"x" * 100_000), ("count", b"many")), MULTIPART, controller=Bodies)

    assert 400 <= told.status < 500
    assert open_files() == before


@pytest.mark.parametrize("end", [b"", b"--b\r\n\r\n", b"--b--\r\n"])
def test_no_file_stays_open(ask, form_of, end):
    """Neither after an answer nor after a refusal in the middle of the form."""
    body = form_of(("file", "f", b"x" * 100_000), ("g", "g", b"x" * 100_000)).removesuffix(b"--b--\r\n") + end
    before = open_files()

    told = ask("save", body, MULTIPART)

    assert told.status == (200 if end == b"--b--\r\n" else 400)
    assert open_files() == before


def test_parts_are_read_while_they_arrive(form_of, tmp_path):
    """As blocks, in pieces, as text, to a file, or not at all."""
    request = posted(
        form_of(
            ("a", "a", b"x" * 100_000), ("b", "b", b"PNG..."), ("c", b"\xc3\xa9"), ("d", "d", b"d" * 9), ("e", b"!")
        )
    )
    told = []
    for part in request.parts():
        if part.name == "a":
            told.append(sum(map(len, part)))
        elif part.name == "b":
            told.append((part.read(3), part.read(), part.read(1)))
        elif part.name == "c":
            told.append(part.text())
        elif part.name == "d":
            told.append(part.save_as(tmp_path / "d"))

    assert told == [100_000, (b"PNG", b"...", b""), "é", 9]
    assert (tmp_path / "d").read_bytes() == b"d" * 9


def test_a_part_is_used_before_the_next(form_of):
    """Whoever keeps parts for later is told that they are gone."""
    parts = list(posted(form_of(("a", b"1"), ("b", b"2"))).parts())

    with pytest.raises(UsageError, match="use each part before you ask for the next"):
        parts[0].read()


def test_parts_of_a_form_that_was_read(form_of):
    """A tool that looks for a token in the form does not spoil the parts for the action."""
    request = posted(form_of(("a", b"1"), ("f", "f", b"x" * 100_000)))
    assert request.POST["a"] == "1"

    assert [(part.name, part.filename, len(part.read())) for part in request.parts()] == [
        ("a", None, 1),
        ("f", "f", 100_000),
    ]
    request.close()


@pytest.mark.parametrize("cut", [b"\r\n--b--\r\n", b"b--\r\n"])
def test_a_file_that_breaks_off_is_not_saved(ask, form_of, tmp_path, cut):
    """The target appears when it is complete; what was there before stays."""
    (tmp_path / "target").write_text("before")

    class Bodies(Controller):
        def keep(self):
            for part in self.request.parts():
                part.save_as(tmp_path / "target")
            return "kept"

    body = form_of(("file", "f", b"x" * 200_000)).removesuffix(cut)
    told = ask("keep", body, MULTIPART, controller=Bodies)

    assert told.status == 400
    assert os.listdir(tmp_path) == ["target"]
    assert (tmp_path / "target").read_text() == "before"


@pytest.fixture
def small_files():
    """No file of this process may be longer than 100 kB, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.usefixtures("small_files")
def test_a_full_disk_is_an_answer(ask, form_of, caplog):
    """While a file of a form is spooled; the log says where, and nothing stays open."""
    before = open_files()

    told = ask("save", form_of(("file", "f", b"x" * 500_000)), MULTIPART)

    assert (told.status, told.detail) == (
        507,
        "There is no room for this upload at the moment. Please try again later.",
    )
    assert "finds no room in" in caplog.text
    assert open_files() == before


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("size", [101_000, 500_000])
def test_a_full_disk_leaves_nothing_behind(ask, form_of, tmp_path, size):
    """While a part or a body is saved."""

    class Bodies(Controller):
        def keep(self):
            if self.request.content_type == "multipart/form-data":
                return [part.save_as(tmp_path / "part") for part in self.request.parts()]
            return self.request.stream.save_as(tmp_path / "body")

    assert ask("keep", form_of(("file", "f", b"x" * size)), MULTIPART, controller=Bodies).status == 507
    assert ask("keep", b"x" * size, controller=Bodies).status == 507
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path):
    """Only a full disk is the moment's fault."""
    upload = Upload("f", "f", "text/plain", [])

    with pytest.raises(FileNotFoundError):
        upload.save_as(tmp_path / "nowhere" / "f")
    assert isinstance(upload.file, BytesIO)


def test_a_program_sends_its_token_in_the_form():
    """What `tools.csrf` reads before the action, the action still gets as parts."""

    class Bodies(Controller):
        def token(self):
            return self.request.take("csrf_token")

        def names(self):
            return [part.name for part in self.request.parts()]

    mapper = Mapper()
    mapper.connect("/token", controller="bodies", action="token", conditions={"method": ["GET"]})
    mapper.connect("/names", controller="bodies", action="names", conditions={"method": ["POST"]})
    config = {"tools": {"csrf": {}}, "site": {"secret_key": "thirty-two random characters, yes"}}
    program = Client(Application(mapper, [Bodies], config), same_origin=False)
    token = program.get("/token").text

    assert program.post("/names", {"csrf_token": token, "file": ("f", b"x")}).json == ["csrf_token", "file"]
    assert program.post("/names", {"csrf_token": "guessed", "file": ("f", b"x")}).status_code == 403
