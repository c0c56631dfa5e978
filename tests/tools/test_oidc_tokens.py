"""Tokens that are not for this sign-in, and tokens that somebody else has made."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jws

from teller import CURVE, FOREIGN, NEXT, OURS, PROGRAM, SITE, Teller, come_back, make_client


def ago(now):
    return now - 3600


def ahead(now):
    return now + 36000


@pytest.fixture(scope="module")
def running():
    teller = Teller()
    yield teller
    teller.close()


@pytest.fixture
def teller(running):
    """The provider, which tells the truth until a test says otherwise."""
    running.begin()
    return running


def test_who_tells_the_truth_is_believed(teller):
    """And a public site sends its name and the verifier in place of a secret."""
    client = make_client(teller)

    assert come_back(client, teller).status_code == 303
    assert client.get("/index").text == "ada"
    assert teller.form["client_id"] == [SITE]
    assert len(teller.form["code_verifier"][0]) >= 43


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"nonce": 7}, {"iss": "https://evil.example"}, {"iss": None},
        {"aud": "another-site"}, {"aud": ["another-site"]}, {"aud": None}, {"aud": [SITE, "another-site"]},
        {"azp": "another-site"}, {"exp": 1}, {"exp": None}, {"exp": "soon"}, {"exp": True},
        {"exp": ago}, {"iat": ahead}, {"iat": None},
        {"nbf": ahead}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 300},
    ],
    ids=lambda claims: f"{next(iter(claims))} {type(next(iter(claims.values()))).__name__}",
)  # fmt: skip
def test_claims_for_somebody_else_are_refused(teller, claims, caplog):
    """Signed or not: a replayed nonce, another issuer, another audience, another time."""
    client = make_client(teller)
    teller.claims = claims

    assert come_back(client, teller).status_code == 400
    assert client.get("/index", headers=PROGRAM).status_code == 401
    assert "an id_token of http://127.0.0.1" in caplog.text


def test_one_of_several_audiences_will_do_where_it_is_meant(teller):
    """The claim azp says so."""
    teller.claims = {"aud": [SITE, "another-site"], "azp": SITE}

    assert come_back(make_client(teller), teller).status_code == 303


def packed(data):
    return urlsafe_b64encode(data).decode().rstrip("=")


NONE, SHARED = packed(b'{"alg":"none"}'), packed(b'{"alg":"HS256","kid":"one"}')


def unsigned(teller):
    """alg=none, as a token of nobody."""
    return NONE + f".{packed(claims_of(teller).encode())}."


def claims_of(teller):
    now = int(time.time())
    return json.dumps(
        {"iss": teller.issuer, "sub": "eve", "aud": SITE, "exp": now + 60, "iat": now, "nonce": teller.nonce}
    )


def by_public_key(teller):
    """HS256 with the provider's public key as the secret."""
    text = SHARED + f".{packed(claims_of(teller).encode())}"
    return f"{text}.{packed(hmac.digest(OURS.as_pem(private=False), text.encode(), 'sha256'))}"


def by_own_key(teller):
    """With a key that the token brings along."""
    head = {"alg": "RS256", "jwk": FOREIGN.as_dict(private=False), "kid": "one"}
    return jws.serialize_compact(head, claims_of(teller), FOREIGN)


def tampered(teller):
    """Signed, then changed."""
    head, _, signature = teller.made().split(".")
    return f"{head}.{packed(claims_of(teller).encode())}.{signature}"


@pytest.mark.parametrize("make", [unsigned, by_public_key, by_own_key, tampered])
def test_a_token_that_the_provider_has_not_signed_is_refused(teller, make):
    """However it is dressed up."""
    client = make_client(teller)
    sent = parse_qs(urlsplit(client.get("/login").location).query)
    teller.nonce = sent["nonce"][0]
    teller.token = make(teller)

    answer = client.get(f"/login/back?state={sent['state'][0]}&code=x")

    assert answer.status_code == 400
    assert client.get("/index", headers=PROGRAM).status_code == 401


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9..", 7, None, [], {}, "\u20ac.\u20ac.x", "a" * 99999]
)
def test_what_is_no_token_is_refused(teller, token):
    """As a 400, never as a 500."""
    client = make_client(teller)
    teller.answers["/token_endpoint"] = ("200 OK", json.dumps({"id_token": token}).encode())

    assert come_back(client, teller).status_code == 400


def test_a_key_of_another_issuer_is_refused(teller):
    """Though it has the same name."""
    teller.signer = FOREIGN

    assert come_back(make_client(teller), teller).status_code == 400


def test_keys_are_changed_without_anybody_noticing(teller):
    """A key of a new name is looked for once; one that nobody has published is not looked for again and again."""
    client = make_client(teller)
    come_back(client, teller)
    client.post("/logout")
    teller.keys, teller.signer, teller.header = [OURS, NEXT], NEXT, {"alg": "RS256", "kid": "two"}

    rotated = come_back(client, teller)
    client.post("/logout")
    teller.header = {"alg": "RS256", "kid": "nobodys"}
    codes = [come_back(client, teller).status_code for _ in range(5)]

    assert rotated.status_code == 303
    assert codes == [400] * 5
    assert teller.asked.count("/jwks_uri") == 2
    assert teller.asked.count("/.well-known/openid-configuration") == 1


def test_keys_of_other_kinds_stand_beside(teller):
    """One of a curve signs; one for encryption, a shared one and one that makes no sense are passed over."""
    teller.keys = [OURS, CURVE]
    teller.signer, teller.header = CURVE, {"alg": "ES256", "kid": "curve"}
    shown = [key.as_dict(private=False) for key in teller.keys]
    odd = [{"kty": "oct", "k": "AAAA", "kid": "a"}, {"kty": "RSA", "kid": "b"}, 7, {"kty": "RSA", "use": "enc"}, {}]
    teller.answers["/jwks_uri"] = ("200 OK", json.dumps({"keys": [*odd, *shown]}).encode())

    assert come_back(make_client(teller), teller).status_code == 303


def test_a_token_without_a_key_id_needs_a_single_key(teller):
    """Else nobody knows which was meant."""
    teller.header = {"alg": "RS256"}
    one = come_back(make_client(teller), teller).status_code
    teller.keys = [OURS, NEXT]
    two = come_back(make_client(teller), teller).status_code

    assert (one, two) == (303, 400)
