"""Pages that are sent while they are made: what they may do with a database, and what becomes of readers who go."""

import socket
import threading
import time

import pytest
from sqlalchemy import String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.server import Server

TEMPLATES = {
    "mako": "<ul>\n% for row in rows:\n<li>${row.title}</li>\n% endfor\n</ul>",
    "jinja": "<ul>\n{% for row in rows %}<li>{{ row.title }}</li>\n{% endfor %}</ul>",
}


class Base(DeclarativeBase):
    """The models of these tests."""


class Book(Base):
    """A row of the page."""

    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))


class Books(Controller):
    name = "books"

    def index(self):
        return self.stream_page("list", rows=self.db.scalars(select(Book).order_by(Book.id)))

    def add(self):
        self.db.add(Book(title="added"))
        return self.stream_page("list", rows=self.db.scalars(select(Book).order_by(Book.id)))

    def late(self):
        def rows():
            yield from self.db.scalars(select(Book).order_by(Book.id))
            self.db.add(Book(title="too late"))
            self.db.flush()

        return self.stream_page("list", rows=rows())

    def endless(self):
        return self.stream_page("list", rows=Endless())


class Endless:
    """Rows without end, which know how many were taken."""

    taken = 0
    title = "again"

    def __iter__(self):
        return self

    def __next__(self):
        Endless.taken += 1
        return self


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


def make_app(root, engine, url):
    (root / "pages").mkdir()
    (root / "pages" / f"list.{engine}").write_text(TEMPLATES[engine])
    mapper = Mapper()
    for action in ("index", "add", "late", "endless"):
        mapper.connect(f"/{action}", controller=Books, action=action)
    settings = {f"tools.{engine}.directories": ["pages"], "tools.sqlalchemy.url": url}
    app = Application(mapper, site=Config(settings, root=root))
    Base.metadata.drop_all(app.tool("sqlalchemy").engine)
    Base.metadata.create_all(app.tool("sqlalchemy").engine)
    with app.tool("sqlalchemy").engine.begin() as connection:
        connection.execute(text("insert into book (title) values " + ", ".join(f"('<{n}>')" for n in range(500))))
    return app


@pytest.fixture(params=["file", "memory", "postgres"])
def app(request, engine, tmp_path):
    """The site on each kind of database."""
    kinds = {"file": "sqlite:///books.sqlite", "memory": "sqlite://"}
    url = kinds.get(request.param) or request.getfixturevalue("postgres_url")
    made = make_app(tmp_path, engine, url)
    yield made
    Base.metadata.drop_all(made.tool("sqlalchemy").engine)
    made.close()


def test_rows_are_read_while_they_are_sent(app):
    """From the database to the page, whatever thread makes it."""
    answer = ask(app, "/index")

    assert answer.status == 200
    assert [f"<li>&lt;{n}&gt;</li>" for n in range(500)] == answer.text.split("\n")[1:-1]


def test_what_the_action_changed_is_stored_and_seen(app):
    """The commit comes before the first piece."""
    assert "<li>added</li>" in ask(app, "/add").text
    assert "<li>added</li>" in ask(app, "/index").text


def test_what_the_template_changes_is_lost(app):
    """As the guide says: the answer was decided before; nothing stays locked."""
    ask(app, "/late")

    assert "too late" not in ask(app, "/index").text
    assert "<li>added</li>" in ask(app, "/add").text


def test_connections_come_back(app):
    """Thirty streams, more than the pool has, and none is missed."""
    assert {ask(app, "/index").status for _ in range(30)} == {200}
    assert app.tool("sqlalchemy").engine.pool.checkedout() == 0


@pytest.mark.slow
def test_a_reader_who_goes_ends_the_page(engine, tmp_path):
    """Over a real connection: nothing is made for nobody, and no thread stays."""
    Endless.taken = 0
    app = make_app(tmp_path, engine, "sqlite://")
    server = Server(app, "127.0.0.1", 0)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        with socket.create_connection(server.bind_addr[:2]) as client:
            client.sendall(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(100_000).startswith(b"HTTP/1.1 200 OK")
        ended = wait_until(lambda: not_growing() and not page_threads())
    finally:
        server.stop()
        thread.join()
        app.close()

    assert ended


def page_threads():
    return [thread for thread in threading.enumerate() if thread.name == "kirsch-page"]


def not_growing():
    before = Endless.taken
    time.sleep(0.2)
    return before > 0 and Endless.taken == before


def wait_until(true):
    """Whether it comes true within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if true():
            return True
    return False
