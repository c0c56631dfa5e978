"""What pages of other sites may do here."""

import random
import re

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Response, tools
from kirsch.errors import ConfigError

APP = "https://app.example"


class Notes(Controller):
    reached: list[str] = []  # noqa: RUF012  # what the tests look at

    def index(self):
        self.reached.append(self.request.method)
        return "notes"

    def create(self):
        return "created"

    @tools.cors(["https://other.example"], methods=["DELETE"])
    def delete(self):
        return "gone"

    def private(self):
        return "private"

    def options(self):
        self.reached.append("options")
        return Response("mine", headers=[("Access-Control-Allow-Origin", "https://mine.example")])


def make_app(general=True, **options):
    Notes.reached.clear()
    mapper = Mapper()
    mapper.connect("/", controller=Notes, action="index", conditions={"method": "GET"})
    mapper.connect("/", controller=Notes, action="create", conditions={"method": "POST"})
    mapper.connect("/", controller=Notes, action="delete", conditions={"method": "DELETE"})
    mapper.connect("/", controller=Notes, action="private", conditions={"method": "PATCH"})
    mapper.connect("/any", controller=Notes, action="index")
    mapper.connect("/own", controller=Notes, action="options", conditions={"method": "OPTIONS"})
    mapper.connect("/own", controller=Notes, action="create", conditions={"method": "POST"})
    config = {"tools.cors": {"origins": [APP], **options}} if general else {}
    return Application(mapper, config={**config, "controllers.notes.actions.private.tools.cors.on": False})


def come(app, path="/", origin=APP, method="GET", **headers):
    named = {"Origin": origin} if origin is not None else {}
    answer = ask(app, path, method=method, headers={**named, **headers})
    return answer, {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}


def preflight(app, asked, path="/", origin=APP, **headers):
    return come(app, path, origin, "OPTIONS", **{"Access-Control-Request-Method": asked}, **headers)


@pytest.fixture
def app():
    return make_app()


def test_an_allowed_origin_may_read_the_answer(app):
    """It alone is named, and caches know that the answer depends on it; that of an error too."""
    for path, status in (("/", 200), ("/nowhere", 404)):
        answer, allowed = come(app, path)

        assert (answer.status, allowed) == (status, {"Access-Control-Allow-Origin": APP})
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    [
        None, "", "null", "https://evil.example", "https://app.example.evil.example", "http://app.example",
        "https://app.example:444", "https://app.example/", "https://APP.example", "https://app.example, https://evil.example",
        "*", "https://", "\xff", "https://app.example\x00",
    ],
)  # fmt: skip
def test_any_other_may_not(app, origin):
    """It gets the answer, which its browser then keeps from it; Vary is there all the same."""
    answer, allowed = come(app, origin=origin)

    assert (answer.status, allowed, answer.headers["Vary"]) == (200, {}, "Origin")


def test_what_may_be_sent_is_answered_before_it_is_sent(app):
    """The preflight does not reach the action, whether the table or a route would have answered OPTIONS."""
    for path, asked in (("/", "POST"), ("/", "GET"), ("/any", "PUT"), ("/own", "POST"), ("/nowhere", "PUT")):
        answer, allowed = preflight(app, asked, path)

        assert (answer.status, answer.body, Notes.reached) == (204, b"", [])
        assert allowed == {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
        }


def test_a_preflight_of_another_origin_is_told_nothing(app):
    """And does not reach the action either."""
    answer, allowed = preflight(app, "PUT", "/any", origin="https://evil.example")

    assert (answer.status, allowed, Notes.reached) == (204, {}, [])
    assert answer.headers["Vary"] == "Origin"


def test_the_action_that_is_asked_about_decides():
    """What the site allows in general is neither more nor less for an action that says otherwise."""
    for app in (make_app(), make_app(general=False)):
        _, allowed = preflight(app, "DELETE", origin="https://other.example")
        _, refused = preflight(app, "DELETE", origin=APP)
        _, private = preflight(app, "PATCH", origin=APP)

        assert allowed["Access-Control-Allow-Origin"] == "https://other.example"
        assert allowed["Access-Control-Allow-Methods"] == "DELETE"
        assert refused == {}
        assert "Access-Control-Allow-Methods" not in private


