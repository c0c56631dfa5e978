"""tools.caching: answers that are kept are given again, to those they are for; the six faults known of others."""

import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest

from cached import Own, Pages, basic, make_app, make_client, runs, told
from kirsch import Response
from kirsch.errors import ConfigError
from kirsch.testing import Client

ADA = basic("ada", "lovelace")


def test_an_answer_is_given_again_without_running_the_action():
    """As it was, with its age; HEAD has the same headers."""
    client = make_client()

    answers = [client.get("/index") for _ in range(10)]
    head = client.head("/index")

    assert {answer.text for answer in answers} == {"run 1"}
    assert "Age" not in answers[0].headers
    assert answers[0].headers["Cache-Status"] == "Kirsch; fwd=miss; stored"
    assert answers[9].headers["Age"] == "0"
    assert answers[9].headers["Cache-Status"] in ("Kirsch; hit; ttl=60", "Kirsch; hit; ttl=59")
    assert (head.status_code, head.body, head.headers["Content-Length"]) == (200, b"", "5")


def test_an_answer_ages_and_is_made_anew():
    """After its seconds."""
    client = make_client(seconds=1)

    runs(client, "/index")
    time.sleep(1.05)

    assert told(client, "/index") == "fwd=stale; stored"
    assert runs(client, "/index") == ["run 2"]


def test_other_queries_hosts_and_schemes_have_other_answers():
    """The path alone does not say what was asked for."""
    client = make_client()
    safe = Client(client.application, base_url="https://localhost")

    texts = [
        *runs(client, "/index"), *runs(client, "/index?a=1"), *runs(client, "/index?a=2"),
        *runs(client, "/index", headers={"Host": "other.example"}), *runs(safe, "/index"),
    ]  # fmt: skip

    assert texts == ["run 1", "run 2", "run 3", "run 4", "run 5"]
    assert runs(client, "/index", headers={"Host": "OTHER.example"}) == ["run 4"]


# The six faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Authorization": "Bearer a"}, {"Authorization": "Bearer b"}),
        ({"Cookie": "name=alice"}, {"Cookie": "name=bob"}),
        ({"Cookie": "name=alice"}, {}),
        ({"Authorization": "Bearer a"}, {}),
        (ADA, {"Authorization": "Basic " + b64encode(b"ada:x").decode()}),
    ],
)
def test_fault_1_nobody_is_given_the_page_of_somebody_else(one, other):
    """Whatever an action reads of cookies and credentials, whether or not it says so."""
    client = make_client(Own)

    first, second, third = (client.get("/reader", headers=headers).text for headers in (one, other, one))

    assert (first[:5], second[:5]) == ("run 1", "run 2")
    assert third == first


def test_fault_2_two_headers_that_an_answer_depends_on_are_not_mixed_up():
    """`Accept: a, Accept-Language: b` is not the reverse of it."""
    client = make_client()
    path = "/headed?Vary=Accept,Accept-Language"

    texts = [
        client.get(path, headers={"Accept": one, "Accept-Language": other}).text
        for one, other in [("a", "b"), ("b", "a"), ("a", "b"), ("b", "a")]
    ]

    assert texts == ["run 1", "run 2", "run 1", "run 2"]


@pytest.mark.parametrize("words", ["private", "private,max-age=60", "Private", 'private="x"', "max-age=60,%20private"])
def test_fault_3_what_is_private_is_not_kept(words):
    """In whatever words."""
    assert runs(make_client(), f"/headed?Cache-Control={words}", 3) == ["run 1", "run 2", "run 3"]


def test_fault_4_nobody_waits_for_a_page_that_fails(caplog):
    """Eight ask at once, again and again, for what had been kept before it began to fail."""
    client = make_client(seconds=1, patience=60.0)
    assert runs(client, "/fail", 2) == ["run 1", "run 1"]
    time.sleep(1.05)
    client.application.broken = True

    begun = time.monotonic()
    for _ in range(3):
        with ThreadPoolExecutor(8) as pool:
            assert [answer.status_code for answer in pool.map(lambda _: client.get("/fail"), range(8))] == [500] * 8
    taken = time.monotonic() - begun
    client.application.broken = False

    assert taken < 30  # half of the patience of a single one
    assert client.get("/fail").status_code == 200
    assert "stored" not in client.get("/fail").headers["Cache-Status"]


