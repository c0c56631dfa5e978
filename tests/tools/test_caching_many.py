"""tools.caching, when many ask for the same at once."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from cached import Pages, headed, make_app, make_client, runs
from kirsch import Response
from kirsch.server import Server
from kirsch.testing import Client


class Slow(Pages):
    """Pages that are made as long as the test wants."""

    def slow(self):
        run = self.run
        self.request.application.gate.wait(20)
        return f"run {run}"

    def private(self):
        run = self.run
        time.sleep(0.05)
        return Response(f"run {run}", headers=[("Cache-Control", "private")])

    def varied(self):
        run = self.run
        self.request.application.gate.wait(20)
        self.response.headers["Vary"] = "X-Kind"
        return f"run {run}: {self.request.headers['X-Kind']}"

    def broken(self):
        run = self.run
        time.sleep(0.05)
        raise RuntimeError(f"broken {run}")

    def gone(self):
        if self.run == 1:
            raise SystemExit("the worker ends in the middle of it")
        return "here"


@pytest.fixture
def app(request):
    application = make_app(Slow, **getattr(request, "param", {}))
    application.gate = threading.Event()
    yield application
    application.gate.set()
    application.close()


@contextmanager
def crowd(application, number, path, headers=({},)):
    """So many visitors who ask at once, with these headers in turn; their answers, once all have come."""
    barrier = threading.Barrier(number + 1)
    client = Client(application)

    def visit(which):
        barrier.wait(20)
        return client.request("GET", path, headers=headers[which % len(headers)])

    with ThreadPoolExecutor(number) as pool:
        visits = [pool.submit(visit, which) for which in range(number)]
        barrier.wait(20)
        yield lambda: [each.result(20) for each in visits]


def eventually(condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_hundred_who_ask_at_once_cost_one_computation(app):
    """The very first time, when nothing is known of the page."""
    with crowd(app, 100, "/slow") as answers:
        eventually(lambda: app.tally["/slow"] == 1)
        time.sleep(0.1)  # whoever would not wait is at the action by now
        app.gate.set()

        assert [answer.text for answer in answers()] == ["run 1"] * 100
    assert app.tally["/slow"] == 1


@pytest.mark.slow
def test_a_hundred_connections_to_a_server_cost_one_computation(app):
    """Each with a thread of the server's own."""
    server = Server(app, port=0, threads=100)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    barrier = threading.Barrier(100)

    def visit(_):
        connection = http.client.HTTPConnection(*server.bound[:2], timeout=20)
        connection.connect()
        barrier.wait(20)
        connection.request("GET", "/slow")
        response = connection.getresponse()
        found = response.status, response.read().decode()
        connection.close()
        return found

    try:
        with ThreadPoolExecutor(100) as pool:
            answers = pool.map(visit, range(100))
            eventually(lambda: app.tally["/slow"] == 1)
            time.sleep(0.3)
            app.gate.set()
            assert list(answers) == [(200, "run 1")] * 100
    finally:
        server.stop()
        thread.join(20)
    assert app.tally["/slow"] == 1


def test_each_variant_is_made_once_as_soon_as_it_is_known_that_there_are_some(app):
    """Two kinds of visitors get two answers, of at most three computations."""
    with crowd(app, 40, "/varied", [{"X-Kind": "a"}, {"X-Kind": "b"}]) as answers:
        eventually(lambda: app.tally["/varied"] == 1)
        app.gate.set()
        texts = [answer.text for answer in answers()]

    assert {text[-1] for text in texts[::2]} == {"a"}
    assert {text[-1] for text in texts[1::2]} == {"b"}
    assert app.tally["/varied"] in (2, 3)


@pytest.mark.parametrize("app", [{"patience": 60.0}], indirect=True)
@pytest.mark.parametrize(("path", "status"), [("/private", 200), ("/broken", 500)])
def test_nobody_waits_for_what_will_not_be_shared(app, path, status, caplog):
    """A page that is one visitor's, or that fails: all run it, the waiting ones at once when that is known."""
    begun = time.monotonic()
    for _ in range(2):
        with crowd(app, 20, path) as answers:
            assert [answer.status_code for answer in answers()] == [status] * 20

    assert app.tally[path] == 40
    assert time.monotonic() - begun < 30  # half of the patience of a single one


