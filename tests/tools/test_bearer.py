"""Tokens of programs."""

import random
from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest

from kirsch import Application, Controller, Mapper, tools
from kirsch.errors import ConfigError, UsageError
from kirsch.policy import scope
from kirsch.testing import Client
from kirsch.tools.bearer import make_token

KEYS = ["0123456789abcdef"]
TOKEN = "a-random-token-of-a-program"


class Pages(Controller):
    def index(self):
        user = self.request.take("user")
        return {"name": user.name, "scopes": sorted(user.scopes)}

    @tools.allow(scope("write"))
    def edit(self):
        return "edited"


def make_client(keys=KEYS, **options):
    mapper = Mapper()
    for action in ("index", "edit"):
        mapper.connect(f"/{action}", controller=Pages, action=action, conditions={"method": ["GET", "POST"]})
    options = {
        "tokens": {"reports": sha256(TOKEN.encode()).hexdigest()}, "scopes": {"reports": ["read"]}, "signed": True,
    } | options  # fmt: skip
    site = {"site.secret_key": keys[0], "site.old_secret_keys": keys[1:], "tools.bearer": options}
    return Client(Application(mapper, config=site))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def client():
    return make_client()


def test_a_known_token_is_let_in(client):
    """With what it may do; only its digest is in the configuration."""
    assert client.get("/index", headers=bearer(TOKEN)).json == {"name": "reports", "scopes": ["read"]}


def test_a_signed_token_is_let_in(client):
    """It says itself what it is for."""
    token = make_token(KEYS, "röbot", ["write", "read"], seconds=60)

    assert client.get("/index", headers=bearer(token)).json == {"name": "röbot", "scopes": ["read", "write"]}


def test_others_are_asked_for_a_token(client):
    """Without an error, as nothing was sent (RFC 6750, section 3.1)."""
    answer = client.get("/index")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="This site"')


@pytest.mark.parametrize(
    "token",
    [
        "", " ", "x", TOKEN + "x", TOKEN + " x", TOKEN + "=", f'"{TOKEN}"', "\xff", "x" * 100_000, "====", "a.b.c",
        sha256(TOKEN.encode()).hexdigest(),
    ],
)  # fmt: skip
def test_another_token_is_401(client, token):
    """Unknown, changed, of another site, too old: the answer says that it is no good."""
    answer = client.get("/index", headers=bearer(token))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="This site", error="invalid_token"'


@pytest.mark.parametrize("change", ["too old", "of another site", "longer", "of another person"])
def test_a_signed_token_that_is_no_good_is_401(client, change):
    """However close it comes to a good one."""
    token = {
        "too old": make_token(KEYS, "old", seconds=-1),
        "of another site": make_token(["another key of another site"], "robot"),
        "longer": make_token(KEYS, "robot") + "=",
        "of another person": make_token(KEYS, "robot")[:32] + urlsafe_b64encode(b'["admin",[],9999999999]').decode(),
    }[change]

    assert client.get("/index", headers=bearer(token)).status_code == 401


def test_random_tokens_are_401(client, seed):
    """Never a 500, wherever a good one was changed."""
    chance = random.Random(seed)
    good = make_token(KEYS, "robot")
    for _ in range(300):
        place = chance.randrange(len(good))
        token = good[:place] + chr(chance.randrange(256)) * chance.randrange(3) + good[place + 1 :]

        assert token == good or client.get("/index", headers=bearer(token)).status_code == 401, token


def test_a_token_in_the_address_is_not_taken(client):
    """Nor in a form: addresses are logged and passed on (RFC 9700, section 4.3.2)."""
    assert client.get(f"/index?access_token={TOKEN}").status_code == 401
    assert client.post("/index", data={"access_token": TOKEN}).status_code == 401


def test_what_a_token_does_not_allow_is_403(client):
    """And says so (RFC 6750, section 3.1)."""
    refused = client.get("/edit", headers=bearer(TOKEN))
    allowed = client.get("/edit", headers=bearer(make_token(KEYS, "robot", ["write"])))

    assert refused.status_code == 403
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="This site", error="insufficient_scope"'
    assert allowed.text == "edited"


def test_tokens_outlive_a_new_key():
    """While the old one is still named."""
    token = bearer(make_token(KEYS, "robot"))

    assert make_client(keys=["fedcba9876543210", *KEYS]).get("/index", headers=token).status_code == 200
    assert make_client(keys=["fedcba9876543210"]).get("/index", headers=token).status_code == 401


def test_signed_tokens_are_taken_only_where_that_is_said():
    """A site of known tokens needs no key."""
    client = make_client(signed=False)

    assert client.get("/index", headers=bearer(make_token(KEYS, "robot"))).status_code == 401
    assert client.get("/index", headers=bearer(TOKEN)).status_code == 200


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tokens": {"reports": TOKEN}}, "tokens must hold SHA-256 digests.*'reports'"),
        ({"tokens": {}, "scopes": {}, "signed": False}, "tokens is empty"),
        ({"scopes": {"reporter": ["read"]}}, "scopes has somebody called 'reporter'.*Did you mean 'reports'"),
        ({"keys": [""]}, "secret_key"),
    ],
)
def test_mistakes_are_found_at_start(options, words):
    """With what to do instead."""
    with pytest.raises(ConfigError, match=words):
        make_client(**options)


@pytest.mark.parametrize("scopes", ["read", "read write"])
def test_scopes_are_a_list(scopes):
    """One text would be a scope for each of its letters."""
    with pytest.raises(UsageError, match="as a list"):
        make_token(KEYS, "robot", scopes)