def test_fault_5_variants_leave_memory_too():
    """However many there are, the bounds hold, and what comes later is kept."""
    client = make_client(entries=50)
    tool = client.application.tool("caching")

    for number in range(500):
        runs(client, "/echo?header=Accept-Language", headers={"Accept-Language": f"x-{number}"})

    assert tool.held().entries == 50
    last = {"Accept-Language": "x-499"}
    assert runs(client, "/echo?header=Accept-Language", headers=last) == ["run 500: x-499"]
    tool.clear()
    assert tool.held() == (0, 0)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_fault_6_a_change_by_any_method_is_seen_at_once(method):
    """PATCH as well as the others."""
    client = make_client()
    runs(client, "/index", 2)

    client.request(method, "/index")

    assert runs(client, "/index", 2) == ["run 2", "run 2"]


# What is kept --------------------------------------------------------------------------------------------------------


def test_what_comes_in_pieces_passes_untouched():
    """And nothing of it is held back."""
    client = make_client()

    first, second = client.get("/pieces"), client.get("/pieces")

    assert first.text == "piece 0 of run 1\npiece 1 of run 2\npiece 2 of run 3\n"
    assert second.text.endswith("run 6\n")
    assert "stored" not in first.headers["Cache-Status"]


def test_nothing_is_kept_that_cannot_be_sent():
    """A header that would split the answer is a 500 each time, and the action runs."""

    class Broken(Pages):
        def split(self):
            return Response(f"{self.run}", headers=[("X-A", "a\r\nb")])

    client = make_client(Broken)

    assert [client.get("/split").status_code for _ in range(2)] == [500, 500]
    assert client.application.tally["/split"] == 2


@pytest.mark.slow
def test_the_bounds_hold():
    """Ten thousand queries keep within entries and bytes; what is too long alone is not kept."""
    client = make_client(entries=100, memory="64 KiB", limit="8 B")
    tool = client.application.tool("caching")

    for number in range(10_000):
        client.get(f"/index?{number}")

    held = tool.held()
    assert 20 < held.entries <= 100
    assert held.bytes <= 64 * 1024
    assert "stored" not in client.get("/index?x").headers["Cache-Status"]  # "run 10001" has nine bytes


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seconds": -1}, "seconds must not be below zero"),
        ({"patience": -0.5}, "patience must not be below zero"),
        ({"limit": "much"}, "limit must be a size"),
        ({"memory": "much"}, "memory must be a size"),
        ({"vary": ["a b"]}, "vary cannot hold 'a b'"),
        ({"store": "redis", "url": "gopher://x"}, "url is no address of a Redis server"),
    ],
)
def test_what_cannot_work_is_found_at_start(options, words):
    """With the option."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


def test_code_can_drop_answers():
    """By path, whatever the query, the host, the visitor; or all of them."""
    client = make_client()
    tool = client.application.tool("caching")
    headers = {"Cookie": "a=1"}
    for path in ("/index", "/index?a=1", "/echo?header=Accept"):
        runs(client, path, headers=headers)

    tool.forget("http://localhost/index?whatever")

    assert runs(client, "/index?a=1", headers=headers) == ["run 3"]
    assert runs(client, "/echo?header=Accept", headers=headers) == ["run 1: None"]
    tool.clear()
    assert runs(client, "/echo?header=Accept", headers=headers) == ["run 2: None"]


def test_what_was_begun_before_a_change_is_not_kept():
    """A page that read the old state while the change was made is given to those who asked before it alone."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Pages):
        def slow(self):
            run = self.run
            if run == 1:
                begun.set()
                go_on.wait(20)
            return f"run {run}"

    client = make_client(Slow)
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(runs, client, "/slow")
        begun.wait(20)
        client.post("/slow")
        late = pool.submit(runs, client, "/slow")
        go_on.set()

        assert (early.result(20), late.result(20)) == (["run 1"], ["run 2"])
    assert runs(client, "/slow") == ["run 2"]


def test_actions_with_other_options_share_what_is_kept():
    """So a change that one knows of is known to all."""
    client = make_client(Own, {"controllers.own.actions.index.tools.caching.seconds": 600})
    runs(client, "/index")

    client.post("/index")

    assert runs(client, "/index", 2) == ["run 2", "run 2"]