@pytest.mark.parametrize("app", [{"patience": 0.2}], indirect=True)
def test_patience_has_an_end(app):
    """Who has waited so long runs the action, rather than wait for one that hangs."""
    with crowd(app, 5, "/slow") as answers:
        eventually(lambda: app.tally["/slow"] == 5)
        app.gate.set()

        assert sorted(answer.text for answer in answers()) == [f"run {number}" for number in range(1, 6)]


@pytest.mark.parametrize("app", [{"patience": 0.2}], indirect=True)
def test_a_computation_that_never_ends_is_taken_over(app):
    """Its worker is gone; the next one makes the answer, and it is kept."""
    client = Client(app)
    with pytest.raises(SystemExit):
        client.get("/gone")

    assert runs(client, "/gone", 3) == ["here"] * 3
    eventually(lambda: runs(client, "/gone") and app.tool("caching").held().entries == 1)
    tally = app.tally["/gone"]
    assert runs(client, "/gone", 3) == ["here"] * 3
    assert app.tally["/gone"] == tally


@pytest.mark.parametrize("app", [{"seconds": 1, "stale_while_revalidate": 60}], indirect=True)
def test_only_one_makes_the_new_answer_while_the_others_get_the_old_one(app):
    """At once, without waiting for it (RFC 5861, section 3)."""
    app.gate.set()
    client = Client(app)
    assert runs(client, "/slow") == ["run 1"]
    time.sleep(1.05)
    app.gate.clear()

    with crowd(app, 20, "/slow") as answers:
        eventually(lambda: app.tally["/slow"] == 2)
        assert runs(client, "/slow", 3) == ["run 1"] * 3
        app.gate.set()
        texts = [answer.text for answer in answers()]

    assert set(texts) <= {"run 1", "run 2"}
    assert "run 2" in texts
    assert app.tally["/slow"] == 2


def test_visitors_wait_for_nobody_else(app):
    """What is being made for one is not what another gets."""
    kinds = [{"Cookie": f"name={name}"} for name in "abc"]
    with crowd(app, 30, "/slow", kinds) as answers:
        eventually(lambda: app.tally["/slow"] == 3)
        app.gate.set()
        texts = [answer.text for answer in answers()]

    assert [len(set(texts[which::3])) for which in range(3)] == [1, 1, 1]
    assert len(set(texts)) == 3
    assert app.tally["/slow"] == 3


@pytest.mark.parametrize("words", ["private", "max-age=60"])
def test_a_page_for_everybody_that_becomes_one_visitors_stays_with_who_made_it(words):
    """Those who waited for the public one, which is too old, make their own."""
    said = ["public, max-age=1"]

    class Turning(Pages):
        def turning(self):
            return Response(f"run {self.run}: {self.request.cookies['name']}", headers=[("Cache-Control", said[-1])])

    client = make_client(Turning)
    ada, bob = ({"Cookie": f"name={name}"} for name in ("ada", "bob"))
    assert runs(client, "/turning", headers=ada) == runs(client, "/turning", headers=bob) == ["run 1: ada"]
    said.append(words)
    time.sleep(1.05)

    with crowd(client.application, 10, "/turning", [ada, bob]) as answers:
        texts = [answer.text for answer in answers()]

    assert all(text.endswith(": ada") for text in texts[::2])
    assert all(text.endswith(": bob") for text in texts[1::2])


def test_threads_that_read_change_and_drop_leave_the_accounts_right(seed):
    """Whatever the order, what is counted is what is kept."""
    import random

    client = make_client(entries=20, memory="30 KiB")
    tool = client.application.tool("caching")
    chance = random.Random(seed)
    orders = [[chance.randrange(1000) for _ in range(150)] for _ in range(8)]

    def work(numbers):
        for number in numbers:
            path = f"{headed(Vary='Accept')}&n={number % 40}"
            if number % 17 == 0:
                client.post("/headed")
            elif number % 101 == 0:
                tool.clear()
            else:
                client.get(path, headers={"Accept": f"text/{number % 3}"})
            assert tool.held().entries <= 20
            assert 0 <= tool.held().bytes <= 30 * 1024

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, orders))
    client.post("/headed")

    assert tool.held() == (0, 0)
