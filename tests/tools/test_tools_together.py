"""The tools of one site at once: what each does for a request still holds with the others around it."""

import gzip

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.testing import Client

WORDS = "All is well that is said more than once. " * 50


class Notes(Controller):
    def index(self):
        return WORDS

    def form(self):
        return f"{WORDS} {self.request.take('csrf_token')} {self.session.get('notes', 0)}"

    def create(self, text: str):
        self.session["notes"] = self.session.get("notes", 0) + 1
        return {"text": text, "words": WORDS}


@pytest.fixture
def app():
    mapper = Mapper()
    mapper.connect("/", controller=Notes, action="index")
    mapper.connect("/notes", controller=Notes, action="form", conditions={"method": ["GET"]})
    mapper.connect("/notes", controller=Notes, action="create", conditions={"method": ["POST"]})
    names = ("sessions", "csrf", "etags", "compression", "secureheaders", "requestid", "trailingslash")
    tools = {name: {} for name in names}
    tools |= {"cachecontrol": {"public": True, "max_age": 60}, "headers": {"send": {"X-Team": "kitchen"}}}
    settings = {"site": {"secret_key": "not-this-one-but-32-random-characters"}, "tools": tools}
    return Application(mapper, config=settings)


def told(answer):
    """The headers that say something of the body, and not of this one request.

    A packed page with a token is another few bytes long each time.
    """
    own = {"x-request-id", "set-cookie"}
    if answer.headers.get("Content-Encoding") and "Cookie" in vary(answer):
        own.add("content-length")
    return sorted(pair for pair in answer.headers.items() if pair[0] not in own)


def vary(answer):
    return {word.strip() for word in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize("path", ["/", "/notes", "/notes/", "/nowhere"])
@pytest.mark.parametrize("accept", ["gzip", "identity"])
def test_head_tells_what_get_does(app, path, accept):
    """With every tool on."""
    client = Client(app)
    client.get("/notes")
    got, head = (client.request(method, path, headers={"Accept-Encoding": accept}) for method in ("GET", "HEAD"))

    assert (head.status_code, told(head), head.body) == (got.status_code, told(got), b"")


def test_a_page_is_packed_named_and_kept_and_not_sent_again(app):
    """And the same page, asked for as it is, has another name."""
    client = Client(app)
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    held = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    again, plain = client.get("/", headers=held), client.get("/")

    assert gzip.decompress(packed.body).decode() == WORDS
    assert packed.headers["Cache-Control"] == "public, max-age=60"
    assert (again.status_code, again.headers["ETag"]) == (304, packed.headers["ETag"])
    assert again.headers["Vary"] == "Accept-Encoding"
    assert again.headers["X-Team"] == "kitchen"
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '--gzip"'


def test_a_page_of_one_visitor_is_kept_by_that_visitor_and_changes_with_the_session(app):
    """The form is sent again once something in it is another; its cookie is set, packed or not."""
    client = Client(app)
    headers = {"Accept-Encoding": "gzip"}
    first = client.get("/notes", headers=headers)
    second = client.get("/notes", headers=headers | {"If-None-Match": first.headers["ETag"]})
    token = gzip.decompress(first.body).decode().split()[-2]
    made = client.post("/notes", data={"text": "x", "csrf_token": token}, headers=headers)
    third = client.get("/notes", headers=headers | {"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, max-age=60"
    assert "Set-Cookie" in first.headers
    assert vary(first) == vary(second) == {"Accept-Encoding", "Cookie"}
    assert second.status_code == 304
    assert (made.status_code, made.headers["Content-Encoding"]) == (200, "gzip")
    assert "ETag" not in made.headers
    assert "Cache-Control" not in made.headers
    assert gzip.decompress(third.body).decode().split()[-1] == "1"


def test_a_form_that_another_visitor_holds_is_another_page(app):
    """Its token would not do for this one; and the name of such a page says that it is not the same to the byte."""
    first, second = Client(app).get("/notes"), Client(app)
    again = second.get("/notes", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"].startswith('W/"')
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]
    assert second.get("/notes", headers={"If-None-Match": again.headers["ETag"]}).status_code == 304


def test_an_error_is_kept_by_nobody_and_carries_what_every_answer_does(app):
    """Of an address that leads nowhere, too."""
    answer = Client(app).get("/nowhere")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Team"] == "kitchen"
    assert len(answer.headers["X-Request-ID"]) == 16
    assert "ETag" not in answer.headers
