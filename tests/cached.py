"""A site whose answers are kept, and says how often its actions ran."""

import threading
import time
from base64 import b64encode
from collections import Counter

import redis

from kirsch import Application, Config, Controller, Mapper, Response
from kirsch.controller import actions_of
from kirsch.testing import Client

SECRET = "not-this-one-but-32-random-characters"


class Pages(Controller):
    """Every action counts its runs by path in the application's tally."""

    @property
    def run(self):
        environ = self.request.environ
        tally = self.request.application.tally
        with tally.lock:
            tally[environ["PATH_INFO"]] += 1
            return tally[environ["PATH_INFO"]]

    def index(self):
        return f"run {self.run}"

    def headed(self):
        """Answers with the headers that the query names, `_` standing for a hyphen."""
        names = [(name.replace("_", "-"), value) for name, value in self.request.GET.items() if name != "status"]
        return Response(f"run {self.run}", int(self.request.GET.get("status", 200)), headers=names)

    def echo(self, header: str):
        """Depends on one request header, and says so."""
        self.response.headers["Vary"] = header
        return f"run {self.run}: {self.request.headers.get(header)}"

    def fail(self):
        """Fails as long as the application is `broken`."""
        run = self.run
        if self.request.application.broken:
            raise RuntimeError("broken")
        return f"run {run}"

    def save(self, path: str):
        if where := self.request.GET.get("location"):
            self.response.headers["Location"] = where
        if where := self.request.GET.get("content_location"):
            self.response.headers["Content-Location"] = where
        self.response.status_code = int(self.request.GET.get("status", 200))
        return "saved"

    def pieces(self):
        for number in range(3):
            yield f"piece {number} of run {self.run}\n"


class Own(Pages):
    def user(self):
        return f"run {self.run}: {self.request.take('user').name}"

    def reader(self):
        return f"run {self.run}: {self.request.headers.get('Authorization')} {self.request.cookies.get('name')}"

    def visits(self):
        self.session["visits"] = self.session.get("visits", 0) + 1
        return str(self.session["visits"])

    def peek(self):
        return f"run {self.run}: {self.session.get('visits')}"

    def crash(self):
        self.run  # noqa: B018  # counts
        raise RuntimeError("crashed")

    def runs(self, of: str):
        """How often the action of a path ran so far."""
        return Response(str(self.request.application.tally[of]), headers=[("Cache-Control", "no-store")])

    def form(self):
        return self.request.take("csrf_token")


class Counted(Pages):
    """Counts its runs in Redis, where processes can see those of each other."""

    def count(self):
        with redis.Redis.from_url(self.request.application.counter) as client:
            number = client.incr("runs")
        time.sleep(self.request.application.seconds)
        return f"run {number}"

    def slow(self):
        return self.count()

    def private(self):
        return Response(self.count(), headers=[("Cache-Control", "private")])


def visit(url, path, barrier, answers, seconds):
    """Ask twice in a process of its own, where an action takes so many seconds."""
    application = make_app(Counted, store="redis", url=url, patience=20.0)
    application.counter, application.seconds = url, seconds
    client = Client(application)
    barrier.wait(30)
    answers.put([client.get(path).text for _ in range(2)])
    application.close()


class Tally(Counter):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


def make_app(controller=Pages, site=None, **options):
    """An application with `tools.caching`; each public action of *controller* has its name for its path."""
    mapper = Mapper()
    for name in sorted(actions_of(controller).keys() - {"save"}):
        mapper.connect(f"/{name}", controller=controller, action=name, conditions={"method": ["GET"]})
    mapper.connect("/{path}", controller=controller, action="save",
                   conditions={"method": ["POST", "PUT", "PATCH", "DELETE"]})  # fmt: skip
    settings = {"tools.caching": options, "site.secret_key": SECRET, **(site or {})}
    application = Application(mapper, site=Config(settings))
    application.tally, application.broken = Tally(), False
    return application


def basic(name, password):
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def make_client(*arguments, **options):
    return Client(make_app(*arguments, **options))


def runs(client, path, times=1, **options):
    """The texts of the answers to so many requests."""
    return [client.get(path, **options).text for _ in range(times)]


def told(client, path, **options):
    """What Cache-Status says of where an answer came from, without its ttl."""
    return client.get(path, **options).headers["Cache-Status"].split("; ttl")[0].removeprefix("Kirsch; ")


def headed(**headers):
    """The path of an answer with these headers."""
    return "/headed?" + "&".join(f"{name}={str(value).replace('=', '%3D')}" for name, value in headers.items())


def is_kept(client, path, **options):
    """Whether the answer to this request was kept just now."""
    return "stored" in told(client, path, **options)
