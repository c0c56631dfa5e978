"""Signing in with an account of a real provider, in a process of its own."""

import re
from html import unescape
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

import pytest

import provider
from kirsch import Application, Controller, Mapper, tools
from kirsch.errors import ConfigError
from kirsch.policy import anyone, role
from kirsch.testing import Client

KEY = "0123456789abcdef"
PROGRAM = {"Accept": "application/json"}


class Pages(Controller):
    def index(self):
        user = self.request.take("user")
        return {"name": user.name, "roles": user.roles}

    @tools.allow(anyone)
    def front(self):
        return "front"

    @tools.allow(role("editor"))
    def edit(self):
        return "edit"


def make_client(issuer, settings=None, **options):
    mapper = Mapper()
    for path, action in (("/", "front"), ("/index", "index"), ("/edit", "edit")):
        mapper.connect(path, controller=Pages, action=action)
    oidc = {"issuer": issuer, "client_id": provider.CLIENT, "client_secret": provider.SECRET, **options}
    site = {"site.secret_key": KEY, "tools": {"sessions": {}, "csrf": {}, "oidc": oidc}}
    return Client(Application(mapper, config=[site, settings or {}]))


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    """The address of a provider that runs."""
    port = provider.free_port()
    with provider.running(tmp_path_factory.mktemp("provider"), port, "http://localhost"):
        yield f"http://127.0.0.1:{port}/o"


class Stay(HTTPRedirectHandler):
    """Shows redirects instead of following them."""

    def redirect_request(self, *_):
        return None


class Visitor:
    """A browser at the provider, as far as one needs it there."""

    def __init__(self):
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), Stay)

    def ask(self, url, form=None):
        """The status, where it leads, and the text of an answer."""
        data = urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(url, data, timeout=20) as answer:
                return answer.status, "", answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", ""), error.read().decode()

    def sign_in(self, address):
        """Sign in where a site has sent the visitor; the address that they are sent back to."""
        base = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        status, location, _ = self.ask(address)
        if location.startswith("/accounts/login/"):
            page = self.ask(base + location)[2]
            token = unescape(re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1])
            form = {"username": "ada", "password": "lovelace", "csrfmiddlewaretoken": token}
            _, location, _ = self.ask(base + location, form)
            status, location, _ = self.ask(base + location)
        assert status == 302, status
        return location


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def signed_in(client, visitor=None):
    """Go all the way; the last answer of the site."""
    led = client.get("/login?next=/index")
    return client.get(path_of((visitor or Visitor()).sign_in(led.location)))


pytestmark = pytest.mark.slow


def test_people_sign_in_at_the_provider_and_come_back(issuer):
    """From the page that they wanted, to it; programs are told 401."""
    client = make_client(issuer, name_claim="preferred_username", roles_claim="realm.groups")

    assert client.get("/index", headers=PROGRAM).status_code == 401
    wanted = client.get("/index?page=2")
    led = client.get(wanted.location)
    back = Visitor().sign_in(led.location)
    arrived = client.get(path_of(back))

    assert wanted.location == "/login?next=/index%3Fpage%3D2"
    assert led.location.startswith(f"{issuer}/authorize/?response_type=code&")
    assert (arrived.status_code, arrived.location) == (303, "/index?page=2")
    assert client.get("/index").json == {"name": "ada", "roles": ["editor"]}
    assert client.get("/edit").text == "edit"
    assert client.get("/login?next=/edit").location == "/edit"


