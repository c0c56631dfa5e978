"""What leaves the house."""

import random
from urllib.parse import quote, urlsplit

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Redirect
from kirsch.errors import UsageError
from kirsch.response import BadHeader, Markup, Page, Response, local_location


def test_text_is_sent_as_utf8_html():
    """Type, character set and length are set."""
    answer = ask(Response("é"), "/")

    assert answer.body == "é".encode()
    assert answer.headers == {"Content-Type": "text/html; charset=utf-8", "Content-Length": "2"}


def test_a_head_request_gets_the_length_without_the_body():
    """HEAD answers what GET would, body apart."""
    answer = ask(Response("hello"), "/", method="HEAD")

    assert (answer.headers["Content-Length"], answer.body) == ("5", b"")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_no_length(status):
    """204 and 304 carry neither body nor type."""
    answer = ask(Response("ignored", status), "/")

    assert (answer.status, answer.body, answer.headers) == (status, b"", {})


WAYS = {
    "headers": lambda response, name, value: response.headers.__setitem__(name, value),
    "add": lambda response, name, value: response.headers.add(name, value),
    "headerlist": lambda response, name, value: response.headerlist.append((name, value)),
    "attribute": lambda response, _, value: setattr(response, "server", value),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "value", ["a\r\nSet-Cookie: evil=1", "a\nb", "a\rb", "nul\x00", "\x7f", "\u2603", "\u010a", "\ud800"]
)
def test_a_header_cannot_split_the_response(way, value):
    """A control character in a value, or one that has no byte, is refused before anything is sent."""
    response = Response("x")
    try:
        WAYS[way](response, "Server", value)
    except ValueError:
        return  # WebOb refuses it already

    with pytest.raises(BadHeader, match="Server"):
        ask(response, "/")


@pytest.mark.parametrize("name", ["", "X Name", "X-Name:", "X-Name\r\nX", "X\x00", "Ünfug", "X(Y)"])
def test_a_header_has_a_name_that_headers_can_have(name):
    """Another name could be another header (RFC 9110, section 5.1)."""
    with pytest.raises(BadHeader, match="name of a response header"):
        ask(Response("x", headers=[(name, "a")]), "/")


def test_a_header_is_text():
    """A number is refused with a sentence."""
    with pytest.raises(BadHeader, match="is int, not text"):
        ask(Response("x", headers=[("X-Count", 5)]), "/")  # type: ignore[list-item]


@pytest.mark.parametrize("status", ["200 OK\r\nX: y", "99 Low", "600 High", "abc", "2000 Long", "200"])
def test_a_status_is_one_line(status):
    """Three digits, a space and words."""
    response = Response("x")
    response._status = status

    with pytest.raises(BadHeader, match="status of a response"):
        ask(response, "/")


@pytest.mark.parametrize("status", [799, 99, 0, -1, 1000])
def test_a_number_that_is_no_status_is_said_at_once(status):
    """When it is given as when it is set."""
    with pytest.raises(UsageError, match="100 to 599"):
        Response("x", status)
    with pytest.raises(UsageError, match="100 to 599"):
        Response("x").status_code = status


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (404, "404 Not Found"),
        (422, "422 Unprocessable Content"),
        (299, "299 Success"),
        ("404", "404 Not Found"),
        ("404 Gone fishing", "404 Gone fishing"),
    ],
)
def test_a_status_has_its_words(given, sent):
    """Those of the standard, unless others are given."""
    assert Response("x", given).status == sent
    assert Response(json=1, status=given).status == sent or isinstance(given, str)


def test_a_header_may_hold_letters_of_any_language():
    """Only control characters are refused."""
    response = Response("x", headers=[("X-Name", "caf\xe9\xa0")])

    assert ask(response, "/").headers["X-Name"] == "caf\xe9\xa0"


def test_webobs_own_keywords_work():
    """A response can be made as WebOb's is."""
    response = Response(json={"a": 1}, status=201)

    assert (response.status_code, response.json, response.content_type) == (201, {"a": 1}, "application/json")


def test_a_copy_is_a_response():
    """WebOb's copy() works."""
    assert Response("x", 404).copy().status_code == 404


