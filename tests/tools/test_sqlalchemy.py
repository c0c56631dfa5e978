"""Each request that asks for a database session gets one, and it ends as the answer says."""

import json
import threading

import pytest
from sqlalchemy import String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kirsch.application import Application
from kirsch.config import Config
from kirsch.controller import Controller
from kirsch.data.model import Versioned
from kirsch.errors import ConfigError, NotFound
from kirsch.request import Request
from kirsch.routing import Mapper


class Base(DeclarativeBase):
    """The models of this test."""


class Counter(Versioned, Base):
    """Something that two people change at once."""

    __tablename__ = "counters"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    value: Mapped[int] = mapped_column(default=0)


class Counters(Controller):
    """Actions that write, and end in every way an action can end."""

    def show(self) -> list[int]:
        return list(self.db.scalars(select(Counter.value)))

    def add(self, name: str = "new") -> str:
        self.db.add(Counter(name=name))
        return "added"

    def refuse(self) -> str:
        self.add()
        self.db.flush()
        raise NotFound

    def fail(self) -> str:
        self.add()
        self.db.flush()
        raise RuntimeError("a bug")

    def count(self) -> str:
        counter = self.db.scalars(select(Counter)).one()
        counter.value += 1
        return "counted"

    def store(self):
        self.db.add(Counter(**self.request.json))
        if "flush" in self.request.GET:
            self.db.flush()
        return "stored"

    def idle(self) -> str:
        return "no database"

    def stream(self) -> str:
        counter = self.db.scalars(select(Counter)).one()
        self.response.app_iter = (str(counter.value).encode() for _ in range(2))
        return None

    def cut(self):
        own = self.db.scalar(text("select pg_backend_pid()"))
        with self.db.get_bind().connect() as other:
            other.execute(text("select pg_terminate_backend(:own)"), {"own": own})
        return str(self.db.scalar(text("select 1")))

    def overtaken(self):
        self.db.scalars(select(Counter)).all()
        with Session(self.db.get_bind()) as other:
            other.add(Counter(name="other"))
            other.commit()
        self.db.add(Counter(name="mine"))
        self.db.flush()
        return "written"


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def site(request, tmp_path):
    """An application over an empty table of counters, on each database."""
    url = "sqlite:///data/t.sqlite" if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    app = make_app(tmp_path, url)
    Base.metadata.create_all(app.tool("sqlalchemy").engine)
    yield app
    app.close()


def make_app(root, url, **options):
    mapper = Mapper()
    for action in ("show", "add", "refuse", "fail", "count", "store", "idle", "stream", "cut", "overtaken"):
        mapper.connect(action, f"/{action}", controller="counters", action=action)
    config = Config({"tools": {"sqlalchemy": {"url": url, **options}}}, root=root)
    return Application(mapper, [Counters], site=config)


def send(app, path, method="GET", **options):
    """The status and the body of the answer; the body is closed, as a server does."""
    status, _, body = Request.blank(path, method=method, **options).call_application(app)
    try:
        return int(status[:3]), b"".join(body).decode()
    finally:
        if hasattr(body, "close"):
            body.close()


def names(app):
    with Session(app.tool("sqlalchemy").engine) as session:
        return list(session.scalars(select(Counter.name).order_by(Counter.name)))


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_success_is_committed(site, method):
    """Whatever the method."""
    answer = send(site, "/add", method)

    assert (answer, names(site)) == ((200, "added"), ["new"])


def test_an_http_error_rolls_back(site):
    """What the action did before it refused never happened."""
    status, _ = send(site, "/refuse", "POST")

    assert (status, names(site)) == (404, [])


@pytest.mark.parametrize("path", ["/store", "/store?flush"])
@pytest.mark.parametrize("values", [{"name": "big", "value": 2**70}, {"name": "half \ud800 a character"}])
def test_a_value_that_no_column_can_hold_is_a_bad_request(site, path, values):
    """What a client sent and nobody checked is refused with a sentence, whether it is found by the action or after."""
    status, body = send(site, path, "POST", body=json.dumps(values).encode(), content_type="application/json")

    assert (status, names(site)) == (400, [])
    assert "cannot be stored. Nothing was changed." in body


def test_a_bug_rolls_back(site):
    """The answer is a 500 without details, and the connection is given back."""
    status, body = send(site, "/fail", "POST")

    assert (status, names(site)) == (500, [])
    assert "counters" not in body
    assert site.tool("sqlalchemy").engine.pool.checkedout() == 0


