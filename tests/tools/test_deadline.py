"""tools.deadline: a request has its time."""

import logging
import os
import signal
import threading
import time
import warnings

import pytest

from kirsch import Application, Controller, Mapper, tools
from kirsch.errors import ConfigError
from kirsch.testing import Client


@tools.deadline(0.2)
class Work(Controller):
    hold = threading.Event()

    def quick(self):
        deadline = self.request.take("deadline")
        deadline.check()
        return {"left": deadline.remaining()}

    def slow(self):
        while True:
            self.request.take("deadline").check()
            time.sleep(0.01)

    @tools.deadline(status=504)
    def elsewhere(self):
        time.sleep(0.25)
        self.request.take("deadline").check()

    def hangs(self):
        waits_for_a_word(self.hold)
        return {"left": self.request.take("deadline").remaining()}

    def pieces(self):
        yield "one "
        waits_for_a_word(self.hold)
        yield "two"

    def fails(self):
        raise RuntimeError("on purpose")


def waits_for_a_word(event):
    event.wait(10)


@pytest.fixture
def client():
    Work.hold.clear()
    mapper = Mapper()
    for action in ("quick", "slow", "elsewhere", "hangs", "pieces", "fails"):
        mapper.connect(f"/{action}", controller=Work, action=action)
    application = Application(mapper, [Work])
    yield Client(application)
    application.close()


def watchdogs():
    return [thread for thread in threading.enumerate() if thread.name == "kirsch-deadline" and thread.is_alive()]


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.01)


def test_an_action_knows_how_much_time_is_left(client):
    """For the timeout of whatever it asks."""
    left = client.get("/quick").json["left"]

    assert 0 < left <= 0.2


@pytest.mark.parametrize(("path", "status"), [("/slow", 503), ("/elsewhere", 504)])
def test_an_action_that_asks_is_given_up_in_time(client, path, status):
    """503, or 504 where another server is waited for."""
    answer = client.get(path)

    assert (answer.status_code, "taken too long" in answer.text) == (status, True)


def test_the_log_says_where_a_request_hangs(client, caplog):
    """Once, with its stack, while it hangs; it is not broken off."""
    caplog.set_level(logging.WARNING, "kirsch")
    answers = []
    visitor = threading.Thread(target=lambda: answers.append(client.get("/hangs")))

    visitor.start()
    until(lambda: caplog.messages)
    running = visitor.is_alive()
    Work.hold.set()
    visitor.join()

    assert running
    assert [answer.json for answer in answers] == [{"left": 0.0}]
    assert len(caplog.messages) == 1
    assert "GET '/hangs' takes longer than 0.2 seconds" in caplog.messages[0]
    assert "waits_for_a_word" in caplog.messages[0]


def test_many_requests_need_one_thread(client, caplog):
    """Ten at once that all hang are ten lines of one watchdog."""
    caplog.set_level(logging.WARNING, "kirsch")
    before = set(watchdogs())
    visitors = [threading.Thread(target=client.get, args=("/hangs",)) for _ in range(10)]

    for visitor in visitors:
        visitor.start()
    until(lambda: len(caplog.messages) == 10)
    running = len(set(watchdogs()) - before)
    Work.hold.set()
    for visitor in visitors:
        visitor.join()

    assert running == 1
    assert len({message.partition(":")[0] for message in caplog.messages}) == 10


def test_who_is_done_is_not_mentioned(client, caplog):
    """Neither quick requests, nor errors, nor what goes on in pieces after the first."""
    caplog.set_level(logging.WARNING, "kirsch")
    pieces = []
    visitor = threading.Thread(target=lambda: pieces.append(client.get("/pieces").text))

    visitor.start()
    client.get("/quick")
    client.get("/fails")
    time.sleep(0.4)
    Work.hold.set()
    visitor.join()

    assert pieces == ["one two"]
    assert [message for message in caplog.messages if "takes longer" in message] == []


def test_the_thread_ends_with_the_application(client):
    """A site that stops leaves nothing behind."""
    client.get("/quick")
    mine = set(watchdogs())

    client.application.close()

    until(lambda: not any(thread.is_alive() for thread in mine))


def test_a_forked_process_watches_too(client, capfd):
    """Workers begin with the memory of their parent and without its threads."""
    client.get("/quick")
    capfd.readouterr()

    with warnings.catch_warnings():  # Python 3.12 warns of what is tested here: threads are not forked
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:  # the child leaves without pytest's farewell, also where it hangs
        signal.alarm(8)
        logging.getLogger("kirsch").addHandler(logging.StreamHandler())
        threading.Timer(0.6, Work.hold.set).start()
        client.get("/hangs")
        os._exit(0)
    os.waitpid(child, 0)

    assert "takes longer than 0.2 seconds" in capfd.readouterr().err


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_time_at_all_is_refused_at_start(seconds):
    """With what to give."""
    with pytest.raises(ConfigError, match="give more than 0"):
        Application(Mapper(), [], {"tools.deadline.seconds": seconds})
