"""tools.cachecontrol: how long an answer may be kept, and by whom."""

import time
from email.utils import parsedate_to_datetime

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Redirect, Response
from kirsch.errors import ConfigError


class Pages(Controller):
    def index(self):
        return "page"

    def headed(self, name: str, value: str):
        return Response("page", headers=[(name, value)])

    def status(self, code: int):
        return Response("page", code)

    def leave(self):
        raise Redirect("/index")


def make_app(**options):
    mapper = Mapper()
    for action in ("index", "headed", "status", "leave"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Application(mapper, config={"tools.cachecontrol": options})


def said(app, path="/index", **options):
    return ask(app, path, **options).headers.get("Cache-Control")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, None),
        ({"max_age": 60}, "max-age=60"),
        ({"max_age": 0, "must_revalidate": True}, "must-revalidate, max-age=0"),
        ({"public": True, "max_age": 31536000, "immutable": True}, "public, immutable, max-age=31536000"),
        ({"private": True, "max_age": 60}, "private, max-age=60"),
        ({"max_age": 60, "s_maxage": 600, "stale_while_revalidate": 30},
         "max-age=60, s-maxage=600, stale-while-revalidate=30"),
        ({"no_store": True}, "no-store"),
        ({"private": True, "no_cache": True}, "private, no-cache"),
    ],
)  # fmt: skip
def test_configuration_says_how_long(options, words):
    """In the words of RFC 9111, section 5.2.2; GET and HEAD alike."""
    app = make_app(**options)

    assert said(app) == said(app, method="HEAD") == words


def test_an_action_has_the_last_word():
    """By Cache-Control or by Expires."""
    app = make_app(max_age=60)

    assert said(app, "/headed?name=Cache-Control&value=no-cache") == "no-cache"
    assert said(app, "/headed?name=Expires&value=0") is None


@pytest.mark.parametrize(("name", "value"), [("Set-Cookie", "a=b"), ("Vary", "Accept,%20cookie")])
def test_what_is_made_for_one_visitor_is_kept_by_nobody_else(name, value):
    """Whatever is set for shared caches."""
    path = f"/headed?name={name}&value={value}"

    assert said(make_app(public=True, max_age=60, s_maxage=600), path) == "private, max-age=60"
    assert said(make_app(no_store=True), path) == "no-store"
    assert said(make_app(), path) is None


@pytest.mark.parametrize("name", ["HTTP_AUTHORIZATION", "REMOTE_USER", "SSL_CLIENT_S_DN"])
def test_what_is_made_for_who_has_signed_in_is_public_only_if_configuration_says_so(name):
    """Some of these words would allow it to every cache (RFC 9111, section 3.5)."""
    options = {"max_age": 60, "s_maxage": 600, "must_revalidate": True}

    assert said(make_app(**options), environ={name: "somebody"}) == "private, must-revalidate, max-age=60"
    assert said(make_app(public=True, max_age=60), environ={name: "somebody"}) == "public, max-age=60"


@pytest.mark.parametrize(
    ("options", "words", "seconds"),
    [
        ({"max_age": 60}, "max-age=60", 60),
        ({"max_age": 31536000, "public": True}, "public, max-age=31536000", 31536000),
        ({"max_age": 60, "s_maxage": 600}, "max-age=60, s-maxage=600", 60),
        ({"max_age": 0, "no_cache": True, "must_revalidate": True}, "no-cache, must-revalidate, max-age=0", 0),
        ({"max_age": 0}, "max-age=0", 0),
        ({"no_store": True}, "no-store", 0),
        ({"no_cache": True, "max_age": 60}, "no-cache, max-age=60", 0),
        ({"s_maxage": 600}, "s-maxage=600", None),
        ({"public": True}, "public", None),
    ],
)
def test_very_old_caches_are_told_too(options, words, seconds):
    """By Expires; what is not to be used again has ended long ago, and says `Pragma: no-cache`."""
    answer = ask(make_app(expires=True, **options), "/index")
    expires = answer.headers.get("Expires")

    assert answer.headers["Cache-Control"] == words
    assert (expires is None) is (seconds is None)
    assert answer.headers.get("Pragma") == ("no-cache" if seconds == 0 else None)
    if expires is not None:
        moment = parsedate_to_datetime(expires).timestamp()
        assert moment == 0 if seconds == 0 else abs(moment - time.time() - seconds) < 30


def test_errors_and_what_the_action_says_are_told_to_very_old_caches_as_well():
    """An error has ended long ago; an action has the last word."""
    app = make_app(expires=True, max_age=60)

    assert ask(app, "/nowhere").headers["Expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert "Expires" not in ask(app, "/headed?name=Cache-Control&value=no-cache").headers
    assert ask(app, "/headed?name=Expires&value=0").headers["Expires"] == "0"
    assert "Expires" not in ask(make_app(max_age=60), "/index").headers


@pytest.mark.parametrize("path", ["/nowhere", "/status?code=500", "/status?code=404", "/status"])
def test_errors_are_kept_by_nobody(path):
    """Unless configuration says otherwise."""
    assert said(make_app(max_age=60), path) == "no-store"
    assert said(make_app(max_age=60, errors="max-age=5"), path) == "max-age=5"
    assert said(make_app(max_age=60, errors=""), path) is None


def test_changes_and_passing_redirects_are_news_each_time():
    """Nothing is said of them."""
    app = make_app(max_age=60)

    assert said(app, method="POST") is None
    assert said(app, "/leave") is None
    assert said(app, "/status?code=201") is None
    assert said(app, "/status?code=308") == "max-age=60"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"public": True, "private": True}, "private and public contradict each other"),
        ({"private": True, "s_maxage": 1}, "private and s_maxage contradict each other"),
        ({"no_store": True, "max_age": 1}, "no_store and max_age contradict each other"),
        ({"no_store": True, "immutable": True}, "no_store and immutable contradict each other"),
        ({"max_age": -1}, "max_age must not be below zero"),
        ({"errors": "a\nb"}, "errors cannot be"),
    ],
)
def test_what_cannot_be_meant_is_said_at_start(options, words):
    """With what to leave out."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)