def test_a_request_that_needs_no_database_opens_none(tmp_path):
    """The URL leads nowhere, and nobody notices."""
    app = make_app(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing")

    assert send(app, "/idle") == (200, "no database")
    app.close()


@pytest.mark.parametrize(
    "url",
    ["postgresql://me:s3cret@127.0.0.1:1/nothing", "mysql://me:s3cret@127.0.0.1:1/nothing", "sqlite:///letter.sqlite"],
)
def test_a_database_that_cannot_be_reached_is_a_503(tmp_path, url, caplog):
    """The client reads one sentence; the log says what to do, without the password."""
    (tmp_path / "letter.sqlite").write_text("no database at all " * 100)
    app = make_app(tmp_path, url)

    status, body = send(app, "/show")
    app.close()

    assert status == 503
    assert "The database cannot be reached. Try again in a moment." in body
    assert "correct the" in caplog.text
    assert "s3cret" not in caplog.text + body


def test_a_connection_that_breaks_in_the_middle_is_a_503(postgres_url, tmp_path):
    """The database is restarted while an action works: try again, says the answer; the next request works."""
    app = make_app(tmp_path, postgres_url)
    Base.metadata.create_all(app.tool("sqlalchemy").engine)

    assert send(app, "/cut", "POST")[0] == 503
    assert send(app, "/add", "POST") == (200, "added")
    assert names(app) == ["new"]
    app.close()


def test_a_reader_that_writes_after_another_writer_is_asked_to_try_again(tmp_path):
    """SQLite refuses a GET that writes on what it has read before; that is a 503, not a failure of the site."""
    app = make_app(tmp_path, "sqlite:///data/t.sqlite")
    Base.metadata.create_all(app.tool("sqlalchemy").engine)

    assert send(app, "/overtaken")[0] == 503
    assert names(app) == ["other"]
    app.close()


def test_counting_at_once_loses_nothing(site):
    """Twenty requests from five threads add up, or are told to repeat."""
    with Session(site.tool("sqlalchemy").engine) as session:
        session.add(Counter(name="one"))
        session.commit()
    statuses = []

    def work():
        statuses.extend(send(site, "/count", "POST")[0] for _ in range(4))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {200, 409}
    assert send(site, "/show") == (200, f"[{statuses.count(200)}]")
    if site.tool("sqlalchemy").engine.dialect.name == "sqlite":
        assert statuses == [200] * 20


def test_what_the_database_refuses_at_the_end_is_a_409(site):
    """A sentence without SQL or values; nothing is stored."""
    send(site, "/add", "POST")

    status, body = send(site, "/add", "POST")

    assert (status, names(site)) == (409, ["new"])
    assert "This does not go together with what is stored already." in body
    assert "UNIQUE" not in body.upper()


def test_a_streamed_answer_reads_what_it_loaded(site):
    """Rows stay readable after the commit, and the connection is given back when the body is closed."""
    send(site, "/add", "POST")

    answer = send(site, "/stream")

    assert answer == (200, "00")
    assert site.tool("sqlalchemy").engine.pool.checkedout() == 0


def test_read_only_shows_and_refuses_to_change(site):
    """A change is a 403 that says why, whether it is sent to the database by the action or after it."""
    send(site, "/add", "POST")
    reader = make_app(site.setup.root, site.tool("sqlalchemy").url, read_only=True)

    answers = [send(reader, "/add", "POST"), send(reader, "/fail", "POST")]
    listed = send(reader, "/show")
    reader.close()

    assert [status for status, _ in answers] == [403, 403]
    assert all("This site shows its data and does not change it." in body for _, body in answers)
    assert (listed, names(site)) == ((200, "[0]"), ["new"])


def test_a_url_that_cannot_be_right_is_found_at_start(tmp_path):
    """With the place of the setting."""
    with pytest.raises(
        ConfigError, match=r"tools\.sqlalchemy: 'postgressql://h/x': there is no database 'postgressql'"
    ):
        make_app(tmp_path, "postgressql://h/x")


def test_closing_the_application_closes_its_connections(site):
    """None is left in the pool."""
    send(site, "/show")

    site.close()

    assert site.tool("sqlalchemy").engine.pool.checkedin() == 0
    with site.tool("sqlalchemy").engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
