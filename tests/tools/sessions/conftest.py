"""Every place where sessions can be kept, as the options of `tools.sessions`, empty for each test."""

import time
import uuid
from contextlib import ExitStack

import pytest

import parts
from kirsch.tools._stores import Place, load_backend
from visitors import make_app

ON_SERVER = ("memory", "file", "redis", "sqlite", "postgres", "mariadb")
SERVERS = {
    "postgres": (parts.POSTGRES, parts.postgres_fault, parts.fresh_postgres),
    "mariadb": (parts.MARIADB, parts.mariadb_fault, parts.fresh_mariadb),
    "redis": (parts.REDIS, parts.redis_fault, parts.fresh_redis),
}


@pytest.fixture(scope="session")
def server_url():
    """The URL of a server's empty database, made when it is first asked for and gone after the last test."""
    urls = {}
    with ExitStack() as stack:

        def url(name):
            part, fault, fresh = SERVERS[name]
            parts.need(part, fault())
            if name not in urls:
                urls[name] = stack.enter_context(fresh())
            return urls[name]

        yield url


@pytest.fixture
def options_for(server_url, tmp_path):
    """The options that keep sessions in the place of that name."""

    def options(name):
        if name in ("cookie", "memory"):
            return {"store": name}
        if name == "file":
            return {"store": "file", "folder": str(tmp_path / "sessions")}
        if name == "sqlite":
            return {"store": "sql", "url": f"sqlite:///{tmp_path}/sessions.sqlite"}
        mark = uuid.uuid4().hex
        if name == "redis":
            return {"store": "redis", "url": server_url(name), "prefix": f"{mark}:"}
        return {"store": "sql", "url": server_url(name), "table": f"sessions_{mark}"}

    return options


@pytest.fixture(params=("cookie", *ON_SERVER))
def anywhere(request, options_for):
    """The options of each store in turn."""
    return options_for(request.param)


@pytest.fixture(params=ON_SERVER)
def on_server(request, options_for):
    """The options of each store in turn that keeps sessions on the server."""
    return options_for(request.param)


@pytest.fixture
def site():
    """Makes sites with these options; they are closed afterwards."""
    made = []

    def make(**options):
        made.append(make_app(**options))
        return made[-1]

    yield make
    for app in made:
        app.close()


@pytest.fixture
def backend(on_server, tmp_path):
    """What keeps the texts, of each store in turn."""
    place = {"root": tmp_path, "prefix": "", **{name: on_server[name] for name in on_server if name != "store"}}
    if "folder" in place:
        place["folder"] = tmp_path / place["folder"]
    opened = load_backend(on_server["store"])(Place(**place))
    yield opened
    opened.close()


@pytest.fixture
def two_seconds_later(on_server, monkeypatch):
    """Lets two seconds pass; in Redis, which has a clock of its own, they really do."""

    def later():
        if on_server["store"] == "redis":
            time.sleep(2.1)
        else:
            monkeypatch.setattr(time, "time", lambda now=time.time: now() + 2)
            monkeypatch.setattr(time, "monotonic", lambda now=time.monotonic: now() + 2)

    return later
