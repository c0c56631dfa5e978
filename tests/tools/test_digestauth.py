"""Passwords that are proved to be known, without being sent."""

import random
import re
import time
from hashlib import md5, sha256

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.testing import Client
from kirsch.tools import digestauth
from kirsch.tools.digestauth import digest_of, response_of

KEY = "0123456789abcdef"
REALM = "This site"
# RFC 7616, section 3.9.1: Mufasa asks for /dir/index.html.
MUFASA = {
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "nc": "00000001", "qop": "auth",
    "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "uri": "/dir/index.html",
}  # fmt: skip


class Pages(Controller):
    def index(self):
        return self.request.take("user").name

    def room(self, id: str):
        return self.index()


def kept(name, password, make=sha256):
    return make(f"{name}:{REALM}:{password}".encode()).hexdigest()


def make_client(key=KEY, **options):
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index", conditions={"method": ["GET", "POST"]})
    mapper.connect("/räume/{id}", controller=Pages, action="room")
    passwords = {"ada": kept("ada", "secret"), "bøb": kept("bøb", "pässword")}
    options = {"passwords": passwords} | options
    return Client(Application(mapper, config={"site.secret_key": key, "tools.digestauth": options}))


def challenge(answer):
    """The parameters of the first challenge."""
    return dict(re.findall(r'(\w+)="?([^",]*)"?', answer.headers["WWW-Authenticate"].split(", Digest")[0]))


def proof(given, name="ada", password="secret", method="GET", uri="/", nc="00000001", algorithm="SHA-256", **changes):
    """The header that a client makes of a challenge, with some parameters changed or, where None, left out."""
    sent = {
        "username": name, "realm": REALM, "nonce": given["nonce"], "uri": uri, "qop": "auth", "nc": nc,
        "cnonce": "0a4f", "opaque": given["opaque"], "algorithm": algorithm,
    }  # fmt: skip
    make = sha256 if algorithm == "SHA-256" else md5
    sent["response"] = response_of(algorithm, kept(name, password, make), method, sent)
    sent |= changes
    pairs = [
        f"{key}={value}" if key == "nc" else f'{key}="{value}"' for key, value in sent.items() if value is not None
    ]
    return {"Authorization": ("Digest " + ", ".join(pairs)).encode().decode("latin-1")}


@pytest.fixture
def client():
    return make_client()


@pytest.fixture
def given(client):
    return challenge(client.get("/"))


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_response_is_that_of_the_standard(algorithm, response):
    """RFC 7616, section 3.9.1."""
    secret = digest_of(algorithm, "Mufasa:http-auth@example.org:Circle of Life")

    assert response_of(algorithm, secret, "GET", MUFASA) == response


def test_who_knows_the_password_is_let_in(client, given):
    """Names in UTF-8 too, as the challenge says."""
    assert (given["qop"], given["algorithm"], given["charset"]) == ("auth", "SHA-256", "UTF-8")
    assert client.get("/", headers=proof(given)).text == "ada"
    assert client.get("/", headers=proof(given, "bøb", "pässword", nc="00000002")).text == "bøb"


def test_a_request_is_taken_once(client, given):
    """A replay is told that its nonce is stale, so that an honest client takes a new one (section 3.3)."""
    first = proof(given)
    assert client.get("/", headers=first).status_code == 200

    again = client.get("/", headers=first)

    assert again.status_code == 401
    assert "stale=true" in again.headers["WWW-Authenticate"]
    assert client.get("/", headers=proof(challenge(again))).status_code == 200


def test_requests_may_overtake_each_other(client, given):
    """Counts come in any order, each once, as long as they are not too far behind."""
    order = ["00000003", "00000001", "00000002", "00000001", "00000100", "00000002", "00000000"]

    statuses = [client.get("/", headers=proof(given, nc=nc)).status_code for nc in order]

    assert statuses == [200, 200, 200, 401, 200, 401, 401]


def test_an_old_nonce_is_stale():
    """Only for who knows the password; others are told nothing."""
    client = make_client(seconds=-1)
    given = challenge(client.get("/"))

    known, unknown = (client.get("/", headers=proof(given, password=word)) for word in ("secret", "wrong"))

    assert "stale=true" in known.headers["WWW-Authenticate"]
    assert unknown.status_code == 401
    assert "stale" not in unknown.headers["WWW-Authenticate"]


@pytest.mark.parametrize("other", [{"key": "fedcba9876543210"}, {"realm": "Another site"}])
def test_a_nonce_of_another_site_or_realm_is_refused(client, other):
    """It is signed for this one."""
    given = challenge(make_client(**other).get("/"))
    own = challenge(client.get("/"))

    assert client.get("/", headers=proof(given | {"opaque": own["opaque"]})).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "nobody"}, {"password": "wrong"}, {"method": "POST"}, {"uri": "/other"}, {"uri": "/?q"}, {"uri": ""},
        {"realm": "Other"}, {"qop": "auth-int"}, {"qop": None}, {"nc": "1"}, {"nc": "0000000g"}, {"nc": "00000000"},
        {"cnonce": None}, {"opaque": "other"}, {"response": ""}, {"response": "é"}, {"nonce": "x"}, {"username": None},
        {"username*": "UTF-8''ada"}, {"algorithm": "MD5"}, {"userhash": "true"}, {"uri": "*"}, {"username": "\\"},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_401(client, given, changes):
    """Each part of it is checked."""
    assert client.get("/", headers=proof(given, **changes)).status_code == 401