def test_other_requests_with_options_are_answered_as_ever(app):
    """Without an origin, or without a method that is asked about, nobody asks for leave."""
    plain, _ = come(app, origin=None, method="OPTIONS")
    own, headers = come(app, "/own", method="OPTIONS")
    half = ask(app, "/own", method="OPTIONS", headers={"Access-Control-Request-Method": "POST"})

    assert (plain.status, plain.headers["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PATCH, POST")
    assert (own.text, half.text, Notes.reached) == ("mine", "mine", ["options", "options"])
    assert headers == {"Access-Control-Allow-Origin": "https://mine.example"}


def test_more_can_be_allowed():
    """Cookies, further headers to send and to read, and for how long the browser remembers."""
    app = make_app(credentials=True, headers=["X-Token"], expose=["X-Total"], max_age=5, methods=["PUT"])

    assert come(app)[1] == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "X-Total",
    }
    assert preflight(app, "PUT", "/any")[1] == {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "X-Token",
        "Access-Control-Max-Age": "5",
    }


def test_every_origin_can_be_allowed():
    """Without cookies, that is."""
    app = make_app(origins=["*"])

    assert come(app, origin="https://anybody.example")[1] == {"Access-Control-Allow-Origin": "*"}
    assert come(app, origin="null")[1] == {"Access-Control-Allow-Origin": "*"}
    assert come(app, origin=None)[1] == {}


def test_the_origin_of_nobody_must_be_named():
    """Any page can call itself null, so a pattern does not let it in."""
    assert come(make_app(origins=["null"]), origin="null")[1] == {"Access-Control-Allow-Origin": "null"}
    assert come(make_app(origin_pattern=".*"), origin="null")[1] == {}


@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        ("https://a.shop.example", True),
        ("https://a.shop.example:8443", False),
        ("https://a.shop.example.evil.example", False),
        ("http://x.example/https://a.shop.example", False),
        ("https://a.shop.example\n", False),
    ],
)
def test_a_pattern_must_match_the_whole_origin(origin, passes):
    """From its first character to its last."""
    app = make_app(origin_pattern=r"https://[a-z]+\.shop\.example")

    assert bool(come(app, origin=origin)[1]) is passes


def test_the_network_behind_is_not_opened(app):
    """Whoever asks for it (Private Network Access)."""
    _, allowed = preflight(app, "GET", **{"Access-Control-Request-Private-Network": "true"})

    assert "Access-Control-Allow-Private-Network" not in allowed


def test_no_garbage_is_an_error(seed):
    """Nor is what comes as an origin sent back, unless a pattern takes it and it is one."""
    chance = random.Random(seed)
    pieces = ["https://", APP, "null", *"*a.:/@[], ", "\x00", "\xff", "\r", "\n", "443"]
    app = make_app(origin_pattern="(?s).*")
    for _ in range(1000):
        origin, asked = ("".join(chance.choices(pieces, k=chance.randint(0, 5))) for _ in range(2))
        environ = {"HTTP_ORIGIN": origin, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": asked}
        for method, path in (("OPTIONS", "/"), ("GET", "/"), ("OPTIONS", "/nowhere")):
            answer = ask(app, path, method=method, environ=dict(environ))

            assert answer.status in (200, 204, 404), (origin, asked)
            sent = answer.headers.get("Access-Control-Allow-Origin", APP)
            assert re.fullmatch(r"[a-z][a-z0-9+.-]*://[a-z0-9.:\[\]]+", sent), origin


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"origins": []}, "origins is empty"),
        ({"origins": ["app.example"]}, "origins holds 'app.example'"),
        ({"origins": ["https://app.example/"]}, "origins holds"),
        ({"origins": ["https://APP.example"]}, "in small letters"),
        ({"origins": ["*"], "credentials": True}, 'cannot be "\\*" with credentials'),
        ({"methods": ["*"]}, "methods cannot hold '\\*'"),
        ({"headers": ["X Y"]}, "headers cannot hold 'X Y'"),
        ({"expose": ["a\r\nb"]}, "expose cannot hold"),
        ({"origin_pattern": "("}, "origin_pattern is no regular expression"),
    ],
)
def test_what_cannot_work_is_found_at_start(options, words):
    """With the option."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)
