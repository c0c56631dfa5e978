"""One request, one short path: what a hello costs in Python frames and in changes of file, all libraries included."""

import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import FrameType, MappingProxyType

import pytest

from bench import tools
from kirsch import Application, Config, Controller, Mapper
from kirsch.tools import NAMES, load_tool

#: Tools that act before it is known which action is asked for, and so are on for all of them or for none.
WHOLE_SITE = {name for name in NAMES if hasattr(load_tool(name), "arrive")}
#: What is set of a tool that the benchmark cannot measure.
ELSEWHERE = {
    "digestauth": {"realm": "shop", "passwords": {"ada": 64 * "f"}},
    "oidc": {"issuer": "https://accounts.example.org", "client_id": "shop"},
}
#: What tools need beside them, where that is not what the benchmark gives them.
BESIDE = {"https": tools.HOSTS, "oidc": {"tools.sessions": {}, "tools.csrf": {}}}
MOST_FRAMES = 20
MOST_FRAMES_OF_A_MISS = 10
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
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


def test_what_is_nowhere_stays_within_its_budget(application):
    """At most 10 frames: addresses that lead nowhere are asked for by everybody who looks for holes."""
    journey(application, "/nowhere")

    body, frames = journey(application, "/nowhere")

    assert b"There is nothing at this address." in body
    assert len(frames) <= MOST_FRAMES_OF_A_MISS, "\n".join(frames)


def journey(application: Application, path: str, headers: Mapping[str, str] = NO_HEADERS) -> tuple[bytes, list[str]]:
    """The body of the answer, and every frame from the application's first to the last byte of its body."""
    frames: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is not start_response.__code__:
            frames.append(f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}")

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        pass

    environ = environment(path) | headers
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


class Other(Controller):
    """Where the tools are on."""

    def hello(self):
        return "other"


def plain_frames(tmp_path: Path, config: dict[str, object]) -> list[str]:
    """The frames of a hello whose own action has no tool on."""
    mapper = Mapper()
    mapper.connect("/", controller=Hello, action="index")
    for path in ("/hello", "/long", "/visit", "/shown", "/row"):
        mapper.connect(path, controller=Other, action="hello")
    mapper.connect("/files/{path:path}", controller=Static, action="index")
    settings = {"site.secret_key": tools.KEY, **config}
    application = Application(mapper, site=Config(settings, root=tmp_path))
    try:
        journey(application, "/")
        chunks, frames = journey(application, "/")
    finally:
        application.close()
    assert chunks == b"Hello, world!"
    return frames


class Static(Controller):
    def index(self, path: str):
        return path


@pytest.fixture
def furnished(tmp_path: Path) -> Path:
    """The templates and files that some tools need."""
    tools.furnish(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_tool_that_is_off_costs_nothing(furnished, name):
    """Mentioned with all its options, and switched off: not a single call more."""
    case = tools.CASES.get(name, tools.Case())

    frames = plain_frames(furnished, {"tools": {name: {**case.settings, "on": False}}})

    assert frames == plain_frames(furnished, {})


@pytest.mark.parametrize("name", sorted(name for name in NAMES if name not in WHOLE_SITE))
def test_a_tool_that_is_on_elsewhere_costs_nothing_here(furnished, name):
    """On for another action; this one's requests make the same calls as if it did not exist."""
    case = tools.CASES.get(name, tools.Case())
    settings = dict(ELSEWHERE.get(name, case.settings))
    beside = {f"controllers.other.{key}": value for key, value in BESIDE.get(name, case.beside).items()}
    place = "static" if name == "static" else "other"

    frames = plain_frames(furnished, {f"controllers.{place}.tools.{name}": settings, **beside})

    # A preflight finds the route that it asks about, so one step stands before the search for any route.
    extra = [frame for frame in frames if frame.endswith("find_asked")]
    assert len(extra) == load_tool(name).preflights
    assert [frame for frame in frames if frame not in extra] == plain_frames(furnished, {})


def test_a_path_with_tools_costs_nothing_elsewhere(furnished):
    """Where no variable of a route stands in its place; a route that a prefix crosses is looked up once more."""
    config = {"paths": {"/long": {"tools.requestid": {}}, "/files/deep": {"tools.requestid.header": "X-Deep"}}}

    frames = plain_frames(furnished, {"paths": {"/long": config["paths"]["/long"]}})
    crossed = plain_frames(furnished, config)

    assert frames == plain_frames(furnished, {})
    assert [frame for frame in crossed if not frame.endswith("find_nearest")] == frames


def test_the_tools_of_production_together_cost_no_more_than_one_by_one(furnished):
    """All at once they make at most as many calls as the sum of what each adds alone."""
    none = frames_with(furnished, ())

    each = [len(frames_with(furnished, [name])) - len(none) for name in tools.PRODUCTION]
    together = len(frames_with(furnished, tools.PRODUCTION)) - len(none)

    assert all(calls > 0 for calls in each)
    assert together <= sum(each)


def frames_with(root: Path, names: Iterable[str]) -> list[str]:
    """The frames of a request for a page of 9 kB with these tools on, by a proxy and packed."""
    mapper = Mapper()
    mapper.connect("/long", controller=tools.Page, action="long")
    settings = [{f"tools.{name}": tools.CASES.get(name, tools.Case()).settings} for name in names]
    application = Application(mapper, site=Config({"site.secret_key": tools.KEY}, *settings, root=root))
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in tools.PROXIED}
    headers |= {"HTTP_ACCEPT_ENCODING": "gzip", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1"}
    try:
        for _ in range(3):  # what the first requests find out is kept
            _, frames = journey(application, "/long", headers)
    finally:
        application.close()
    return frames
