"""Cookies as browsers get them, and as they come back."""

import random
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Markup, Redirect, Response
from kirsch.errors import UsageError
from kirsch.request import Request

SAFE = "; Path=/; HttpOnly; SameSite=Lax"


class Shop(Controller):
    def returned(self):
        response = Response("body")
        response.set_cookie("basket", "full")
        return response

    def touched(self):
        self.response.set_cookie("basket", "full")
        return Markup("body")

    def open(self):
        self.response.set_cookie("basket", "full", secure=False, httponly=False, samesite=None)
        return "body"

    def sent_on(self):
        self.response.set_cookie("basket", "full")
        raise Redirect("/returned")

    def dropped(self):
        self.response.delete_cookie("basket")
        return "body"

    def echoed(self):
        self.response.set_cookie("said", self.request.GET["said"])
        return self.request.cookie("said") or ""


@pytest.fixture(scope="module")
def app():
    mapper = Mapper()
    for action in ("returned", "touched", "open", "dropped", "sent_on", "echoed"):
        mapper.connect(f"/{action}", controller=Shop, action=action)
    return Application(mapper)


def sent(app, path, scheme="http"):
    return ask(app, path, environ={"wsgi.url_scheme": scheme}).headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/returned", "/touched", "/sent_on"])
def test_a_cookie_is_kept_from_scripts_other_sites_and_plain_lines(app, path):
    """HttpOnly and SameSite=Lax always, Secure where the request came by https, without a word about it."""
    assert sent(app, path, "http") == f"basket=full{SAFE}"
    assert sent(app, path, "https") == f"basket=full{SAFE}; Secure"


def test_each_of_it_can_be_left_out(app):
    """By saying so."""
    assert sent(app, "/open", "https") == "basket=full; Path=/"


def test_a_deleted_cookie_ends_at_once_with_the_attributes_it_was_set_with(app):
    """Browsers drop what agrees in name, domain and path; a prefix wants Secure there too."""
    assert sent(app, "/dropped") == f"basket={SAFE}; Max-Age=0"
    assert sent(app, "/dropped", "https") == f"basket={SAFE}; Max-Age=0; Secure"


def test_one_response_can_be_sent_twice():
    """Over http, then over https: the second is Secure all the same."""
    response = Response("body")
    response.set_cookie("basket", "full")

    plain, safe = (sent(response, "/", scheme) for scheme in ("http", "https"))

    assert (plain, safe) == (f"basket=full{SAFE}", f"basket=full{SAFE}; Secure")


@pytest.mark.parametrize(
    "options", [{"max_age": 60}, {"max_age": timedelta(minutes=1)}, {"expires": timedelta(minutes=1)}]
)
def test_a_cookie_ends_after_its_seconds(options):
    """On every Python, with warnings as errors; without a date, which depends on the client's clock."""
    response = Response("body")

    response.set_cookie("name", "value", secure=False, **options)

    assert response.headers["Set-Cookie"] == f"name=value{SAFE}; Max-Age=60"


@pytest.mark.parametrize("zone", [UTC, None])
def test_a_cookie_ends_at_a_moment(zone):
    """A datetime without a zone is UTC, as in WebOb."""
    response = Response("body")

    response.set_cookie("name", "value", expires=datetime.now(UTC).replace(tzinfo=zone) + timedelta(hours=1))

    assert int(SimpleCookie(response.headers["Set-Cookie"])["name"]["max-age"]) in range(3590, 3601)


