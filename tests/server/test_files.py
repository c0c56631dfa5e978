"""Large files, which the system sends from the disk to the socket."""

import gzip
import io
import os
import threading
import time

import pytest

from kirsch import Application, Config, Mapper
from kirsch.crud.static import Static as StaticFiles

LARGE = bytes(range(256)) * 12_000
GET = b"GET /static/large.bin HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "large.bin").write_bytes(LARGE)
    return tmp_path


@pytest.fixture
def site(root):
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller=StaticFiles, action="file")
    return Application(mapper, config={"tools.static.directories": ["mine"]}, site=Config(root=root))


@pytest.fixture
def sent(monkeypatch):
    """How often the system was told to send from a file."""
    calls = []
    real = os.sendfile

    def counting(*arguments):
        calls.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(os, "sendfile", counting)
    return calls


@pytest.mark.parametrize(
    ("headers", "status", "part"),
    [
        (b"", 200, slice(None)),
        (b"Range: bytes=1000000-1999999\r\n", 206, slice(1000000, 2000000)),
        (b"Range: bytes=-1\r\n", 206, slice(-1, None)),
    ],
    ids=["whole", "middle", "last"],
)
def test_the_system_sends_a_file_and_a_part_of_it(running, site, sent, headers, status, part):
    """Byte by byte what is there, and the connection goes on."""
    wire = running(site).send(GET + headers + b"\r\n" + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")

    answer, body = wire.answer(), LARGE[part]

    assert (answer[0], answer[1]["content-length"], answer[2] == body) == (status, str(len(body)), True)
    assert wire.status() == 404
    assert sent


def test_head_and_several_parts_go_the_usual_way(running, site, sent):
    """What is no single piece of a file is sent from here."""
    wire = running(site).send(b"HEAD" + GET[3:] + b"\r\n" + GET + b"Range: bytes=0-1,5-6\r\n\r\n")

    head = wire.file.readline()
    while wire.file.readline() != b"\r\n":
        pass
    status, headers, body = wire.answer()

    assert head.startswith(b"HTTP/1.1 200")
    assert (status, len(body)) == (206, int(headers["content-length"]))
    assert sent == []


def test_a_file_that_is_cut_meanwhile_ends_the_connection(running, site, root):
    """Nobody takes the half for the whole."""
    path = root / "mine" / "large.bin"
    path.write_bytes(bytes(64 * 1024 * 1024))
    wire = running(site).send(GET + b"\r\n")

    length = int(next(line for line in iter(wire.file.readline, b"\r\n") if b"Content-Length" in line).split(b":")[1])
    os.truncate(path, 1024)
    rest = wire.rest()

    assert length == 64 * 1024 * 1024
    assert len(rest) < length


def test_a_client_that_leaves_costs_nothing_more(running, site, root):
    """The thread is free again."""
    (root / "mine" / "large.bin").write_bytes(bytes(64 * 1024 * 1024))
    server = running(site, threads=1)
    wire = server.send(GET + b"\r\n")
    wire.file.read(1000)

    wire.close()

    assert server.send(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").status() == 404


def test_a_client_that_takes_nothing_is_given_up(running, site, root):
    """After the time that a piece may take, so that nobody holds a thread by not reading."""
    (root / "mine" / "large.bin").write_bytes(bytes(64 * 1024 * 1024))
    server = running(site, threads=1, timeout=1)
    begun = time.monotonic()
    server.send(GET + b"\r\n")

    other = server.send(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").status()

    assert other == 404
    assert time.monotonic() - begun >= 0.9


def test_many_clients_get_the_whole_file_at_once(running, site):
    """Each its own place in it."""
    server = running(site)
    wires = [server.wire() for _ in range(8)]
    bodies = []

    def fetch(wire):
        bodies.append(wire.send(GET + b"\r\n").answer()[2])

    threads = [threading.Thread(target=fetch, args=(wire,)) for wire in wires]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [body == LARGE for body in bodies] == [True] * 8


# What other applications hand over (PEP 3333) -----------------------------------------------------------------


def handing(opened, length, skip=0):
    """An application that hands a file to its server."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", str(length))] if length is not None else [])
        file = opened()
        file.read(skip)
        application.file = file
        return environ["wsgi.file_wrapper"](file)

    return application


@pytest.mark.parametrize(
    ("length", "skip", "system"), [(len(LARGE), 0, True), (len(LARGE) - 7, 7, True), (None, 0, False), (5, 0, False)]
)
@pytest.mark.parametrize("buffering", [0, -1])
def test_an_application_hands_its_file_to_the_server(running, root, sent, length, skip, system, buffering):
    """From where it has read to; the system sends it where the length is the file's. It is closed afterwards."""
    application = handing(lambda: (root / "mine" / "large.bin").open("rb", buffering=buffering), length, skip)

    server = running(application)
    body = server.send(GET + b"\r\n").answer()[2]
    server.close()

    assert body == LARGE[skip:][:length]
    assert bool(sent) == system
    assert application.file.closed


def test_a_file_that_reads_otherwise_than_it_lies_is_read(running, tmp_path, sent):
    """A packed file, and one in memory."""
    with gzip.open(tmp_path / "packed.gz", "wb") as file:
        file.write(LARGE)
    size = (tmp_path / "packed.gz").stat().st_size

    packed = running(handing(lambda: gzip.GzipFile(tmp_path / "packed.gz"), size)).send(GET + b"\r\n").answer()[2]
    memory = running(handing(lambda: io.BytesIO(LARGE), len(LARGE))).send(GET + b"\r\n").answer()[2]

    assert (packed, memory == LARGE, sent) == (LARGE[:size], True, [])
