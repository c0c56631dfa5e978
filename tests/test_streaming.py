"""Answers in pieces: each piece leaves when it is made, and what makes them is always closed."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from asking import Answer, ask
from kirsch import Application, Controller, Mapper, Request, Response, Tool
from kirsch.errors import Conflict, NotFound
from kirsch.tools import NAMES

LOG: list[str] = []


@pytest.fixture(autouse=True)
def empty_log() -> None:
    LOG.clear()


def pieces(*made: Any) -> Iterator[Any]:
    """Pieces that tell when they are made, and when nobody wants more; an exception among them is raised."""
    try:
        for piece in made:
            LOG.append(str(piece))
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        LOG.append("closed")


class Reports(Controller):
    """Answers of all kinds."""

    def mixed(self):
        return pieces("é", b"\xff", "", "z")

    def typed(self):
        self.response.content_type = "text/csv"
        self.response.status_code = 202
        self.response.headers["X-Name"] = "x"
        self.response.content_length = 7
        return pieces("a;b\n", "1;2\n")

    def empty(self):
        return iter(())

    def late(self):
        return pieces("a", ValueError("later"))

    def early(self):
        return pieces(ValueError("at once"))

    def missing(self):
        return pieces(NotFound("It is gone."))

    def wrong(self):
        return pieces({"a": 1})

    def raw(self):
        return Response(app_iter=pieces(b"a", b"b"), content_type="text/plain")

    def held(self):
        response = Response(app_iter=pieces(b"a"), content_type="text/plain")
        response.etag, response.conditional_response = "v1", True
        return response

    def split(self):
        return Response(app_iter=pieces(b"a"), headers=[("X-Name", "a\r\nb")])


@dataclass
class Watching(Tool, order=30):
    """Tell when the request ends."""

    fails: bool = False

    def after(self, request: Request, response: Response) -> None:
        if self.fails:
            raise Conflict("Too late.")

    def end(self, request: Request) -> None:
        LOG.append("end")


ACTIONS = [name for name, member in vars(Reports).items() if callable(member)]


def app(monkeypatch: pytest.MonkeyPatch, fails: bool = False) -> Application:
    monkeypatch.setitem(NAMES, "watching", f"{__name__}:Watching")
    mapper = Mapper()
    for action in ACTIONS:
        mapper.connect(f"/{action}", controller="reports", action=action)
    return Application(mapper, [Reports], {"tools": {"watching": {"fails": fails}}})


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Application:
    return app(monkeypatch)


def begun(site: Application, path: str, **environ: Any) -> tuple[str, Any]:
    """The status and the body of an answer that nobody has read yet."""
    told: list[str] = []
    body = site(Request.blank(path, environ).environ, lambda status, *_: told.append(status))
    return told[0], body


def test_texts_and_bytes_are_sent_as_they_are_made(site):
    """The second piece is not made before the first is taken; text is UTF-8, nothing empty is sent."""
    status, body = begun(site, "/mixed")

    sent = iter(body)

    assert (status, next(sent), LOG) == ("200 OK", "é".encode(), ["é"])
    assert list(sent) == [b"\xff", b"z"]


def test_the_type_is_plain_text_unless_the_action_says_otherwise(site):
    """Status and headers of `self.response` go with the pieces; a length that was set for something else does not."""
    plain, typed = ask(site, "/mixed"), ask(site, "/typed")

    assert plain.headers == {"Content-Type": "text/plain; charset=utf-8"}
    assert (typed.status, typed.text) == (202, "a;b\n1;2\n")
    assert typed.headers == {"Content-Type": "text/csv; charset=UTF-8", "X-Name": "x"}


def test_no_pieces_are_an_empty_answer(site):
    """An iterator may have nothing to say."""
    assert ask(site, "/empty").body == b""


def test_the_request_ends_when_the_answer_does(site):
    """What tools hold open stays open until the last piece, and is given back after the pieces are closed."""
    _, body = begun(site, "/mixed")

    before = list(LOG)
    list(body)
    body.close()

    assert "end" not in before
    assert LOG[-2:] == ["closed", "end"]


@pytest.mark.parametrize("read", [0, 1])
@pytest.mark.parametrize("path", ["/mixed", "/raw"])
def test_a_client_that_leaves_closes_the_pieces(site, path, read):
    """Whether it has begun to read or not."""
    _, body = begun(site, path)
    sent = iter(body)
    for _ in range(read):
        next(sent)

    body.close()

    assert LOG[-1] == "end"
    assert "closed" in LOG or LOG == ["end"]  # a generator that never ran has nothing to clean up


@pytest.mark.parametrize("path", ["/mixed", "/typed", "/raw"])
def test_head_closes_the_pieces(site, path):
    """The headers are those of GET."""
    answer = ask(site, path, method="HEAD")

    assert (answer.body, LOG[-1]) == (b"", "end")
    assert answer.headers == ask(site, path).headers


def test_not_modified_closes_the_pieces(site):
    """What the client holds is not made again."""
    assert ask(site, "/held", headers={"If-None-Match": '"v1"'}).status == 304
    assert LOG[-1] == "end"


def test_an_answer_that_fails_at_its_first_piece_is_an_error_page(site):
    """Nothing has been sent yet, so the client hears what is the matter."""
    assert ask(site, "/early").status == 500
    assert (ask(site, "/missing").status, ask(site, "/wrong").status) == (404, 500)
    assert LOG.count("closed") == LOG.count("end") == 3


def test_an_answer_that_breaks_off_is_in_the_log(site, caplog):
    """With the id of the request; the server hears of it, too, so the answer does not end as if it were whole."""
    _, body = begun(site, "/late")
    sent = iter(body)
    next(sent)

    with caplog.at_level(logging.ERROR, "kirsch"), pytest.raises(ValueError, match="later"):
        next(sent)
    body.close()

    assert [record.getMessage()[-20:] for record in caplog.records] == ["its answer broke off"]
    assert LOG == ["a", "later", "closed", "end"]


@pytest.mark.parametrize("path", ["/mixed", "/raw"])
def test_a_tool_that_fails_afterwards_closes_the_pieces(monkeypatch, path):
    """The client gets the error instead."""
    answer = ask(app(monkeypatch, fails=True), path)

    assert (answer.status, LOG[-1]) == (409, "end")
    assert path == "/raw" or "closed" in LOG


def test_a_header_that_cannot_be_sent_closes_the_pieces(site):
    """The client gets an error page, and the request has ended."""
    assert ask(site, "/split").status == 500
    assert LOG.count("end") == 1


def test_a_server_that_refuses_the_answer_closes_the_pieces(site):
    """An exception from `start_response` leaves nothing open."""

    def refuse(status: str, headers: Any, exc_info: Any = None) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        site(Request.blank("/mixed").environ, refuse)

    assert LOG[-2:] == ["closed", "end"]


def test_a_database_session_lasts_as_long_as_the_answer(tmp_path):
    """Rows can be read while they are sent, and the connection is given back when the body is closed."""

    class Rows(Controller):
        def every(self):
            return (f"{row[0]};" for row in self.db.execute(text("select 1 union select 2 union select 3")))

        def later(self):
            for number in range(3):
                yield f"{self.db.scalar(text('select :n'), {'n': number})};"

    mapper = Mapper()
    for action in ("every", "later"):
        mapper.connect(f"/{action}", controller=Rows, action=action)
    site = Application(mapper, config={"tools.sqlalchemy.url": f"sqlite:///{tmp_path}/rows.db"})
    pool = site.tool("sqlalchemy").engine.pool

    _, body = begun(site, "/later")
    sent = iter(body)
    begin = next(sent), next(sent)
    while_sent = pool.checkedout()
    body.close()

    assert (begin, while_sent, pool.checkedout()) == ((b"0;", b"1;"), 1, 0)
    assert (ask(site, "/every").text, ask(site, "/later").text) == ("1;2;3;", "0;1;2;")
    assert pool.checkedout() == 0
    site.close()


def test_an_answer_of_a_type_of_its_own_keeps_it(monkeypatch):
    """What an action sets on `self.response` stays for texts, too."""

    class Feeds(Controller):
        def feed(self):
            self.response.content_type = "application/atom+xml"
            return "<feed/>"

    mapper = Mapper()
    mapper.connect("/feed", controller=Feeds, action="feed")

    answer: Answer = ask(Application(mapper), "/feed")

    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert (answer.text, answer.headers["Content-Length"]) == ("<feed/>", "7")