@pytest.mark.parametrize(
    ("name", "options"),
    [("__Host-id", {}), ("__Secure-id", {"path": "/in", "domain": "a.example"}), ("id", {"samesite": "none"})],
)
def test_what_browsers_only_take_with_secure_is_secure(name, options):
    """Over http as well, where a browser may take `localhost` for safe."""
    response = Response("body")
    response.set_cookie(name, "1", **options)

    assert sent(response, "/").endswith("; Secure")


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("", {}, "name of a cookie"),
        ("a b", {}, "name of a cookie"),
        ("a;b", {}, "name of a cookie"),
        ("a=b", {}, "name of a cookie"),
        ("a\r\nb", {}, "name of a cookie"),
        ("größe", {}, "name of a cookie"),
        ("a", {"path": "/; Domain=evil.example"}, "path"),
        ("a", {"path": "/\r\nX: y"}, "path"),
        ("a", {"domain": ""}, "domain"),
        ("a", {"samesite": "sometimes"}, "'Lax', 'Strict' or 'None'"),
        ("a", {"samesite": "None", "secure": False}, "needs https"),
        ("__Host-a", {"path": "/in"}, "path '/' and no domain"),
        ("__host-a", {"domain": "a.example"}, "path '/' and no domain"),
        ("__Secure-a", {"secure": False}, "needs https"),
    ],
)
def test_a_cookie_that_browsers_would_refuse_is_refused_here(name, options, words):
    """With the reason, where a browser drops it without a word."""
    with pytest.raises(UsageError, match=words):
        Response("body").set_cookie(name, "value", **options)


def test_a_cookie_can_be_taken_back():
    """Before it is sent; another one stays."""
    response = Response("body")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    response.set_cookie("one", "3", overwrite=True)
    response.unset_cookie("two")

    assert [value.partition(";")[0] for value in response.headers.getall("Set-Cookie")] == ["one=3"]
    with pytest.raises(KeyError, match="two"):
        response.unset_cookie("two")


def test_any_text_comes_back_as_it_went(seed):
    """Semicolons, quotes, line breaks, every script: nothing ends the header or the cookie early."""
    chance = random.Random(seed)
    alphabet = [*map(chr, range(0x180)), *'",;\\= \r\n\0', "字", "\U0001f352"]
    for _ in range(2000):
        text = "".join(chance.choices(alphabet, k=chance.randrange(12)))
        response = Response("body")
        response.set_cookie("name", text)
        header = response.headers["Set-Cookie"]

        assert header.isascii()
        assert header.isprintable()
        assert header.count(";") == 4
        request = Request.blank("/", headers={"Cookie": "other=1; " + header.partition(";")[0]})
        assert (request.cookie("name"), request.cookies["name"], request.cookie("other")) == (text, text, "1")


def test_what_a_client_said_may_become_a_cookie(app):
    """A header it tries to add is part of the value; nothing is an error."""
    answer = ask(app, "/echoed?said=a%0d%0aSet-Cookie:%20b=c;%ff")

    assert answer.status in (200, 400)
    assert "\n" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("name=value", "value"),
        (" other=1 ;name = value ", "value"),
        ('name="a b"', "a b"),
        (r'name="a\073\"\134\303\274"', 'a;"\\ü'),
        ("name=fÃ¼r", "für"),
        ("name=\xff", "\ufffd"),
        ("name=", ""),
        ('name="', '"'),
        ("name=a=b", "a=b"),
        ("name=first; name=second", "first"),
        ("surname=x; name=value", "value"),
        ("name; =; ;;; name=value", "value"),
        ("Name=other", None),
        ("name", None),
        ("", None),
        ("\x00\xff,;=", None),
    ],
)
def test_a_cookie_is_read_whatever_stands_around_it(header, value):
    """Quotes, escapes, UTF-8, duplicates (the first is that of the longest path), and garbage."""
    request = Request.blank("/", environ={"HTTP_COOKIE": header})

    assert (request.cookie("name"), request.cookies.get("name")) == (value, value)


def test_no_header_is_an_error(seed):
    """Ten thousand random ones; one cookie and all cookies agree."""
    chance = random.Random(seed)
    for _ in range(10_000):
        header = "".join(chance.choices('ab=;" \\0371\xff\xc3\xbc\t,', k=chance.randrange(20)))
        request = Request.blank("/", environ={"HTTP_COOKIE": header})

        assert {name: request.cookie(name) for name in request.cookies} == dict(request.cookies)


def test_the_cookies_of_a_request_can_be_changed():
    """As WebOb's can, for requests that are made up."""
    request = Request.blank("/", environ={"HTTP_COOKIE": "a=1; b=2"})

    request.cookies["a"] = "3"
    del request.cookies["b"]

    assert (dict(request.cookies), request.cookie("a"), request.environ["HTTP_COOKIE"]) == ({"a": "3"}, "3", "a=3")