def test_what_is_asked_for_is_what_the_standard_says(issuer):
    """Code flow, PKCE with S256, state and nonce; each of them another one each time."""
    client = make_client(issuer, scopes=["roles"])

    one, other = (parse_qs(urlsplit(client.get("/login").location).query) for _ in range(2))

    assert one["scope"] == ["openid roles"]
    assert one["redirect_uri"] == ["http://localhost/login/back"]
    assert (one["code_challenge_method"], len(one["code_challenge"][0])) == (["S256"], 43)
    assert all(one[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_more_claims_are_asked_for_where_they_are_wanted(issuer):
    """From the provider's userinfo_endpoint."""
    client = make_client(issuer, name_claim="preferred_username", userinfo=True)

    signed_in(client)

    assert client.get("/index").json["name"] == "ada"


def test_the_session_goes_on_under_a_new_key(issuer):
    """Whoever planted the key of a session before has nothing of it."""
    client = make_client(issuer, {"tools.sessions.store": "memory"})
    led = client.get("/login?next=/index")
    planted = client.cookies.header("/", False)

    client.get(path_of(Visitor().sign_in(led.location)))

    other = Client(client.application)
    assert other.get("/index", headers={**PROGRAM, "Cookie": planted}).status_code == 401
    assert client.get("/index").status_code == 200


def test_a_state_is_good_once(issuer):
    """What has been brought back cannot be brought back again, neither by the visitor nor by somebody else."""
    client = make_client(issuer)
    led = client.get("/login?next=/index")
    back = path_of(Visitor().sign_in(led.location))
    stranger = Client(client.application)

    assert stranger.get(back).status_code == 400
    assert client.get(back).location == "/index"
    assert client.get(back).location == "/"
    client.post("/logout")
    assert client.get(back).status_code == 400
    assert client.get("/index", headers=PROGRAM).status_code == 401


def test_a_code_that_was_used_is_refused(issuer):
    """By the provider; the site says that the sign-in has expired."""
    client = make_client(issuer)
    visitor = Visitor()
    back = visitor.sign_in(client.get("/login").location)
    used = parse_qs(urlsplit(back).query)["code"][0]
    client.get(path_of(back))
    client.post("/logout")

    state = parse_qs(urlsplit(client.get("/login").location).query)["state"][0]
    answer = client.get("/login/back?" + urlencode({"state": state, "code": used}))

    assert answer.status_code == 400
    assert "This sign-in has expired." in answer.text


def test_several_tabs_can_sign_in(issuer):
    """The one that was opened first is still good."""
    client = make_client(issuer)
    first = client.get("/login?next=/edit").location
    client.get("/login?next=/index")

    assert client.get(path_of(Visitor().sign_in(first))).location == "/edit"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "/login/back", "/%09/x"]
)
def test_nobody_is_led_to_another_site(issuer, wanted):
    """Where to go on is kept by the site, and is a page of it."""
    client = make_client(issuer)
    led = client.get("/login?" + urlencode({"next": wanted.replace("%09", "\t")}))

    assert client.get(path_of(Visitor().sign_in(led.location))).location == "/"


def test_signing_out_ends_it_here_and_leads_there(issuer):
    """By a page, since a policy of forms would refuse the redirect; the provider then leads home."""
    client = make_client(issuer)
    visitor = Visitor()
    signed_in(client, visitor)

    page = client.post("/logout")
    there = unescape(re.search('url=([^"]+)"', page.text)[1])
    question = visitor.ask(there)[2]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', question))
    status, home, _ = visitor.ask(there, {**{name: unescape(text) for name, text in fields.items()}, "allow": "on"})

    assert client.get("/index", headers=PROGRAM).status_code == 401
    assert there.startswith(
        f"{issuer}/logout/?client_id=kirsch-site&post_logout_redirect_uri=http%3A%2F%2Flocalhost%2F"
    )
    assert (status, home) == (302, "http://localhost/")
    assert visitor.ask(client.get("/login").location)[1].startswith("/accounts/login/")


def test_signing_out_here_alone(issuer):
    """Where the site says so."""
    client = make_client(issuer, out_there=False)
    signed_in(client)

    assert client.post("/logout").location == "/"


def test_a_wrong_secret_is_the_sites_trouble(issuer, caplog):
    """The visitor is told to come back later, the log what the provider says."""
    client = make_client(issuer, client_secret="wrong")

    answer = signed_in(client)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "answers 401 invalid_client at /o/token/" in caplog.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"issuer": "http://accounts.example.org"}, "issuer must be the https address"),
        ({"issuer": "accounts.example.org"}, "issuer must be the https address"),
        ({"client_id": ""}, "client_id is empty"),
        ({"back": "/login"}, "back must be a path of its own"),
        ({"back": "//evil"}, "back must be a path of its own"),
    ],
)
def test_mistakes_are_found_at_start(options, words):
    """With what to do; the provider itself is not asked then."""
    with pytest.raises(ConfigError, match=words):
        make_client(**{"issuer": "https://accounts.example.org", **options})


def test_it_needs_an_issuer():
    """And says so."""
    mapper = Mapper()
    with pytest.raises(ConfigError, match=r"tools\.oidc is on but issuer, client_id is not set"):
        Application(mapper, config={"site.secret_key": KEY, "tools": {"oidc": {}, "sessions": {}, "csrf": {}}})
