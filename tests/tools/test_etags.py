"""tools.etags: what a client holds already is not sent again."""

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Response
from kirsch.errors import ConfigError


class Pages(Controller):
    words = "page"

    def index(self):
        return Pages.words

    def named(self):
        return Response("page", headers=[("ETag", '"mine"')])

    def secret(self):
        return Response("page", headers=[("Cache-Control", "private, no-store")])

    def created(self):
        return Response("page", 201)

    def empty(self):
        return Response()

    def pieces(self):
        yield from ("one", "two")

    def dated(self):
        return Response("page", headers=[("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"), ("Set-Cookie", "a=b")])


def make_app(**options):
    mapper = Mapper()
    for action in ("index", "named", "secret", "created", "empty", "pieces", "dated"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Application(mapper, config={"tools.etags": options})


@pytest.fixture
def app():
    return make_app()


def test_a_page_is_sent_once(app, monkeypatch):
    """Until it changes."""
    first = ask(app, "/index")
    held = {"If-None-Match": first.headers["ETag"]}
    again = ask(app, "/index", headers=held)
    monkeypatch.setattr(Pages, "words", "another page")
    changed = ask(app, "/index", headers=held)

    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert not {"Content-Type", "Content-Length"} & again.headers.keys()
    assert (changed.status, changed.text) == (200, "another page")


@pytest.mark.parametrize(
    ("condition", "status"),
    [("*", 304), ('"other", {tag}', 304), ("W/{tag}", 304), ('"other"', 200), ("", 200), ("garbage", 200)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_lists_and_weak_tags_are_understood(app, condition, status, method):
    """RFC 9110, section 13.1.2."""
    tag = ask(app, "/index").headers["ETag"]
    answer = ask(app, "/index", method=method, headers={"If-None-Match": condition.format(tag=tag)})

    assert answer.status == status


def test_a_wrong_version_is_412(app):
    """RFC 9110, section 13.1.1; the right one is sent."""
    tag = ask(app, "/index").headers["ETag"]

    assert ask(app, "/index", headers={"If-Match": '"other"'}).status == 412
    assert ask(app, "/index", headers={"If-Match": tag}).status == 200


def test_tags_can_be_weak():
    """Such a tag is found again, and never enough for If-Match."""
    app = make_app(weak=True)
    tag = ask(app, "/index").headers["ETag"]

    assert tag.startswith('W/"')
    assert ask(app, "/index", headers={"If-None-Match": tag}).status == 304
    assert ask(app, "/index", headers={"If-Match": tag}).status == 412


@pytest.mark.parametrize("path", ["/secret", "/created", "/empty", "/pieces", "/nowhere"])
def test_what_cannot_be_held_is_not_named(app, path):
    """Nor is what comes in pieces, and a change."""
    answer = ask(app, path, headers={"If-None-Match": "*"})

    assert answer.status in (200, 201, 404)
    assert "ETag" not in answer.headers


def test_only_reading_is_answered_by_what_is_held(app):
    """A form is handled each time."""
    assert "ETag" not in ask(app, "/index", method="POST").headers


def test_the_name_that_the_action_gives_is_kept(app):
    """And its conditions are its own."""
    answer = ask(app, "/named", headers={"If-None-Match": "*"})

    assert (answer.status, answer.headers["ETag"]) == (200, '"mine"')


def test_a_date_does_too_and_cookies_are_still_set(app):
    """If-Modified-Since, where no tag is asked for."""
    answer = ask(app, "/dated", headers={"If-Modified-Since": "Tue, 02 Jan 2024 00:00:00 GMT"})

    assert (answer.status, answer.headers["Set-Cookie"]) == (304, "a=b")


def test_long_pages_are_not_read_for_it():
    """The limit is a size."""
    assert "ETag" not in ask(make_app(limit=3), "/index").headers
    with pytest.raises(ConfigError, match="limit must be a size"):
        make_app(limit="much")


@pytest.mark.parametrize("path", ["/index", "/named", "/pieces", "/dated"])
def test_head_gets_the_headers_of_get(app, path):
    """To the last one."""
    assert ask(app, path, method="HEAD").headers == ask(app, path).headers