def test_the_address_is_the_one_that_is_asked_for(client):
    """Its query string too, and whatever it is encoded as; so a proof cannot be moved to another address."""
    for uri in ("/?q=1&x=%20", "/r%C3%A4ume/a%20b"):
        given = challenge(client.get(uri))
        assert client.get("/", headers=proof(given, uri=uri)).status_code == 401
        assert client.get(uri, headers=proof(given, uri=uri)).text == "ada"


def test_where_the_server_tells_it_the_address_is_compared_as_sent():
    """Or without scheme and host, where the request had them (RFC 9112, section 3.2.2)."""
    for target, uri, same in (
        ("/a%2Fb?x", "/a%2Fb?x", True), ("/a%2Fb?x", "/a/b?x", False), ("http://h/a?x", "/a?x", True),
        ("http://h/a?x", "http://h/a?x", True), ("http://h/a?x", "http://other/a?x", False),
    ):  # fmt: skip
        assert digestauth.same_target(uri, {"REQUEST_URI": target, "PATH_INFO": "/"}) is same


def test_a_stranger_costs_what_a_wrong_password_costs(client, given, monkeypatch):
    """As many digests, so that time does not say which names exist."""
    made = []

    def counted(algorithm, text):
        made.append(text)
        return digest_of(algorithm, text)

    headers = [proof(given, name, "wrong") for name in ("ada", "nobody")]
    monkeypatch.setattr(digestauth, "digest_of", counted)
    counts = []
    for sent in headers:
        before = len(made)
        assert client.get("/", headers=sent).status_code == 401
        counts.append(len(made) - before)

    assert counts == [2, 2]


def test_names_can_be_hidden():
    """With a digest in their place, or written as RFC 8187 has it (RFC 7616, section 3.4.4)."""
    client = make_client(userhash=True)
    given = challenge(client.get("/"))
    assert given["userhash"] == "true"

    hidden = client.get("/", headers=proof(given, username=hide("ada"), userhash="true"))
    long = {"username": None, "username*": "UTF-8''b%C3%B8b"}
    written = client.get("/", headers=proof(given, "bøb", "pässword", nc="00000002", **long))
    broken = client.get("/", headers=proof(given, nc="00000003", username=None, **{"username*": "UTF-8''%ff"}))

    assert (hidden.text, written.text, broken.status_code) == ("ada", "bøb", 401)


def hide(name):
    return sha256(f"{name}:{REALM}".encode()).hexdigest()


def test_old_clients_get_md5_where_it_is_allowed(tmp_path):
    """After SHA-256, from a file of htdigest; lines of other realms are nobody's."""
    (tmp_path / "htdigest").write_text(f"old:{REALM}:{kept('old', 'secret', md5)}\nada:Other:{'0' * 32}\n")
    client = make_client(algorithms=["SHA-256", "MD5"], file=str(tmp_path / "htdigest"))
    asked = client.get("/")
    given = challenge(asked)

    assert [re.search("algorithm=([^,]+)", value)[1] for _, value in asked.headerlist if "algorithm=" in value] == [
        "SHA-256", "MD5",
    ]  # fmt: skip
    assert client.get("/", headers=proof(given, "old", algorithm="MD5")).text == "old"
    assert client.get("/", headers=proof(given, "old", algorithm="MD5", nc="00000002")).text == "old"
    assert client.get("/", headers=proof(given, "ada", algorithm="MD5", nc="00000003")).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "", " ", "x", 'username="ada', "username=", "=", ",", ",,,,", 'a="b" c="d"', 'realm="a", realm="b"',
        'username="ada", USERNAME="ada"', "a=" + "b" * 100_000, 'a="' + "\\" * 8000, 'a="' + "\\" * 8001 + '"',
        "a=b," * 2000, 'username="\xff"', "é=ü", 'nonce="\\"',
    ],
)  # fmt: skip
def test_what_is_no_sign_in_is_401(client, header):
    """Garbage is answered like a wrong password."""
    assert client.get("/", headers={"Authorization": f"Digest {header}"}).status_code == 401


def test_mangled_proofs_are_401(client, given, seed):
    """Whatever bytes are changed, left out or put in: never a 500."""
    chance = random.Random(seed)
    good = proof(given, password="wrong")["Authorization"]
    for _ in range(500):
        text = list(good)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(7, len(text))
            text[place : place + chance.randrange(3)] = chance.choice(['"', ",", "=", "\\", "\xff", "\0", "", " ", "a"])
        header = "".join(text)

        assert client.get("/", headers={"Authorization": header}).status_code == 401, header


def test_only_so_many_nonces_are_counted(monkeypatch):
    """Those that had to be forgotten are stale, so that nothing can be replayed with them."""
    monkeypatch.setattr(digestauth, "MOST_NONCES", 2)
    counts, now = digestauth.Counts(300), int(time.time())
    for number in range(3):
        assert counts.take(f"nonce {number}", now - 5 + number, 1)

    assert not counts.take("nonce 0", now - 5, 1)
    assert counts.take("nonce 2", now - 3, 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"passwords": {"ada": "secret"}}, "that of 'ada' is no digest of SHA-256"),
        ({"passwords": {"ada": "0" * 32}}, "add its kind to algorithms"),
        ({"passwords": {}}, "passwords is empty"),
        ({"algorithms": ["SHA-1"]}, "algorithms must be one of"),
        ({"file": "nowhere"}, "cannot be read"),
        ({"key": ""}, "secret_key"),
        ({"realm": "größe"}, "realm cannot be"),
    ],
)
def test_mistakes_are_found_at_start(options, words):
    """With what to do instead."""
    with pytest.raises(ConfigError, match=words):
        make_client(**options)
