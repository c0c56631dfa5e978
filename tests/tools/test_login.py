"""Signing in on a page, and staying signed in."""

import json
import re
import time

import pytest

from door import ADA, KEY, PROGRAM, make_app, make_client, sign_in
from kirsch.errors import ConfigError
from kirsch.testing import Client


@pytest.fixture
def client():
    """A visitor of a site that ada and bob may sign in to."""
    return make_client()


def test_people_are_led_to_the_page_and_back(client):
    """The form is filled in as a visitor does, and the page that was wanted is shown."""
    wanted = client.get("/index?page=2")
    page = client.get(wanted.location)
    answer = client.submit(page, {"name": "ada", "password": "lovelace"})

    assert (wanted.status_code, wanted.location) == (303, "/login?next=/index%3Fpage%3D2")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert (answer.status_code, answer.location) == (303, "/index?page=2")
    assert client.get("/index").text == "ada"


def test_programs_are_told_401(client):
    """As problem details, with what a 401 must carry; they sign in with JSON."""
    answer = client.get("/index", headers=PROGRAM)
    signed = client.post("/login", json={"name": "ada", "password": "lovelace"}, headers=PROGRAM)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Cookie realm="This site", form-action="/login"'
    assert signed.json == {"name": "ada", "roles": ["editor"]}
    assert client.get("/index", headers=PROGRAM).text == "ada"


