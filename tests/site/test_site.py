"""A site as a process: it says where it is, serves, and stops when it is told to."""

import signal
import socket
from urllib.parse import urlsplit

import pytest

from kirsch import Application, Controller, Mapper, Site, site
from kirsch.errors import ConfigError, UsageError

HELLO = """
import sys, time
from kirsch import Controller, quickstart

class Hello(Controller):
    def index(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    def hang(self) -> str:
        print("hanging", flush=True)
        time.sleep(60)
        return "late"

sys.exit(quickstart(Hello, config={"server": {"shutdown_timeout": 1}}, port=0))
"""


class Hello(Controller):
    """A controller that answers at all."""

    def index(self) -> str:
        return "hello"


def application(**server) -> Application:
    mapper = Mapper()
    mapper.connect("/", controller=Hello, action="index")
    return Application(mapper, [Hello], {"site": {"name": "shop"}, "server": server})


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_six_lines_are_a_site(script, fetch, number):
    """Quickstart serves the actions of a controller, and ends with exit code 0."""
    process = script(HELLO)
    url = process.url()

    assert fetch(f"{url}/?name=Anna") == (200, "Hello, Anna!")

    code, seconds = process.end(number)
    assert code == 0
    assert seconds < 1.5


@pytest.mark.slow
def test_a_hanging_action_does_not_keep_the_process(script):
    """It ends within the shutdown timeout and half a second, with exit code 0."""
    process = script(HELLO)
    url = urlsplit(process.url())
    with socket.create_connection((url.hostname, url.port), timeout=10) as client:
        client.sendall(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
        process.wait_for("hanging")

        code, seconds = process.end()

    assert code == 0
    assert seconds < 1.5


@pytest.mark.slow
def test_a_used_port_ends_a_quickstart_with_one_sentence(script):
    """No traceback; exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = script(HELLO.replace("port=0", f"port={port}"))

        assert process.process.wait(10) == 2

    process.wait_for(f"^kirsch: Port {port} on 127.0.0.1 is in use. Stop the other program")
    assert "Traceback" not in process.said


def test_a_site_says_where_it_is_and_stops_when_asked(capsys):
    """The line comes once the site really listens; the bus ends it from within."""
    shop = Site(application())
    shop.bus.subscribe("start", lambda: shop.bus.request("exit"), order=99)

    assert shop.serve(port=0) == 0

    assert capsys.readouterr().out.startswith("shop is served on http://127.0.0.1:")


def test_a_used_port_is_one_sentence():
    """The error is for the command line: what is wrong and what to do."""
    first, second = Site(application()), Site(application())

    def serve_second():
        with pytest.raises(UsageError, match="is in use"):
            second.serve(port=first.server.bound[1])
        first.bus.request("exit")

    first.bus.subscribe("start", serve_second, order=99)

    assert first.serve(port=0) == 0


def test_mistakes_in_the_server_section_come_together():
    """Each with its place, and the nearest known name."""
    with pytest.raises(ConfigError) as caught:
        Site(application(prot=8080, threads="many"))

    assert [mistake.partition(": ")[2] for mistake in caught.value.mistakes] == [
        "server has no option 'prot'. Did you mean 'port'?",
        "server.threads must be a whole number, not 'many'.",
    ]


def test_a_server_without_threads_is_a_mistake_of_its_section():
    """Found by `check`, before anybody serves."""
    with pytest.raises(ConfigError, match=r"\[server\] threads: server.threads must be at least 1, not 0"):
        Site(application(threads=0))


@pytest.mark.parametrize(("written", "limit"), [("2 GiB", 2**31), ("500 kB", 500_000), (1000, 1000)])
def test_the_limit_of_the_server_is_written_like_those_of_actions(written, limit):
    """As a number of bytes or with a unit."""
    site = Site(Application(Mapper(), config={"server.request_body_limit": written}))

    assert site.options.request_body_limit == limit


@pytest.mark.parametrize("written", ["5 quarts", "-1"])
def test_a_limit_that_is_no_size_is_a_mistake_of_the_server_section(written):
    """With its place."""
    with pytest.raises(ConfigError, match=r"\[server\] request_body_limit: request_body_limit must be a size"):
        Site(Application(Mapper(), config={"server.request_body_limit": written}))


def test_environment_variables_are_stronger_than_what_a_quickstart_is_given(monkeypatch):
    """As in any site."""
    served = []
    monkeypatch.setattr(site.Site, "serve", lambda self, *_: served.append(self))
    monkeypatch.setenv("KIRSCH__SERVER__PORT", "9000")

    site.quickstart(Hello, config={"server.port": 8000, "server.threads": 3})

    assert (served[0].options.port, served[0].options.threads) == (9000, 3)


def test_further_controllers_answer_below_their_name(monkeypatch):
    """The first controller has the root; the others have a folder each."""

    class Notes(Controller):
        def index(self) -> str:
            return "notes"

        def latest(self) -> str:
            return "latest"

    served = []
    monkeypatch.setattr(site.Site, "serve", lambda self, *_: served.append(self.application))

    site.quickstart(Hello, Notes)

    paths = {(route.controller, route.action): route.routepath for route in served[0].mapper.matchlist}
    assert paths == {
        ("hello", "index"): "/",
        ("notes", "index"): "/notes",
        ("notes", "latest"): "/notes/latest",
    }
