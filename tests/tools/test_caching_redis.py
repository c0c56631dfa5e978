"""tools.caching with Redis: what processes share, and what happens while it is away."""

import json
import multiprocessing
import pickle
import socket
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import redis

from cached import Counted, Own, Pages, basic, headed, make_app, runs, told, visit
from kirsch.errors import ConfigError
from kirsch.hashing import hashed
from kirsch.testing import Client

JUNK = [
    b"", b"\n", b"[]\nx", b"{}\nx", b'{"names": 5}', b'{"names": [[1], null]}',
    b'{"stamp": "."}\nx', pickle.dumps(["x"]),
    b'{"stamp": ".", "status": "200 OK", "headers": [], "made": 1, "lifetime": NaN, "stale": 0, "rescue": 0}\nx',
    b'{"stamp": ".", "status": "200 OK", "headers": 5, "made": 1, "lifetime": 1, "stale": 0, "rescue": 0}\nx',
]  # fmt: skip
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def make(redis_url):
    """A client of an application of its own, which stands for a process."""
    made = []

    def client(controller=Pages, site=None, **options):
        made.append(make_app(controller, site, **{"store": "redis", "url": redis_url, **options}))
        return Client(made[-1])

    yield client
    for application in made:
        application.close()


@pytest.fixture
def server(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        yield client


class Relay:
    """A way to the Redis server that can be closed and opened again: what it looks like when Redis goes and comes."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.target = parts.hostname, parts.port or 6379
        with closing(socket.create_server(("127.0.0.1", 0))) as found:
            self.port = found.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}{parts.path}"
        self.process = None

    def open(self):
        words = [sys.executable, "-c", RELAY, str(self.port), self.target[0], str(self.target[1])]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


RELAY = """
import socket, sys, threading
def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        source.close()
        target.close()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    client, _ = server.accept()
    other = socket.create_connection((sys.argv[2], int(sys.argv[3])))
    for pair in ((client, other), (other, client)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""


@pytest.fixture
def relay(redis_url):
    made = Relay(redis_url)
    made.open()
    yield made
    made.close()


def test_processes_share_what_is_kept_and_what_is_dropped(make):
    """An answer of one is given by the other; a change in one is seen in both."""
    one, other = make(), make()

    assert [*runs(one, "/index"), *runs(other, "/index", 2)] == ["run 1"] * 3
    other.post("/index")

    assert [*runs(one, "/index"), *runs(other, "/index")] == ["run 2"] * 2


def test_all_that_holds_in_a_process_holds_here(make):
    """Variants by name, bytes as they are, ages, users of their own, conditions."""

    class Bytes(Own):
        def octets(self):
            return bytes(range(256)) * 3

    client = make(
        Bytes, {"tools.basicauth.passwords": {"ada": hashed("lovelace", cost=16)}, "tools.allow.policy": "anyone"}
    )
    path = headed(Vary="Accept,Accept-Language", ETag='"a"', **{"X-A": "%C3%BC"})

    texts = [client.get(path, headers={"Accept": one, "Accept-Language": other}).text
             for one, other in [("a", "b"), ("b", "a"), ("a", "b"), ("b", "a")]]  # fmt: skip
    assert texts == ["run 1", "run 2", "run 1", "run 2"]
    assert client.get("/octets").body == client.get("/octets").body == bytes(range(256)) * 3
    assert told(client, "/octets") == "hit"
    assert client.get("/octets", headers={"Range": "bytes=254-257"}).body == b"\xfe\xff\x00\x01"
    assert runs(client, "/user", 1, headers=basic("ada", "lovelace")) == ["run 1: ada"]
    assert client.get("/user").status_code == 500  # the action wants a user, and is not given the page of one
    assert client.get(path, headers={"Accept": "a", "Accept-Language": "b", "If-None-Match": '"a"'}).status_code == 304


def test_an_answer_leaves_redis_when_it_is_of_no_use(make, server):
    """Everything that is written there ends by itself."""
    client = make(seconds=1)
    runs(client, "/index")
    client.post("/index")
    runs(client, "/echo?header=Accept")

    keys = server.keys("*")

    assert len(keys) >= 3
    assert all(key.startswith(b"kirsch:cache:") and server.ttl(key) > 0 for key in keys)


def test_nothing_that_is_read_is_executed(make, server):
    """What is written is JSON and the body; whatever else lies there is no answer."""
    client = make()
    runs(client, "/index")
    (place,) = server.keys("*:page:*")
    line, _, body = server.get(place).partition(b"\n")

    assert json.loads(line)["status"] == "200 OK"
    assert body == b"run 1"
    for number, junk in enumerate(JUNK, start=2):
        server.set(place, junk)
        assert runs(client, "/index") == [f"run {number}"]


def test_keys_say_nothing_of_who_asks(make, server):
    """Neither credentials nor cookies nor addresses are written."""
    client = make()
    runs(client, "/index?q=secret-query", headers={"Authorization": "Bearer secret-token", "Cookie": "a=secret-cookie"})

    written = b" ".join([*server.keys("*"), *(server.get(key) for key in server.keys("*"))])

    assert b"run 1" in written
    assert b"secret" not in written


def test_while_redis_is_away_every_action_runs(caplog):
    """No error for anybody, one line in the log, and no waiting for it at each request."""
    client = Client(make_app(store="redis", url=NOBODY))

    begun = time.monotonic()
    texts = runs(client, "/index", 30)
    client.post("/index")
    client.application.close()

    assert texts == [f"run {number}" for number in range(1, 31)]
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "answers are not kept, since Redis cannot be used"
    ]
    assert time.monotonic() - begun < 20


@pytest.mark.slow
def test_redis_goes_and_comes_back(relay, make, caplog):
    """What was changed meanwhile is not given when it is back."""
    away, there = make(url=relay.url), make()
    assert [*runs(away, "/index"), *runs(there, "/index"), *runs(away, "/echo?header=Accept")][:2] == ["run 1"] * 2

    relay.close()
    assert runs(away, "/index", 2) == ["run 2", "run 3"]
    away.post("/index")
    assert runs(there, "/index") == ["run 1"]  # it cannot know yet
    relay.open()
    until = time.monotonic() + 20
    while told(away, "/echo?header=Accept") != "hit":
        assert time.monotonic() < until
        time.sleep(0.2)

    assert told(there, "/index") == "fwd=miss; stored"
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "Redis is back" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(("path", "computed"), [("/slow", 1), ("/private", 8)])
def test_processes_that_ask_at_once_cost_one_computation(redis_url, server, path, computed):
    """One has the right to make the answer; where it may not be kept, nobody waits for long."""
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=visit, args=(redis_url, path, barrier, answers, 0.5)) for _ in range(4)]

    begun = time.monotonic()
    for process in processes:
        process.start()
    found = [text for _ in processes for text in answers.get(timeout=60)]
    for process in processes:
        process.join(60)

    assert int(server.get("runs")) == computed
    assert len(set(found)) == computed
    assert time.monotonic() - begun < 60


@pytest.mark.slow
def test_a_process_that_is_killed_in_the_middle_holds_nobody_up_for_long(redis_url, server, make):
    """The others wait as long as they have patience, and run the action themselves."""
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(1), context.Queue()
    process = context.Process(target=visit, args=(redis_url, "/slow", barrier, answers, 30))
    process.start()
    until = time.monotonic() + 60
    while not server.get("runs"):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.kill()
    process.join(20)
    client = make(Counted, patience=1.0)
    client.application.counter, client.application.seconds = redis_url, 0

    assert runs(client, "/slow", 2) == ["run 2", "run 2"]


def test_a_missing_package_is_named(monkeypatch):
    """With the command that brings it."""
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.delitem(sys.modules, "kirsch.tools._caches.redis", raising=False)

    with pytest.raises(ConfigError, match=r"needs the package 'redis'. Run: pip install 'kirsch\[redis\]'"):
        make_app(store="redis")
