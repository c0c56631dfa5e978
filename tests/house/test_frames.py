"""One request, one short path: what a hello costs in Python frames and in changes of file, all libraries included."""

import sys
from itertools import pairwise
from types import FrameType

import pytest

from kirsch import Application, Controller, Mapper

MOST_FRAMES = 20
MOST_CHANGES = 12


class Hello(Controller):
    def index(self):
        return "Hello, world!"

    def greet(self, name: str):
        return f"Hello, {name}"


@pytest.fixture(scope="module")
def application() -> Application:
    mapper = Mapper()
    mapper.connect("home", "/", controller=Hello, action="index")
    mapper.connect("greeting", "/hello/{name}", controller=Hello, action="greet")
    return Application(mapper, [Hello])


@pytest.mark.parametrize(("path", "body"), [("/", b"Hello, world!"), ("/hello/Ada", b"Hello, Ada")])
def test_a_hello_stays_within_its_budget(application, path, body):
    """At most 20 frames and 12 changes of file, once the first request has warmed everything up."""
    chunks, _ = journey(application, path)
    assert chunks == body

    _, frames = journey(application, path)

    story = "\n".join(frames)
    changes = sum(one.split(":")[0] != other.split(":")[0] for one, other in pairwise(frames))
    assert len(frames) <= MOST_FRAMES, story
    assert changes <= MOST_CHANGES, story


def journey(application: Application, path: str) -> tuple[bytes, list[str]]:
    """The body of the answer, and every frame from the application's first to the last byte of its body."""
    frames: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is not start_response.__code__:
            frames.append(f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}")

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        pass

    environ = environment(path)
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        result = application(environ, start_response)
        body = b"".join(result)
        if hasattr(result, "close"):
            result.close()
    finally:
        sys.setprofile(before)
    return body, frames


def environment(path: str) -> dict[str, object]:
    """What a server hands over for a browser's GET."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:8080",
        "HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
