"""tools.json: actions for programs."""

from datetime import date
from decimal import Decimal

import pytest

from kirsch import Application, Config, Controller, Mapper, Response, tools
from kirsch.errors import ConfigError, Forbidden
from kirsch.testing import Client

ACTIONS = [
    "text", "number", "rows", "shown", "nothing", "own", "pieces", "refused", "broken", "save", "pretty", "money",
]  # fmt: skip


class Money:
    def __init__(self, amount: str) -> None:
        self.amount = amount


def form_of(value):
    return {"amount": value.amount} if isinstance(value, Money) else None


@tools.json()
class Things(Controller):
    def text(self):
        return "plain"

    def number(self):
        self.response.status_code = 201
        self.response.headers["X-Kept"] = "yes"
        return 7

    def rows(self):
        return [1, {"day": date(2026, 11, 21), "price": Decimal("1.50")}]

    def shown(self):
        return {"ü": 1}

    def nothing(self):
        return None

    def own(self):
        return Response("<p>", content_type="text/html")

    def pieces(self):
        yield "a"
        yield "b"

    def refused(self):
        raise Forbidden("Not for you.")

    def broken(self):
        return {"what": object()}

    @tools.json(only=True)
    def save(self, title: str = ""):
        return {"title": title}

    @tools.json(indent=2, sort=True, content_type="application/vnd.things+json")
    def pretty(self):
        return {"b": 1, "a": [2]}

    @tools.json(default=f"{__name__}:form_of")
    def money(self):
        return [Money("1.50"), date(2026, 11, 21)]


@pytest.fixture
def client(tmp_path):
    (tmp_path / "things").mkdir()
    (tmp_path / "things" / "shown.mako").write_text("<h1>page</h1>")
    mapper = Mapper()
    for action in ACTIONS:
        mapper.connect(f"/{action}", controller=Things, action=action)
    return Client(Application(mapper, [Things], {"tools.mako.directories": ["."]}, Config(root=tmp_path)))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/text", '"plain"'),
        ("/rows", '[1,{"day":"2026-11-21","price":"1.50"}]'),
        ("/shown", '{"ü":1}'),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "image/png", "*/*"])
def test_whatever_an_action_returns_is_json(client, path, body, accept):
    """Text too, and whatever the client says it accepts; no template is looked for."""
    answer = client.get(path, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, "application/json", body)


def test_the_status_and_headers_of_the_action_are_kept(client):
    """As for any other answer."""
    answer = client.get("/number")

    assert (answer.status_code, answer.headers["X-Kept"], answer.text) == (201, "yes", "7")
    assert answer.headers["Content-Length"] == "1"


def test_a_response_of_the_actions_own_and_pieces_stay_as_they_are(client):
    """Who makes the whole answer says what it is."""
    assert client.get("/own").headers["Content-Type"] == "text/html; charset=utf-8"
    assert client.get("/pieces").text == "ab"


@pytest.mark.parametrize(("path", "status"), [("/refused", 403), ("/broken", 500), ("/nothing", 500)])
def test_errors_are_problem_details_even_for_browsers(client, path, status):
    """RFC 9457: a program reads them."""
    answer = client.get(path, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"title": "Blue"}', "application/json", 200),
        (b'{"title": "Blue"}', "application/merge-patch+json; charset=utf-8", 200),
        (b'{"title": "Blue"}', "text/plain", 415),
        (b'{"title": "Blue"}', "", 415),
        (b"title=Blue", "application/x-www-form-urlencoded", 415),
        (b'{"title": ', "application/json", 400),
        (b'{"title": NaN}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[1]", "application/json", 422),
        (b"", "", 200),
    ],
)
def test_only_json_is_taken_where_that_is_asked(client, body, kind, status):
    """415 for another type, 400 for what is not JSON, 422 for JSON of another shape."""
    answer = client.post("/save", body, headers={"Content-Type": kind} if kind else {})

    assert (answer.status_code, answer.json.get("title") == "Blue") == (status, status == 200 and body != b"")


def test_a_body_in_chunks_needs_no_length(client):
    """No 411: the server says where the body ends."""
    from io import BytesIO

    from asking import ask

    environ = {"wsgi.input": BytesIO(b'{"title": "Blue"}'), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    chunked = ask(client.application, "/save", method="POST", environ=environ, content_type="application/json")

    assert (chunked.status, chunked.text) == (200, '{"title":"Blue"}')


def test_the_json_can_be_made_for_readers(client):
    """Indented, sorted, and announced as a type of the site's own."""
    answer = client.get("/pretty")

    assert answer.headers["Content-Type"] == "application/vnd.things+json"
    assert answer.text == '{\n  "a": [\n    2\n  ],\n  "b": 1\n}'


def test_own_types_get_their_form_from_a_function(client):
    """What it gives no form keeps the usual one."""
    assert client.get("/money").json == [{"amount": "1.50"}, "2026-11-21"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"default": "nowhere.at_all:f"}, "default is 'nowhere.at_all:f', which does not exist"),
        ({"default": "json:decoder"}, "no function"),
        ({"content_type": "text/html"}, "ends in"),
        ({"content_type": "application/json\r\nX: y"}, "take"),
        ({"content_type": "application/json; a=\r\nX: y"}, "content_type"),
        ({"indent": -1}, "give 0 or more"),
    ],
)
def test_options_that_cannot_work_are_said_at_start(options, words):
    """With what to do instead."""
    with pytest.raises(ConfigError, match=words):
        Application(Mapper(), [], {"tools.json": options})
