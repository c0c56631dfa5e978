"""How long sessions last, and what is cleaned away."""

import time

import pytest

from asking import ask
from kirsch.errors import ConfigError
from racing import Visitor, racing_app
from visitors import make_app, visit


@pytest.fixture
def clock(monkeypatch):
    """Sets the time, in seconds from now; it stands still in between."""
    now = time.time()

    def set_to(seconds):
        monkeypatch.setattr(time, "time", lambda: now + seconds)

    set_to(0)
    return set_to


@pytest.fixture(params=["cookie", "memory", "file", "sqlite"])
def timed(request, options_for, site):
    """Makes sites in the stores whose clock can be set."""
    return lambda **options: site(**options_for(request.param), **options)


def test_a_session_ends_however_much_it_is_used(timed, clock):
    """After `longest` seconds, counted from its first value."""
    app = timed(seconds=100, longest=300)
    _, cookie = visit(app, "/", None)

    for moment in range(50, 300, 50):
        clock(moment)
        answer, cookie = visit(app, "/peek", cookie)
        assert answer.text == "1", moment
    clock(300)

    assert visit(app, "/peek", cookie)[0].text == "None"


def test_sign_in_begins_the_longest_time_anew(timed, clock):
    """`renew` counts as a beginning, and use does not."""
    app = timed(seconds=1000, longest=300)
    _, cookie = visit(app, "/", None)
    clock(200)
    _, cookie = visit(app, "/enter", cookie)
    clock(499)
    assert visit(app, "/peek", cookie)[0].text == "1"
    clock(500)

    assert visit(app, "/peek", cookie)[0].text == "None"


def test_a_longest_time_that_comes_later_counts_for_older_sessions(options_for, site, clock):
    """Those whose cookie does not say when they began count from when it was written; and it may go again."""
    options = options_for("file")
    _, cookie = visit(site(**options), "/", None)
    limited = site(**options, longest=300)

    clock(200)
    assert visit(limited, "/peek", cookie)[0].text == "1"
    _, renewed = visit(limited, "/enter", cookie)
    assert visit(site(**options), "/peek", renewed)[0].text == "1"
    clock(301)
    assert visit(limited, "/peek", cookie)[0].text == "None"


def test_an_unused_session_ends_in_every_store(on_server, two_seconds_later):
    """Also where the store keeps the time."""
    app = racing_app(**on_server, seconds=2)
    visitor = Visitor(app)
    visitor.ask("/start")
    two_seconds_later()

    assert visitor.values == {}
    app.close()


def test_beginning_sessions_clean_away_those_that_have_ended(options_for, clock, site, tmp_path):
    """Without a thread: what is kept does not grow with all visitors of all times."""
    app = site(**options_for("file"), seconds=60)
    for _ in range(450):
        ask(app, "/")
    clock(61)
    for _ in range(450):
        ask(app, "/")

    assert 450 <= len([file for file in (tmp_path / "sessions").iterdir() if len(file.name) == 40]) <= 550


def test_memory_keeps_no_more_than_it_may(site):
    """Of a hundred sessions the ten that were used last."""
    app = site(store="memory", most=10)
    first = visit(app, "/", None)[1]
    cookies = []
    for _ in range(99):
        cookies.append(visit(app, "/", None)[1])
        assert visit(app, "/peek", first)[0].text == "1"

    kept = [visit(app, "/peek", cookie)[0].text for cookie in cookies]

    assert kept == ["None"] * 90 + ["1"] * 9


@pytest.mark.parametrize("options", [{"seconds": 0}, {"seconds": -5}, {"longest": 0}, {"store": "memory", "most": 0}])
def test_a_time_or_number_that_cannot_be_is_found_at_start(options):
    """The sentence says what it must be at least."""
    with pytest.raises(ConfigError, match="must be 1 at least"):
        make_app(**options)