@pytest.mark.parametrize(
    "headers",
    [{"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}, PROGRAM],
)
def test_scripts_are_not_led_to_a_page(client, headers):
    """They would take it for the answer."""
    assert client.get("/index", headers=headers).status_code == 401


def test_htmx_leads_the_whole_page_to_sign_in(client):
    """And back to the page that the visitor was on, not to the fragment."""
    sent = {"HX-Request": "true", "HX-Current-URL": "http://localhost/books?page=2", "Accept": "*/*"}

    answer = client.get("/index", headers=sent)
    elsewhere = client.get("/index", headers={**sent, "HX-Current-URL": "http://evil.example/books"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/books%3Fpage%3D2")
    assert elsewhere.headers["HX-Redirect"] == "/login"


def test_a_form_sent_too_late_leads_back_to_its_page(client):
    """What was posted is lost, the page it was on is not."""
    sent = {"Referer": "http://localhost/edit?id=1"}

    assert client.post("/edit", data={"text": "x"}, headers=sent).location == "/login?next=/edit%3Fid%3D1"
    assert client.post("/edit", data={"text": "x"}, headers={"Referer": "http://evil.example/"}).location == "/login"
    assert client.post("/edit", data={"text": "x"}, headers={"Referer": "http://["}).location == "/login"


def test_policies_know_who_is_signed_in(client):
    """An editor edits, another user is told 403, and what is hidden is 404 to both who may not see it."""
    assert client.get("/secret").status_code == 404
    sign_in(client, "bob", "builder")
    assert (client.get("/edit").status_code, client.get("/secret").status_code) == (403, 404)
    sign_in(client, "ada", "lovelace")
    assert (client.get("/edit").text, client.get("/secret").text) == ("edited ", "secret")
    assert client.get("/nowhere").status_code == 404


def test_signing_out_ends_it(client):
    """By POST alone, which leads home; nothing of the session is left."""
    sign_in(client)
    client.get("/")

    refused = client.get("/logout")
    answer = client.post("/logout")

    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").json == {"user": None, "cart": 1}
    assert client.post("/logout").status_code == 303


def test_other_sites_can_sign_nobody_in_or_out():
    """Neither with nor without the browser saying where it comes from."""
    client = make_client()
    blind = Client(client.application, same_origin=False)
    foreign = {"Sec-Fetch-Site": "cross-site"}

    assert sign_in(client, headers=foreign).status_code == 403
    assert sign_in(blind).status_code == 403
    sign_in(client)
    assert client.post("/logout", headers=foreign).status_code == 403
    assert client.get("/index").text == "ada"


def test_the_page_carries_the_token_that_the_form_needs():
    """So browsers that say nothing of where a form comes from can sign in, too."""
    client = Client(make_app(), same_origin=False)

    answer = client.submit(client.get("/login"), {"name": "ada", "password": "lovelace"})

    assert answer.status_code == 303


def test_a_token_of_before_signing_in_is_worth_nothing_after_it():
    """And one of a sign-in nothing in the next."""
    client = Client(make_app(), same_origin=False)
    token = token_of(client.get("/login"))
    client.submit(client.get("/login"), {"name": "ada", "password": "lovelace"})

    assert client.post("/edit", data={"text": "x", "csrf_token": token}).status_code == 403
    again = Client(client.application, same_origin=False)
    again.submit(again.get("/login"), {"name": "ada", "password": "lovelace"})
    assert again.post("/logout", data={"csrf_token": token}).status_code == 403


def token_of(page):
    return re.search('name="csrf_token" value="([^"]+)"', page.text)[1]


def test_the_session_goes_on_under_a_new_key():
    """What was in the basket stays; whoever planted the session's key before has nothing of it."""
    client = make_client({"tools.sessions.store": "memory"})
    client.get("/")
    planted = client.cookies.header("/", False)

    sign_in(client)

    other = Client(client.application)
    assert other.get("/", headers={"Cookie": planted}).json == {"user": None, "cart": 1}
    assert client.get("/").json == {"user": "ada", "cart": 2}


def test_the_next_user_of_a_browser_finds_nothing_of_the_last_one(client):
    """Whoever signs in over somebody else gets an empty session."""
    sign_in(client)
    client.get("/")
    sign_in(client, "bob", "builder")

    assert client.get("/").json == {"user": "bob", "cart": 1}


def test_a_sign_in_ends_after_its_time(monkeypatch):
    """However often somebody comes."""
    client = make_client(seconds=60)
    sign_in(client)
    later = time.time() + 61

    monkeypatch.setattr(time, "time", lambda: later)

    assert client.get("/index", headers=PROGRAM).status_code == 401


def test_a_replaced_key_of_the_site_signs_nobody_out(client):
    """While the old one is still named."""
    sign_in(client)

    client.application = make_app({"site.secret_key": "fedcba9876543210", "site.old_secret_keys": [KEY]})

    assert client.get("/index").text == "ada"


def test_a_site_below_a_prefix_leads_below_it():
    """Its page, its form and the way home."""
    application = make_app()

    def mounted(environ, start_response):
        path = environ["PATH_INFO"].removeprefix("/shop")
        return application({**environ, "SCRIPT_NAME": "/shop", "PATH_INFO": path}, start_response)

    client = Client(mounted)

    assert client.get("/shop/index").location == "/shop/login?next=/shop/index"
    assert 'action="/shop/login"' in client.get("/shop/login").text
    assert sign_in(client, path="/shop/login").location == "/shop/"
    assert client.get("/shop/index").text == "ada"


def test_methods_that_are_none_are_405(client):
    """And OPTIONS says which there are."""
    assert client.request("PUT", "/login").headers["Allow"] == "GET, HEAD, POST"
    assert client.request("PUT", "/login").status_code == 405
    options = client.request("OPTIONS", "/logout")
    assert (options.status_code, options.headers["Allow"]) == (204, "POST")
    assert client.head("/login").body == b""


@pytest.mark.parametrize(
    "options",
    [
        {"data": {}}, {"json": []}, {"json": {"name": 1, "password": None}}, {"json": {"name": "ada"}},
        {"data": {"name": ("a.txt", b"x"), "password": "x"}}, {"data": [("name", "ada"), ("name", "bob")]},
        {"data": b"\xff\xfe"}, {"json": {"name": "\ud800", "password": "\ud800"}}, {"data": {"name": "ada" * 9999}},
    ],
)  # fmt: skip
def test_no_form_is_too_odd_to_be_answered(client, options):
    """With a 4xx."""
    assert 400 <= client.post("/login", **options).status_code < 500


def test_broken_json_is_400(client):
    """Before anybody is looked for."""
    answer = client.post("/login", b"{", headers={"Content-Type": "application/json"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"passwords": {}}, "passwords is empty. Set one of passwords, file, model and accounts"),
        ({"passwords": {"ada": ADA}, "accounts": "x:y"}, "passwords and accounts are set"),
        ({"passwords": {"ada": "plain"}}, "plain text or crypt.*kirsch password"),
        ({"passwords": {"ada": ADA}, "roles": {"eve": ["x"]}}, "somebody called 'eve'"),
        ({"file": "none"}, r"none' cannot be read: No such file or directory\. Make it, or mend the path\."),
        ({"accounts": "nowhere:x"}, "accounts is 'nowhere:x', which does not exist"),
        ({"accounts": 7}, "accounts must be a function"),
        ({"model": "kirsch:Controller"}, "has no name and no password"),
        ({"path": "//evil"}, "path must be a path of this site"),
        ({"path": "login"}, "path must be a path of this site"),
        ({"path": "/login?x"}, "path must be a path of this site"),
        ({"out": "/ü"}, "out must be a path of this site"),
        ({"out": "/login"}, "out must be another path"),
        ({"home": "https://x"}, "home must be a path"),
        ({"attempts": 0}, "attempts must be 1"),
        ({"realm": "ü"}, "realm cannot be"),
        ({"hash": "md5"}, "must be one of 'scrypt', 'argon2'"),
        ({"store": "redis", "url": "nonsense"}, "no address of a Redis server"),
    ],
)
def test_mistakes_are_found_at_start(options, words):
    """With what to do."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


@pytest.mark.parametrize(("missing", "words"), [("sessions", "tools.sessions"), ("csrf", "tools.csrf")])
def test_what_it_needs_is_said_at_start(missing, words):
    """Sessions to remember, and csrf so that no other site signs visitors in."""
    with pytest.raises(ConfigError, match=f"tools.login needs .*Switch {words} on"):
        make_app({f"tools.{missing}.on": False})


def test_the_log_of_requests_knows_the_name(client):
    """As for every way of signing in; and no shared cache keeps what a user saw."""
    seen = {}
    application = client.application

    def watched(environ, start_response):
        answer = application(environ, start_response)
        seen["user"] = environ.get("REMOTE_USER")
        return answer

    client.application = watched
    sign_in(client)
    client.get("/index")

    assert seen["user"] == "ada"


def test_what_a_session_keeps_tells_nothing_of_the_hash(client):
    """The visitor can read it."""
    sign_in(client)

    assert ADA.split("$")[-1] not in json.dumps(client.cookies.header("/", False))
