"""Who asks too often has to wait."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError

NOBODY = "redis://127.0.0.1:1/0"


class Pages(Controller):
    def index(self):
        return "page"

    def login(self):
        return "login"


def visitor(request):
    """Who counts as one in these tests."""
    return request.GET.get("user")


@pytest.fixture
def make_app():
    made = []

    def make(only=None, **options):
        mapper = Mapper()
        for action in ("index", "login"):
            mapper.connect(f"/{action}", controller=Pages, action=action)
        place = f"controllers.pages.actions.{only}.tools.ratelimit" if only else "tools.ratelimit"
        made.append(Application(mapper, site=Config({place: {"limits": ["3/hour"], **options}})))
        return made[-1]

    yield make
    for application in made:
        application.close()


@pytest.fixture(params=["memory", "redis"])
def store(request):
    if request.param == "memory":
        return {"store": "memory"}
    return {"store": "redis", "url": request.getfixturevalue("redis_url")}


def come(app, path="/index", remote="192.0.2.1"):
    return ask(app, path, environ={"REMOTE_ADDR": remote})


def statuses(app, times, path="/index", remote="192.0.2.1"):
    return [come(app, path, remote).status for _ in range(times)]


@pytest.mark.parametrize("window", ["fixed", "sliding"])
def test_who_asks_too_often_is_told_when_to_come_back(make_app, store, window):
    """Three pass, the fourth is 429 with the seconds to wait."""
    app = make_app(window=window, **store)

    assert statuses(app, 3) == [200, 200, 200]
    answer = come(app)

    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert statuses(app, 1, remote="192.0.2.2") == [200]


def test_every_answer_says_how_things_stand(make_app, store):
    """How many are allowed, how many are left, and when there are more; a refusal and a missing page say it too."""
    app = make_app(**store)

    answers = [come(app, "/nowhere") for _ in range(4)]

    assert [answer.status for answer in answers] == [404, 404, 404, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
    assert all(3590 <= int(answer.headers["RateLimit-Reset"]) <= 3600 for answer in answers)
    assert answers[3].headers["Retry-After"] == answers[3].headers["RateLimit-Reset"]


def test_a_window_ends(make_app, store):
    """Then the next requests pass."""
    app = make_app(limits="2 per 1 second", **store)
    assert 429 in statuses(app, 5)

    time.sleep(1.1)

    assert statuses(app, 1) == [200]


def test_of_several_limits_the_nearest_is_told(make_app, store):
    """Each of them holds."""
    app = make_app(limits=["100/hour", "2/minute"], **store)

    answers = [come(app) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Limit"] for answer in answers] == ["2", "2", "2"]


def test_every_action_counts_for_itself(make_app):
    """Unless a group is named."""
    apart, together = make_app(), make_app(group="all")

    assert statuses(apart, 3) + statuses(apart, 3, "/login") == [200] * 6
    assert statuses(together, 3) + statuses(together, 1, "/login") == [200] * 3 + [429]


def test_one_action_alone_can_be_limited(make_app):
    """The others are answered as if the tool were off."""
    app = make_app(only="login")

    assert statuses(app, 5, "/login") == [200, 200, 200, 429, 429]
    assert statuses(app, 5) == [200] * 5
    assert "RateLimit-Limit" not in come(app).headers


def test_a_customer_has_one_network(make_app):
    """All IPv6 addresses that share their first 64 bits are one client."""
    app = make_app()

    assert [come(app, remote=f"2001:db8::{number}").status for number in range(1, 5)] == [200, 200, 200, 429]
    assert come(app, remote="2001:db8:0:1::1").status == 200


@pytest.mark.parametrize("remote", ["", "unix", "[::1", "::zz", "fe80::1%eth0", "a/b c%\xff"])
def test_any_address_counts(make_app, store, remote):
    """Whatever the server calls it."""
    assert statuses(make_app(**store), 4, remote=remote) == [200, 200, 200, 429]


def test_a_function_can_say_who_counts_as_one(make_app):
    """For those that it does not know, the address counts."""
    app = make_app(by=f"{__name__}:visitor")

    assert statuses(app, 4, "/index?user=ann") == [200, 200, 200, 429]
    assert statuses(app, 3, "/index?user=bob") == [200, 200, 200]
    assert statuses(app, 4) == [200, 200, 200, 429]


@pytest.mark.parametrize("name", ["192.0.2.1", "a/b/3/1/hour", "%F0%9F%8D%92", "x" * 5000, "", "%00"])
def test_whatever_it_says_counts(make_app, store, name):
    """Also what a client has chosen; and nobody is taken for an address."""
    app = make_app(by=f"{__name__}:visitor", **store)

    assert statuses(app, 4, f"/index?user={name}") == [200, 200, 200, 429]
    assert statuses(app, 1) == [200]


def test_nobody_slips_through_at_the_same_moment(make_app, store):
    """Of forty at once, exactly ten pass."""
    app = make_app(limits="10/hour", **store)
    gate = threading.Barrier(8)

    def visit(_):
        gate.wait(10)
        return statuses(app, 5)

    with ThreadPoolExecutor(8) as pool:
        found = [status for answers in pool.map(visit, range(8)) for status in answers]

    assert (found.count(200), found.count(429)) == (10, 30)


def test_processes_that_share_redis_count_together(make_app, redis_url):
    """Two applications stand for two processes."""
    one, other = make_app(store="redis", url=redis_url), make_app(store="redis", url=redis_url)

    assert statuses(one, 2) + statuses(other, 2) == [200, 200, 200, 429]


def test_a_store_that_is_away_refuses(make_app, caplog):
    """With 503 and a sentence; the log says what is wrong."""
    answer = come(make_app(store="redis", url=NOBODY))

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "cannot be counted at the moment" in answer.text
    assert "cannot be counted: " in caplog.text


def test_or_lets_everybody_pass(make_app, caplog):
    """Where the site would rather be there than count."""
    answer = come(make_app(store="redis", url=NOBODY, away="pass"))

    assert (answer.status, "RateLimit-Limit" in answer.headers) == (200, False)
    assert "cannot be counted: " in caplog.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limits": []}, "limits is empty"),
        ({"limits": "many"}, "limits cannot hold 'many'"),
        ({"limits": "0/minute"}, "Allow one request at least"),
        ({"limits": "1/minute; 2/hour"}, "write several as a list"),
        ({"by": "nowhere:at_all"}, "by is 'nowhere:at_all', which does not exist: No module named 'nowhere'"),
        ({"by": "kirsch:nothing"}, "by is 'kirsch:nothing', which does not exist"),
        ({"by": "session"}, 'by is "address" or a function as .*, not .session.'),
        ({"store": "redis", "url": "gopher://x"}, "url is no address of a Redis server"),
    ],
)
def test_what_cannot_work_is_found_at_start(make_app, options, words):
    """With the option."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


@pytest.mark.parametrize(
    ("package", "options", "words"),
    [
        ("limits", {}, r"tools.ratelimit needs the package 'limits'. Run: pip install 'kirsch\[limits\]'"),
        ("redis", {"store": "redis"}, r"needs the package 'redis'. Run: pip install 'kirsch\[redis\]'"),
    ],
)
def test_a_missing_package_is_named(make_app, monkeypatch, package, options, words):
    """With the command that brings it."""
    monkeypatch.setitem(sys.modules, package, None)
    if package == "limits":
        monkeypatch.delitem(sys.modules, "kirsch.tools.ratelimit", raising=False)
    with pytest.raises(ConfigError, match=words):
        make_app(**options)
