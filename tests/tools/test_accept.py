"""tools.accept: an action answers in the type that the client likes best."""

import json

import pytest

from kirsch import Application, Config, Controller, Mapper, Markup, Response, tools
from kirsch.errors import ConfigError
from kirsch.testing import Client

ROWS = [("Kind of Blue", 1959)]


class Albums(Controller):
    @tools.accept(["text/html", "application/json", "text/csv"])
    def index(self):
        media = self.request.take("media")
        if media == "text/csv":
            return "".join(f"{title};{year}\n" for title, year in ROWS)
        if media == "text/html":
            return Markup("<p>{}</p>").format(ROWS[0][0])
        return {"albums": dict(ROWS)}

    @tools.accept(["application/xml"])
    def feed(self):
        return "<feed/>"

    @tools.accept(["application/vnd.album+json"])
    def album(self):
        return {"title": "Kind of Blue"}

    @tools.accept(["text/html", "text/plain"])
    def careless(self):
        return "<script>alert(1)</script>"

    @tools.accept(["text/csv"])
    def own(self):
        return Response("a,b", content_type="text/csv; header=absent")

    @tools.accept(["text/csv"])
    def pieces(self):
        yield "a;"
        yield "b"

    @tools.accept(["text/html", "application/json"])
    def shown(self):
        return {"title": "Blue"}


@pytest.fixture
def client(tmp_path):
    (tmp_path / "shown.mako").write_text("<h1>${title}</h1>")
    mapper = Mapper()
    mapper.connect("/albums{.format:json|csv|html|pdf}", controller=Albums, action="index")
    for action in ("feed", "album", "careless", "own", "pieces", "shown"):
        mapper.connect(f"/{action}", controller=Albums, action=action)
    mako = {"directories": ["."], "template": "shown"}
    settings = {"controllers": {"albums": {"actions": {"shown": {"tools": {"mako": mako}}}}}}
    return Client(Application(mapper, [Albums], settings, Config(root=tmp_path)))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("APPLICATION/JSON", "application/json"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/*", "text/html"),
        ("text/*;q=0.5, application/*", "application/json"),
        ("text/html;q=0, text/*;q=0.3", "text/csv"),
        ("application/json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("image/png, */*;q=0.1", "text/html"),
        ("nonsense", "text/html"),
    ],
)
def test_the_client_gets_what_it_likes_best(client, accept, kind):
    """By weight, wildcards counted; who does not say, or says nonsense, gets the favourite of the action."""
    answer = client.get("/albums", headers={} if accept is None else {"Accept": accept})

    assert (answer.status_code, answer.content_type) == (200, kind)
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0, application/xml", "*/*;q=0"])
def test_a_client_that_takes_none_of_them_is_told_what_there_is(client, accept):
    """406 with the list (RFC 9110, section 15.5.7)."""
    answer = client.get("/albums", headers={"Accept": accept})

    assert answer.status_code == 406
    assert "This is sent as text/html or application/json or text/csv." in answer.text
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/albums.json", "application/json"), ("/albums.csv", "text/csv"), ("/albums.html", "text/html")],
)
def test_the_format_of_the_route_counts_more(client, path, kind):
    """Who asks for .csv gets that, whatever the browser says beside it."""
    assert client.get(path, headers={"Accept": "text/html"}).content_type == kind


def test_a_format_that_is_not_offered_leaves_it_to_accept(client):
    """The action has no pdf."""
    assert client.get("/albums.pdf", headers={"Accept": "text/csv"}).content_type == "text/csv"


def test_text_and_json_are_sent_as_the_chosen_type(client):
    """The action need not say again what it has offered; a type of its own stays, also in pieces."""
    kinds = {path: client.get(path).headers["Content-Type"] for path in ("/feed", "/album", "/own", "/pieces")}

    assert kinds == {
        "/feed": "application/xml",
        "/album": "application/vnd.album+json",
        "/own": "text/csv; header=absent; charset=utf-8",
        "/pieces": "text/csv; charset=utf-8",
    }
    assert json.loads(client.get("/album").body) == {"title": "Kind of Blue"}


def test_plain_text_never_becomes_a_page(client):
    """Text that is no Markup may hold what a visitor has written; browsers run none of it."""
    assert client.get("/careless").headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "body"),
    [("text/html", "<h1>Blue</h1>"), ("application/json", '{"title":"Blue"}'), ("*/*", "<h1>Blue</h1>")],
)
def test_a_dict_is_shown_by_the_chosen_type(client, accept, body):
    """The renderer and the tool agree."""
    answer = client.get("/shown", headers={"Accept": accept})

    assert (answer.text.strip(), answer.headers["Vary"]) == (body, "Accept")


@pytest.mark.parametrize(
    ("media", "words"),
    [([], "media is empty"), (["text/*"], 'Write "text/html"'), (["html"], "no media type"), (["text/html;q=1"], "no")],
)
def test_what_is_no_type_is_said_at_start(media, words):
    """Wildcards are for clients."""
    if media == ["text/*"]:
        words = "is no media type"
    with pytest.raises(ConfigError, match=words):
        Application(Mapper(), [], {"tools.accept": {"media": media}})
