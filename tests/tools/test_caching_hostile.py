"""tools.caching against whatever a client sends and an action answers."""

import random
import re
import sys
import tracemalloc

import pytest

from asking import ask
from cached import Pages, headed, make_app, make_client, runs
from kirsch import Response

WORDS = (
    "max-age", "s-maxage", "no-cache", "no-store", "private", "public", "min-fresh", "max-stale", "only-if-cached",
    "stale-while-revalidate", "stale-if-error", "must-revalidate", "=", "=", "=60", "=-1", "=99999999999999999999999",
    '="', '"', "\\", ",", ",", ";", " ", "\t", "\x00", "\xff", "\u00b2", "=1e9", "=\u0663", "*", "W/", "%s" * 50,
)  # fmt: skip
NAMES = ("HTTP_CACHE_CONTROL", "HTTP_PRAGMA", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE",
         "HTTP_IF_RANGE", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT_ENCODING", "HTTP_X_A")  # fmt: skip


class Wild(Pages):
    def wild(self):
        """Answers with the headers that the test has put down."""
        return Response(f"run {self.run}", headers=self.request.application.headers)


@pytest.mark.slow
def test_nothing_that_is_sent_or_answered_is_an_error(seed):
    """Headers made of words at random, two thousand times; each is answered by the action or from what is kept."""
    app, chance = make_app(Wild, stale_while_revalidate=5, memory="100 KiB"), random.Random(seed)

    def words():
        return "".join(chance.choices(WORDS, k=chance.randrange(8)))

    for _ in range(2000):
        latin = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
        names = chance.sample(("Cache-Control", "Vary", "Expires", "Age", "Date", "Pragma", "ETag", "Last-Modified"), 3)
        app.headers = [(name, latin.sub("", words())) for name in names]
        sent = {name: words().replace("\u0663", "") for name in chance.sample(NAMES, 4)}

        answer = ask(app, f"/wild?{chance.randrange(20)}", environ=sent)

        assert answer.status in (200, 206, 304, 416, 504), (app.headers, sent)
        assert app.tool("caching").held().bytes <= 100 * 1024


HUGE = {
    "many": ",".join(f"X-{number}" for number in range(5000)),
    "long": "X" * 100_000,
    "empty": "," * 5000,
    "one": "Accept," * 200,
    "odd": "\xff, \xfe",
}


@pytest.mark.parametrize("vary", HUGE)
def test_a_huge_vary_costs_nothing(vary):
    """It is not kept where it names too much; what is kept stays within bounds."""
    app = make_app(Wild, memory="100 KiB")
    app.headers = [("Vary", HUGE[vary])]

    for number in range(50):
        assert ask(app, "/wild", environ={"HTTP_X_1": f"{number}" * 1000}).status == 200

    assert app.tool("caching").held().bytes <= 100 * 1024


def test_long_values_are_told_apart_and_not_kept():
    """Of a value that goes on for pages the digest is enough."""
    client = make_client()
    tool = client.application.tool("caching")
    path = headed(Vary="X-A")
    one, other = "a" * 50_000, "a" * 49_999 + "b"

    assert [client.get(path, headers={"X-A": value}).text for value in (one, other, one)] == ["run 1", "run 2", "run 1"]
    assert tool.held().bytes < 10_000


def test_long_queries_hosts_and_paths_count():
    """What an answer is found by takes memory, too."""
    client = make_client(memory="200 KiB")
    tool = client.application.tool("caching")

    for number in range(300):
        client.get(f"/index?{'q' * 4000}{number}")
        client.get("/index", headers={"Host": f"{'h' * 100}{number}.example"})

    assert tool.held().bytes <= 200 * 1024
    assert 40 <= tool.held().entries < 250


@pytest.mark.slow
def test_memory_is_what_it_says():
    """What the entries really take is not much more than what is counted."""
    client = make_client(Pages, entries=100_000)
    tool = client.application.tool("caching")
    tracemalloc.start()
    try:
        for number in range(2000):
            client.get(f"/headed?X-A={'a' * 200}&n={number}&X-B={'b' * 300}")
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert tool.held().entries == 2000
    assert taken < 2 * tool.held().bytes + 2_000_000, sys.version


@pytest.mark.slow
def test_what_is_not_kept_takes_no_memory():
    """However many long addresses are asked for and changed."""
    client = make_client(Wild)
    client.application.headers = [("Cache-Control", "private")]
    client.get("/wild")

    tracemalloc.start()
    try:
        for number in range(1500):
            client.get(f"/wild?{'q' * 6000}{number}")
            client.post(f"/{'p' * 6000}{number}")
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert client.application.tool("caching").held() == (0, 0)
    assert taken < 4_000_000  # the addresses alone would be 18 MB


def test_many_visitors_do_not_drive_out_more_than_their_share():
    """Within the bounds the ones that are asked for stay."""
    client = make_client(entries=100)
    runs(client, "/index")

    for number in range(2000):
        client.get("/headed", headers={"Cookie": f"id={number}"})
        if number % 50 == 0:
            assert runs(client, "/index") == ["run 1"]

    assert client.application.tool("caching").held().entries == 100
