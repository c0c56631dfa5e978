"""Sessions with a lock: requests of one visitor one after the other."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kirsch import Application, Config, Controller, Mapper, tools
from kirsch.errors import ConfigError
from racing import Visitor, racing_app
from visitors import SECRET, make_app


@pytest.fixture
def started(on_server):
    """Makes a visitor of a site with a lock of so many seconds."""
    apps = []

    def start(lock):
        apps.append(racing_app(**on_server, lock=lock))
        visitor = Visitor(apps[-1])
        visitor.ask("/start")
        return visitor

    yield start
    for app in apps:
        app.close()


@pytest.mark.slow
def test_nothing_that_is_counted_is_lost(started):
    """Six threads add one to what they read, twenty times each."""
    visitor = started(lock=30)

    def counts(_):
        twin = visitor.twin()
        return [twin.ask("/count").status for _ in range(20)]

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(counts, range(6))) == [[200] * 20] * 6

    assert visitor.values == {"n": 120}


def test_who_waits_too_long_is_told_when_to_come_back(started):
    """503 with Retry-After; the request that was first is not disturbed, and the next one passes."""
    visitor = started(lock=0.05)
    twin, refused = visitor.twin(), []

    visitor.ask("/count", meanwhile=lambda: refused.append(twin.ask("/count")))

    assert [(answer.status, answer.headers["Retry-After"]) for answer in refused] == [(503, "1")]
    assert twin.ask("/count").text == "2"


def test_a_request_that_fails_gives_its_lock_back(started):
    """Whatever goes wrong in the action."""
    visitor = started(lock=0.05)

    def fail():
        raise RuntimeError("broken")

    assert visitor.ask("/count", meanwhile=fail).status == 500
    assert visitor.ask("/count").status == 200


def test_sign_in_and_sign_out_give_the_lock_back(started):
    """Under the old key and the new one."""
    visitor = started(lock=0.05)
    old = visitor.twin()

    for path in ("/renew", "/count", "/leave", "/count"):
        assert visitor.ask(path).status == 200
        assert old.twin().ask("/count").status == 200


def test_who_waits_for_a_session_that_is_left_begins_a_new_one(started):
    """Nothing is left to be locked."""
    visitor = started(lock=10)
    twin, answers = visitor.twin(), []
    thread = threading.Thread(target=lambda: answers.append(twin.ask("/count").text))

    def begin():
        thread.start()
        time.sleep(0.1)

    visitor.ask("/leave", meanwhile=begin)
    thread.join()

    assert answers == ["1"]


def test_a_session_that_is_only_looked_at_is_given_back(started):
    """Though nothing is saved."""
    visitor = started(lock=0.05)

    assert [visitor.ask("/show").status for _ in range(3)] == [200] * 3


class Late(Controller):
    def index(self):
        self.session["n"] = 1
        return "begun"

    def stream(self):
        def pieces():
            yield f"{self.session['n']}".encode()

        self.response.app_iter = pieces()
        return self.response


def test_a_session_taken_while_the_body_is_sent_is_given_back(on_server):
    """It is too late to save it, and not to release it."""
    mapper = Mapper()
    mapper.connect("/", controller=Late, action="index")
    mapper.connect("/stream", controller=Late, action="stream")
    app = Application(mapper, site=Config({"site.secret_key": SECRET, "tools.sessions": {**on_server, "lock": 0.05}}))
    visitor = Visitor(app)
    visitor.ask("/")

    assert [visitor.ask("/stream").text for _ in range(3)] == ["1"] * 3
    app.close()


@pytest.mark.parametrize("options", [{"lock": 1}, {"store": "memory", "lock": -1}])
def test_a_lock_that_cannot_be_is_found_at_start(options):
    """A cookie cannot be locked, and nobody waits less than no time."""
    with pytest.raises(ConfigError, match=r"tools\.sessions: lock"):
        make_app(**options)


class Mixed(Controller):
    def index(self):
        self.session["n"] = self.session.get("n", 0) + 1
        return str(self.session["n"])

    @tools.sessions(lock=1.0)
    def locked(self):
        self.session["n"] = self.session.get("n", 0) + 1
        return str(self.session["n"])

    @tools.sessions(longest=3600, seconds=60)
    def short(self):
        self.session["n"] = self.session.get("n", 0) + 1
        return str(self.session["n"])


def test_actions_of_other_options_keep_the_same_sessions(on_server):
    """A lock or a lifetime for one action does not give it a store of its own."""
    mapper = Mapper()
    for action in ("index", "locked", "short"):
        mapper.connect(f"/{action}", controller=Mixed, action=action)
    app = Application(mapper, site=Config({"site.secret_key": SECRET, "tools.sessions": on_server}))
    visitor = Visitor(app)

    assert [visitor.ask(f"/{action}").text for action in ("index", "locked", "short") * 2] == list("123456")
    app.close()
