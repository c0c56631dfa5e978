"""tools.headers: headers that configuration names."""

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Response, tools
from kirsch.errors import ConfigError
from kirsch.testing import Client


class Pages(Controller):
    def index(self):
        return "page"

    def own(self):
        return Response("page", headers=[("x-team", "ours"), ("X-Powered-By", "steam")])

    @tools.headers(send={"Link": ["</a.css>; rel=preload", "</b.css>; rel=preload"]})
    def linked(self):
        return "page"


def make_app(**options):
    mapper = Mapper()
    for action in ("index", "own", "linked"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Application(mapper, config={"tools": {"headers": options}})


@pytest.mark.parametrize("path", ["/index", "/nowhere"])
def test_every_answer_carries_them(path):
    """Errors too."""
    assert ask(make_app(send={"X-Team": "kitchen"}), path).headers["X-Team"] == "kitchen"


def test_what_an_action_has_set_is_left_alone_or_taken_away():
    """However it writes the name."""
    headers = ask(make_app(send={"X-Team": "kitchen"}, remove=["x-powered-by"]), "/own").headers

    assert headers["x-team"] == "ours"
    assert not headers.keys() & {"X-Team", "X-Powered-By"}


def test_a_header_can_be_sent_several_times():
    """Each text as a header of its own."""
    sent = []
    ask_for = {"REQUEST_METHOD": "GET", "PATH_INFO": "/linked", "wsgi.url_scheme": "http"}

    make_app()(ask_for, lambda _, headers: sent.extend(headers))

    assert [value for name, value in sent if name == "Link"] == ["</a.css>; rel=preload", "</b.css>; rel=preload"]


def test_a_file_names_them(tmp_path):
    """As a table of its own."""
    (tmp_path / "site.toml").write_text('[tools.headers.send]\nX-Team = "kitchen"\n')
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")

    app = Application(mapper, site=Config(tmp_path / "site.toml"))

    assert ask(app, "/").headers["X-Team"] == "kitchen"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"send": {"X-Team": "a\r\nSet-Cookie: b"}}, "send: The response header 'X-Team' holds a control character"),
        ({"send": {"X Team": "a"}}, "'X Team' cannot be the name"),
        ({"send": {"X-Team": 5}}, "'X-Team' is int, not text"),
        ({"send": {"Content-Length": "5"}}, "send has 'Content-Length', which is the server's to say"),
        ({"remove": ["transfer-encoding"]}, "remove has 'transfer-encoding', which is the server's to say"),
    ],
)
def test_what_is_no_header_is_said_at_start(options, words):
    """And what only the server can know."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


class Parts(Controller):
    def show(self):
        response = Response(b"0123456789", content_type="image/png")
        response.conditional_response = True
        response.headers["X-Agent"] = self.request.headers.get("User-Agent", "unknown")
        return response


def parts(more=None, **options):
    mapper = Mapper()
    mapper.connect("/", controller=Parts, action="show")
    return Client(Application(mapper, [Parts], {"tools.headers": options, **(more or {})}))


@pytest.mark.parametrize("more", [{}, {"tools.autovary": {}}])
def test_headers_of_requests_are_overlooked(more):
    """A site that does not send parts takes `Range` for not sent, and no action sees what is left out."""
    client = parts(more, ignore=["range", "User-Agent"])

    answer = client.get("/", headers={"Range": "bytes=2-4", "User-Agent": "curl"})

    assert (answer.status_code, answer.body, answer.headers["X-Agent"]) == (200, b"0123456789", "unknown")
    assert parts().get("/", headers={"Range": "bytes=2-4"}).body == b"234"


@pytest.mark.parametrize("name", ["Host", "content-length", "Content-Type", "a b", ""])
def test_what_no_request_can_do_without_is_not_overlooked(name):
    """Said at start."""
    with pytest.raises(ConfigError, match="ignore has"):
        parts(ignore=[name])