def test_wrapping_the_body_keeps_its_length():
    """A wrapper sees the body; the header stays."""
    response = Response("abc")
    response.wrap(lambda body: (part.upper() for part in body))

    answer = ask(response, "/")

    assert (answer.body, answer.headers["Content-Length"]) == (b"ABC", "3")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/albums?page=2", "/albums?page=2"),
        ("https://example.org/x", "https://example.org/x"),
        ("//evil.example/", "/evil.example/"),
        ("/\\evil.example", "/evil.example"),
        ("\\\\evil.example", "/evil.example"),
        (" //evil.example", "/evil.example"),
        ("/\t/evil.example", "/evil.example"),
        ("javascript:alert(1)", "/javascript:alert(1)"),
        ("https:evil.example", "/https:evil.example"),
        ("/a\r\nSet-Cookie: x=1", "/aSet-Cookie:%20x=1"),
        ("\x00//evil.example", "/evil.example"),
        ("\x1f \x00//evil.example", "/evil.example"),
        ("/\r/evil.example", "/evil.example"),
        ("///evil.example", "/evil.example"),
        ("/\\/evil.example", "/evil.example"),
        ("\t\\/evil.example", "/evil.example"),
        ("//user:password@evil.example", "/user:password@evil.example"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("/%2fevil.example", "/%2fevil.example"),
        ("http:///evil.example", "/http:///evil.example"),
        ("HTTP:\\\\evil.example", "/HTTP://evil.example"),
        ("java\nscript:alert(1)", "/javascript:alert(1)"),
        ("data:text/html,x", "/data:text/html,x"),
        ("\u3000//evil.example", "%E3%80%80//evil.example"),
        ("https://good.example\\@evil.example/", "https://good.example/@evil.example/"),
        ("/search?q=a\\b&next=//c#\\", "/search?q=a%5Cb&next=//c#%5C"),
        ("?page=2", "?page=2"),
        ("/café?q=ü", "/caf%C3%A9?q=%C3%BC"),
        ("/100%25", "/100%25"),
        ("/\ud800", "/%5Cud800"),
        ('/"<a b>`{}|^', "/%22%3Ca%20b%3E%60%7B%7D%7C%5E"),
    ],
)
def test_a_redirect_stays_on_the_host_unless_it_says_otherwise(given, sent):
    """What browsers would read as another host becomes a path of this one."""
    assert local_location(given) == sent


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/albums", "/albums"),
        ("https://evil.example/x", "/https://evil.example/x"),
        ("HTTPS://user@evil.example", "/HTTPS://user@evil.example"),
        ("//evil.example", "/evil.example"),
    ],
)
def test_an_address_that_a_client_sent_can_be_kept_here(given, sent):
    """`Redirect(..., local=True)` never leaves the site."""

    class Sessions(Controller):
        def create(self, next: str = "/"):
            raise Redirect(next, local=True)

    mapper = Mapper()
    mapper.connect("/session", controller=Sessions, action="create")

    answer = ask(Application(mapper), f"/session?next={quote(given)}")

    assert (answer.status, answer.headers["Location"]) == (303, sent)


def test_a_redirect_below_a_mount_keeps_its_letters():
    """The prefix comes from the server as bytes, and is encoded once."""

    class Albums(Controller):
        def index(self):
            raise Redirect(self.url("start") if self.request.GET else self.request.prefix + "/")

    mapper = Mapper()
    mapper.connect("start", "/start", controller=Albums, action="index")
    app, mount = Application(mapper), {"SCRIPT_NAME": "/caf\xc3\xa9"}

    assert ask(app, "/start", environ=mount).headers["Location"] == "/caf%C3%A9/"
    assert ask(app, "/start?x=1", environ=mount).headers["Location"] == "/caf%C3%A9/start"


@pytest.mark.parametrize("way", ["keyword", "location", "headers"])
def test_a_redirect_is_safe_however_it_is_made(way):
    """A response with a Location of its own is looked at, too."""
    address = "//evil.example/\u00fc\r\nX: y"
    made = Response(status=302, location=address) if way == "keyword" else Response(status=302)
    if way == "location":
        made.location = address
    elif way == "headers":
        made.headers["Location"] = address

    assert ask(made, "/").headers["Location"] == "/evil.example/%C3%BCX:%20y"


def test_local_location_may_be_given_what_it_made(seed):
    """The second time changes nothing, and nothing that it makes leaves the host or the line."""
    pick = random.Random(seed)
    parts = [
        "/",
        "//",
        "\\",
        ":",
        "http",
        "https:",
        "evil.example",
        "@",
        "?",
        "#",
        " ",
        "\t",
        "\r\n",
        "%",
        "é",
        ".",
        "\x00",
        "javascript:",
    ]

    for _ in range(5000):
        made = local_location("".join(pick.choice(parts) for _ in range(pick.randint(0, 8))), local=True)

        assert local_location(made, local=True) == made
        assert (made.isascii(), made.isprintable()) == (True, True)
        assert urlsplit(made)[:2] == ("", "")


def test_a_page_knows_its_template():
    """A page is a dict, so it can also become JSON."""
    page = Page("books/show", {"title": Markup("<b>")})

    assert (page.template, page["title"]) == ("books/show", "<b>")
