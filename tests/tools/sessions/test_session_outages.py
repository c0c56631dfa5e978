"""Stores that go away and come back: errors only meanwhile."""

import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager

import pytest
import redis
from sqlalchemy import NullPool, create_engine, make_url, text

import parts
from kirsch.tools.sessions import Sessions
from racing import Visitor, racing_app
from visitors import make_app, visit


@pytest.fixture
def redis_server(tmp_path):
    """Starts and stops a Redis server of the test's own, on one port."""
    program = shutil.which("redis-server")
    parts.need(parts.REDIS, None if program else "no program redis-server found")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    @contextmanager
    def running():
        words = [program, "--port", str(port), "--dir", str(tmp_path), "--save", "", "--appendonly", "yes"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            with redis.Redis(port=port) as client:
                wait_for(client)
                yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=10)

    return running


def wait_for(client):
    """Until the server answers; it says so itself where it reads its file first."""
    for _ in range(200):
        try:
            client.ping()
            return
        except redis.RedisError:
            time.sleep(0.05)
    pytest.fail("redis-server does not answer.")


def test_redis_may_go_away_and_come_back(redis_server):
    """503 with Retry-After while it is away; afterwards the session goes on, and the first request is answered."""
    with redis_server() as url:
        app = racing_app(store="redis", url=url)
        visitor = Visitor(app)
        visitor.ask("/start")
        visitor.ask("/keep?name=a&value=1")

    for path in ("/show", "/count", "/keep?name=a&value=2", "/leave"):
        answer = visitor.ask(path)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert Visitor(app).ask("/start").status == 503

    with redis_server():
        assert visitor.values == {"n": 0, "a": 1}
        assert visitor.ask("/count").text == "1"
        assert Visitor(app).ask("/start").status == 200
    app.close()


def test_a_lock_can_be_asked_for_again_after_redis_was_away(redis_server):
    """Also where it went away while a request held one."""
    with redis_server() as url:
        app = racing_app(store="redis", url=url, lock=0.05)
        visitor = Visitor(app)
        visitor.ask("/start")
        with redis.Redis.from_url(url) as client:
            names = []
            visitor.ask("/count", meanwhile=lambda: names.extend(client.scan_iter("*:lock")))
            assert len(names) == 1
            assert list(client.scan_iter("*:lock")) == []
    assert visitor.ask("/count").status == 503

    with redis_server():
        assert visitor.ask("/count").status == 200
    app.close()


def test_redis_that_was_never_there_is_503_not_500():
    """At a port where nobody listens."""
    app = make_app(store="redis", url="redis://127.0.0.1:1/0")
    (tool,) = (tool for tool in app.tools if isinstance(tool, Sessions))
    cookie = "session=" + tool._store.dated.write("0" * 40)

    answer, _ = visit(app, "/peek", cookie)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    app.close()


def end_connections(url):
    """End all connections to the database but this one; how many they were."""
    server = make_url(url)
    if server.get_backend_name() == "postgresql":
        server = server.set(database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    ask, end = ENDING[server.get_backend_name()]
    with engine.connect() as connection:
        found = connection.scalars(text(ask), {"name": make_url(url).database}).all()
        for number in found:
            connection.execute(text(end), {"number": number})
    return len(found)


ENDING = {
    "postgresql": (
        "SELECT pid FROM pg_stat_activity WHERE datname = :name AND backend_type = 'client backend'",
        "SELECT pg_terminate_backend(:number)",
    ),
    "mysql": (
        "SELECT id FROM information_schema.processlist WHERE db = :name AND id <> connection_id()",
        "KILL :number",
    ),
}


@pytest.mark.parametrize("server", ["postgres_url", "mariadb_url"])
def test_connections_to_a_database_may_be_ended(server, request):
    """As by a restart: the next request of every kind opens a new one, and its visitor notices nothing."""
    url = request.getfixturevalue(server)
    app = racing_app(store="sql", url=url)
    visitor = Visitor(app)
    visitor.ask("/start")

    for path in ("/show", "/count", "/keep?name=a&value=1", "/renew"):
        assert end_connections(url) == 1
        assert visitor.ask(path).status == 200

    assert visitor.values == {"n": 1, "a": 1}
    app.close()


def test_a_table_that_somebody_drops_is_made_again(tmp_path):
    """One request is told to come back; the sessions that were in it are gone."""
    url = f"sqlite:///{tmp_path}/sessions.sqlite"
    app = racing_app(store="sql", url=url)
    visitor = Visitor(app)
    visitor.ask("/start")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE kirsch_sessions"))
    engine.dispose()

    assert [visitor.ask("/count").status for _ in range(3)] == [503, 200, 200]
    assert visitor.values == {"n": 2}
    app.close()


def test_a_connection_that_ends_in_the_middle_of_a_request(postgres_url):
    """Between the reading and the saving; the change is kept."""
    app = racing_app(store="sql", url=postgres_url)
    visitor = Visitor(app)
    visitor.ask("/start")

    answer = visitor.ask("/count", meanwhile=lambda: end_connections(postgres_url))

    assert (answer.status, visitor.values) == (200, {"n": 1})
    app.close()


def test_a_database_that_refuses_is_503_and_then_goes_on(postgres_url):
    """Nobody may connect to it for a while."""
    app = racing_app(store="sql", url=postgres_url)
    visitor = Visitor(app)
    visitor.ask("/start")
    name = make_url(postgres_url).database
    engine = create_engine(make_url(postgres_url).set(database="postgres"), isolation_level="AUTOCOMMIT")

    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        end_connections(postgres_url)
        answers = [visitor.ask(path) for path in ("/show", "/count", "/leave")]
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    engine.dispose()

    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [(503, "5")] * 3
    assert visitor.ask("/count").text == "1"
    app.close()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "mariadb://nobody@127.0.0.1:1/none"])
def test_a_database_that_was_never_there_is_503_not_500(url, caplog):
    """The site starts without it; the log says what to do."""
    app = racing_app(store="sql", url=url)

    assert Visitor(app).ask("/start").status == 503
    assert "start it, or correct the host and port in the URL" in caplog.text
    app.close()


def test_a_sqlite_file_that_is_none_is_503(tmp_path):
    """Somebody has written something else into it."""
    (tmp_path / "sessions.sqlite").write_text("this is no database, whatever it says " * 40)
    app = racing_app(store="sql", url=f"sqlite:///{tmp_path}/sessions.sqlite")

    assert Visitor(app).ask("/start").status == 503
    app.close()
