"""Requests that change one session at the same time, without a lock."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from racing import Visitor, racing_app


@pytest.fixture
def visitor(on_server):
    app = racing_app(**on_server)
    ann = Visitor(app)
    ann.ask("/start")
    yield ann
    app.close()


def test_changes_of_different_values_are_all_kept(visitor):
    """A second request begins and ends within the first one."""
    twin = visitor.twin()

    visitor.ask("/keep?name=a&value=1", meanwhile=lambda: twin.ask("/keep?name=b&value=2"))

    assert visitor.values == {"n": 0, "a": 1, "b": 2}


def test_of_changes_of_one_value_the_last_counts(visitor):
    """As if the requests had come one after the other."""
    twin = visitor.twin()

    visitor.ask("/keep?name=a&value=1", meanwhile=lambda: twin.ask("/keep?name=a&value=2"))

    assert visitor.values == {"n": 0, "a": 1}


def test_what_one_request_removes_stays_removed(visitor):
    """Though another one, which has read it before, saves something else."""
    visitor.ask("/keep?name=a&value=1")
    twin = visitor.twin()

    visitor.ask("/keep?name=b&value=2", meanwhile=lambda: twin.ask("/remove?name=a"))

    assert visitor.values == {"n": 0, "b": 2}


def test_what_one_request_removes_takes_nothing_else_along(visitor):
    """The last value of a session goes, and another comes meanwhile."""
    visitor.ask("/remove?name=n")
    visitor.ask("/keep?name=a&value=1")
    twin = visitor.twin()

    visitor.ask("/remove?name=a", meanwhile=lambda: twin.ask("/keep?name=b&value=2"))

    assert visitor.values == {"b": 2}


def test_true_is_another_value_than_one(visitor):
    """Values are told apart as JSON has them."""
    visitor.ask("/keep?name=a&value=1")
    twin = visitor.twin()

    visitor.ask("/keep?name=a&value=true", meanwhile=lambda: twin.ask("/keep?name=b&value=2"))

    assert visitor.values["a"] is True


@pytest.mark.parametrize("amounts", [(1, 2), (0.1, 0.7), (5, -3)])
def test_sums_add_up(visitor, amounts):
    """`session.add` counts what both requests add."""
    first, second = amounts
    twin = visitor.twin()

    visitor.ask(f"/add?name=n&amount={first}", meanwhile=lambda: twin.ask(f"/add?name=n&amount={second}"))

    assert visitor.values == {"n": pytest.approx(first + second)}


def test_a_sum_of_what_others_have_replaced_by_a_text_is_kept(visitor):
    """There is nothing to add it to; the later request counts, and nobody gets an error."""
    twin = visitor.twin()

    answer = visitor.ask("/add?name=n", meanwhile=lambda: twin.ask("/keep?name=n&value=%22none%22"))

    assert (answer.status, visitor.values) == (200, {"n": 1})


def test_messages_of_both_requests_are_shown_once(visitor):
    """One shows what waits while the other leaves a message."""
    visitor.ask("/say?text=first")
    twin = visitor.twin()

    heard = visitor.ask("/hear", meanwhile=lambda: twin.ask("/say?text=second"))

    assert json.loads(heard.text) == [["success", "first"]]
    assert json.loads(visitor.ask("/hear").text) == [["success", "second"]]
    assert json.loads(visitor.ask("/hear").text) == []


def test_a_new_key_takes_along_what_others_have_kept_meanwhile(visitor):
    """Sign-in loses nothing of what a second window put into the basket."""
    twin = visitor.twin()

    visitor.ask("/renew", meanwhile=lambda: twin.ask("/keep?name=a&value=1"))

    assert visitor.values == {"n": 0, "a": 1}
    assert twin.values == {}


def test_sign_out_ends_what_a_request_under_way_would_keep(visitor):
    """It saves after the visitor has left; nothing comes back, and no cookie is touched."""
    late, cookie = visitor.twin(), visitor.cookie

    answer = late.ask("/keep?name=a&value=1", meanwhile=lambda: visitor.ask("/leave"))

    assert (answer.status, "Set-Cookie" in answer.headers) == (200, False)
    assert Visitor(visitor.app, cookie).values == {}


def test_a_new_key_does_not_bring_back_what_was_left(visitor):
    """Only what this request itself has kept goes on under it."""
    visitor.ask("/keep?name=user&value=%22ann%22")
    late = visitor.twin()

    late.ask("/renew", meanwhile=lambda: visitor.ask("/leave"))

    assert late.values == {}


def test_what_leaves_takes_everything_along(visitor):
    """What another request keeps meanwhile is gone, too."""
    twin = visitor.twin()

    visitor.ask("/leave", meanwhile=lambda: twin.ask("/keep?name=a&value=1"))

    assert twin.values == {}


def test_many_values_of_many_requests_are_all_kept(visitor, seed):
    """Six threads, each with values of its own, without a lock."""
    chance = random.Random(seed)

    def keeps(thread):
        twin = visitor.twin()
        for number in chance.sample(range(15), 15):
            assert twin.ask(f"/keep?name=t{thread}-{number}&value={number}").status == 200

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(keeps, range(6)))

    assert len(visitor.values) == 1 + 6 * 15


def test_reading_does_not_undo_a_change(visitor, monkeypatch):
    """A session that goes on by being read, under a newer date, holds what was kept meanwhile."""
    later = time.time() + 3 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    twin = visitor.twin()

    answer = visitor.ask("/show", meanwhile=lambda: twin.ask("/keep?name=a&value=1"))

    assert "Set-Cookie" in answer.headers
    assert visitor.values == {"n": 0, "a": 1}
