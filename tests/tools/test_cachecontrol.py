"""tools.cachecontrol: how long an answer may be kept, and by whom."""

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


@pytest.mark.parametrize("name", ["HTTP_AUTHORIZATION", "REMOTE_USER"])
def test_what_is_made_for_who_has_signed_in_is_public_only_if_configuration_says_so(name):
    """Some of these words would allow it to every cache (RFC 9111, section 3.5)."""
    options = {"max_age": 60, "s_maxage": 600, "must_revalidate": True}

    assert said(make_app(**options), environ={name: "somebody"}) == "private, must-revalidate, max-age=60"
    assert said(make_app(public=True, max_age=60), environ={name: "somebody"}) == "public, max-age=60"


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
