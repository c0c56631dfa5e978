"""Events that a page receives as they happen."""

import json
import queue
import random
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Request
from kirsch.errors import UsageError
from kirsch.events import Event, EventStream
from kirsch.server import Server

OPEN = b":\n\n"


def test_an_event_says_what_it_is():
    """Type, id and waiting time stand before the data."""
    event = Event("hello", event="greeting", id=7, retry=3000, comment="first")

    assert event.frame() == b": first\nevent: greeting\nid: 7\nretry: 3000\ndata: hello\n\n"


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ("a\nb", [b"a", b"b"]),
        ("a\r\nb\rc", [b"a", b"b", b"c"]),
        ("a\n\nevent: evil", [b"a", b"", b"event: evil"]),
        ("", [b""]),
        ("a\u2028b\x0bc\x85d", ["a\u2028b\x0bc\x85d".encode()]),
        ({"text": "a\nb"}, [b'{"text":"a\\nb"}']),
        ([1, None], [b"[1,null]"]),
        (" x", [b" x"]),
    ],
)
def test_data_of_several_lines_stays_data(data, lines):
    """Each line has its own field, whichever of the three line ends it had; what is no text is JSON."""
    assert Event(data).frame() == b"".join(b"data: " + line + b"\n" for line in lines) + b"\n"


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\ndata: evil", "a\x00"])
@pytest.mark.parametrize("field", ["event", "id"])
def test_a_name_of_several_lines_is_refused(field, text):
    """It could bring fields of its own."""
    with pytest.raises(UsageError, match="one line"):
        Event("x", **{field: text})


def test_a_time_before_now_is_refused():
    """Nobody can come back earlier."""
    with pytest.raises(UsageError, match="0 or more"):
        Event(retry=-1)


def parsed(stream: bytes) -> list[tuple[str, str, str]]:
    """What a browser makes of a stream: type, data and last id (WHATWG HTML, section 9.2.6)."""
    found, kind, data, last = [], "", "", ""
    for line in stream.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            if data:
                found.append((kind or "message", data[:-1], last))
            kind, data = "", ""
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data += value + "\n"
        elif name == "id" and "\0" not in value:
            last = value
    return found


def test_a_browser_reads_what_was_written(seed):
    """Whatever is in the data, it is one event; line ends arrive as line feeds."""
    pick = random.Random(seed)
    letters = ["\r\n", "\n", "\r", ":", " ", "a", "é", "data", "event: x", "id: 5", "\u2028", "\ufeff", "{"]

    for _ in range(2000):
        text = "".join(pick.choice(letters) for _ in range(pick.randint(0, 12)))
        comment = pick.choice([None, text])

        found = parsed(OPEN + Event(text, id="7", comment=comment).frame() + Event({"t": text}).frame())

        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        assert found[0] == ("message", lines, "7")
        assert json.loads(found[1][1]) == {"t": text}


class Feed(Controller):
    """Streams whose events are put into a queue."""

    waiting: "queue.Queue[Any]" = queue.Queue()
    closed = threading.Event()

    def listen(self):
        return EventStream(self.events(), keep_alive=0.05)

    def events(self) -> Iterator[Any]:
        try:
            yield Event("hello", id=self.request.last_event_id)
            while True:
                try:
                    event = Feed.waiting.get(timeout=0.02)
                except queue.Empty:
                    event = None
                if event == "stop":
                    return
                yield event
        finally:
            Feed.closed.set()

    def failing(self):
        return EventStream(iter([Event("a"), Event(object())]))


def app() -> Application:
    mapper = Mapper()
    for action in ("listen", "failing"):
        mapper.connect(f"/{action}", controller="feed", action=action)
    Feed.waiting, Feed.closed = queue.Queue(), threading.Event()
    return Application(mapper, [Feed])


def test_a_stream_has_its_headers():
    """No proxy keeps or gathers it, and its length is not known."""
    site = app()
    Feed.waiting.put("stop")

    answer = ask(site, "/listen", headers={"Last-Event-ID": "é".encode().decode("latin-1")})

    assert answer.headers == {
        "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"
    }  # fmt: skip
    assert parsed(answer.body) == [("message", "hello", "é")]


@pytest.mark.parametrize(("sent", "known"), [("7", "7"), ("", None), ("\xff", "\ufffd"), (None, None)])
def test_a_client_that_comes_back_says_what_it_has_seen(sent, known):
    """Last-Event-ID is UTF-8; nothing that it holds is an error."""
    environ = {} if sent is None else {"HTTP_LAST_EVENT_ID": sent}

    assert Request.blank("/", environ).last_event_id == known


def test_head_closes_the_events():
    """Nobody listens."""
    assert ask(app(), "/listen", method="HEAD").body == b""


@pytest.fixture
def server() -> Iterator[Server]:
    serving = Server(app(), port=0, threads=2, shutdown_timeout=60)
    serving.prepare()
    thread = threading.Thread(target=serving.serve)
    thread.start()
    yield serving
    serving.stop()
    thread.join()


class Listener:
    """A client that reads a stream from a socket, event by event."""

    def __init__(self, server: Server, path: str = "/listen") -> None:
        self.socket = socket.create_connection(server.bound, timeout=10)
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 7\r\n\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.head = b"".join(iter(self.file.readline, b"\r\n"))

    def chunk(self) -> bytes:
        size = int(self.file.readline(), 16)
        data = self.file.read(size)
        self.file.readline()
        return data

    def event(self) -> bytes:
        """The next piece that is more than a comment."""
        return next(data for data in iter(self.chunk, None) if data != OPEN)

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def test_events_arrive_one_by_one(server):
    """Each is there before the next one happens, and comments keep the connection busy in between."""
    listener = Listener(server)

    assert b"Transfer-Encoding: chunked" in listener.head
    assert listener.chunk() == OPEN
    assert listener.event() == b"id: 7\ndata: hello\n\n"
    for text in ("first", "second"):
        Feed.waiting.put(text)
        assert listener.event() == f"data: {text}\n\n".encode()
    assert listener.chunk() == OPEN
    listener.close()


def test_events_end_when_the_client_goes(server):
    """The next comment finds nobody, and the source is closed."""
    listener = Listener(server)
    listener.event()

    listener.close()

    assert Feed.closed.wait(10)


def test_a_stop_of_the_server_does_not_wait_for_streams(server):
    """They end as if they were over, long before the time that running requests get."""
    listener = Listener(server)
    listener.event()
    stopping = threading.Thread(target=server.stop)

    stopping.start()
    rest = iter(listener.chunk, b"")

    assert set(rest) <= {OPEN}
    stopping.join(30)
    assert (stopping.is_alive(), Feed.closed.is_set()) == (False, True)
    listener.close()


def test_a_stream_that_breaks_off_does_not_look_whole(server):
    """The connection closes without the chunk that ends an answer."""
    listener = Listener(server, "/failing")

    assert (listener.chunk(), listener.chunk()) == (OPEN, b"data: a\n\n")
    assert listener.file.read() == b""
    listener.close()


def test_an_event_that_cannot_be_written_breaks_the_stream_off(caplog):
    """It is in the log with the id of the request."""
    with pytest.raises(TypeError, match="JSON"):
        ask(app(), "/failing")

    assert "its answer broke off" in caplog.text
