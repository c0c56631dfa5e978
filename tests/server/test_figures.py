"""What the server tells of itself on the page of statistics."""

import json
import threading
from urllib.request import urlopen

from kirsch import Application, Controller, Mapper
from kirsch.seeing import Statistics
from kirsch.server import Server


def test_the_page_shows_the_threads_of_the_server_and_what_they_do():
    """One works on a request that takes its time, one answers, the others are idle."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Controller):
        def index(self) -> str:
            begun.set()
            go_on.wait(10)
            return "done"

    mapper = Mapper()
    mapper.connect("/slow", controller=Slow, action="index")
    mapper.connect("/statistics", controller=Statistics, action="index")
    application = Application(mapper, [Slow], {"tools.statistics": {"trusted": ["127.0.0.1"]}})
    server = Server(application, port=0, threads=4)
    server.prepare()
    serving = threading.Thread(target=server.serve)
    serving.start()
    address = "http://{}:{}".format(*server.bound)
    asking = threading.Thread(target=lambda: urlopen(f"{address}/slow").read())
    asking.start()
    try:
        assert begun.wait(10)
        with urlopen(f"{address}/statistics?format=json") as answer:
            found = json.load(answer)
    finally:
        go_on.set()
        asking.join()
        server.stop()
        serving.join()

    assert found["server"] == {
        "address": "{}:{}".format(*server.bind_addr), "threads": 4, "idle": 2, "waiting": 0, "connections": 0,
    }  # fmt: skip
    running = [(one["thread"].startswith("kirsch-"), one["action"]) for one in found["running"]]
    assert running == [(True, "slow.index"), (True, "statistics.index")]
