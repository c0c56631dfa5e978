"""Nothing is left of a request once it is answered, whatever tools were around it."""

import gc
import json
import threading

import pytest

from kirsch import Application, Config, Controller, Mapper, Request, Response
from kirsch.seeing import Statistics
from kirsch.testing import Client
from kirsch.tools._memory import Growth

KEY = "not-this-one-but-32-random-characters"
THREADS = 20
REQUESTS = 500


class Pages(Controller):
    """Pages of every sort."""

    def index(self) -> dict:
        self.session["visits"] = self.session.get("visits", 0) + 1
        return {"visits": self.session["visits"]}

    def fail(self) -> str:
        raise LookupError("broken")

    def stream(self) -> Response:
        response = Response()
        response.app_iter = (chunk for chunk in (b"abc", b"de"))
        return response

    def save(self, title: str) -> str:
        return title


@pytest.fixture
def application(tmp_path):
    """A site with many tools on."""
    mapper = Mapper()
    for action in ("index", "fail", "stream", "save"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    mapper.connect("/statistics", controller=Statistics, action="index")
    names = ("compression", "csrf", "etags", "hooklog", "requestid", "secureheaders", "sessions", "trailingslash")
    tools = {name: {"on": True} for name in names} | {
        "accesslog": {"file": "access.log"}, "errorlog": {"file": "errors.log"}, "hooklog": {"file": "steps.log"},
        "statistics": {"trusted": ["127.0.0.1"], "slow": 0.0}, "headers": {"send": {"X-A": "b"}},
    }  # fmt: skip
    made = Application(mapper, [Pages], {"tools": tools, "site": {"secret_key": KEY}}, Config(root=tmp_path))
    yield made
    made.close()


def ask_often(application: Application, times: int) -> None:
    """Ask for every sort of page, over and over."""
    client = Client(application)
    for _ in range(times // 5):
        client.get("/index", headers={"Accept-Encoding": "gzip"})
        client.get("/fail")
        client.get("/stream")
        client.get("/nowhere")
        client.post("/save", {"title": "x", "file": ("a.txt", b"abc" * 100)})


def alive(*kinds: type) -> int:
    """How many objects of these classes are held by something."""
    gc.collect()
    return sum(issubclass(type(thing), kinds) for thing in gc.get_objects())


@pytest.mark.slow
def test_ten_thousand_requests_leave_nothing(application, caplog):
    """By twenty threads; neither requests nor responses nor controllers are held afterwards."""
    caplog.set_level("CRITICAL", "kirsch")
    ask_often(application, 5)
    before = alive(Request, Response, Controller)

    threads = [threading.Thread(target=ask_often, args=(application, REQUESTS)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    figures = json.loads(Client(application).get("/statistics?format=json").body)
    assert figures["requests"]["count"] == THREADS * REQUESTS + 5
    assert alive(Request, Response, Controller) <= before


@pytest.mark.slow
def test_what_grows_is_named(application):
    """Objects that are kept are counted by their class since the mark."""
    client = Client(application)
    client.submit(client.get("/statistics?part=memory"), button="mark")

    class Kept:
        """Something that is not let go of."""

    kept = [Kept() for _ in range(1000)]
    found = client.get("/statistics?part=memory&format=json").json

    grown = {row["name"]: row["grown"] for row in found["kinds"]}
    assert found["marked"] is True
    assert grown[f"{__name__}.{Kept.__qualname__}"] == len(kept)


@pytest.mark.slow
def test_lines_of_code_are_named_where_that_is_wanted(application):
    """Between trace and untrace, with the bytes that they hold."""
    client = Client(application)
    client.submit(client.get("/statistics?part=memory"), button="trace")
    kept = [bytes(1000 + number) for number in range(1000)]
    try:
        found = client.get("/statistics?part=memory&format=json").json
        page = client.get("/statistics?part=memory")
    finally:
        client.submit(client.get("/statistics?part=memory"), button="untrace")

    first = found["lines"][0]

    assert first["place"].rpartition(":")[0].endswith("test_left_behind.py")
    assert first["bytes"] >= 1000 * len(kept)
    assert "test_left_behind.py" in page.text
    assert client.get("/statistics?part=memory&format=json").json["tracing"] is False


def test_a_trace_that_somebody_else_began_goes_on():
    """Only what the page began, it ends."""
    import tracemalloc

    tracemalloc.start()
    try:
        growth = Growth()
        growth.trace(True)
        growth.trace(False)

        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
