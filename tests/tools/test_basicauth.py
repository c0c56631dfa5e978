"""Names and passwords with every request."""

import random
import subprocess
from base64 import b64encode

import pytest

from kirsch import Application, Controller, Mapper, tools
from kirsch.errors import ConfigError
from kirsch.hashing import hashed
from kirsch.testing import Client
from kirsch.tools import _passwords, basicauth

ADA, BOB = hashed("secret:with:colons", cost=16), hashed("pässword", cost=16)
USERS = {"ada": ADA, "bøb": BOB}


class Pages(Controller):
    def index(self):
        user = self.request.take("user")
        return {"name": user.name, "roles": sorted(user.roles)}


def make_client(root=None, **options):
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    options = {"passwords": USERS, "roles": {"ada": ["editor", "reader"]}} | options
    return Client(Application(mapper, config={"tools.basicauth": options}, site=root))


def basic(name, password, charset="utf-8"):
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode(charset)).decode()}


@pytest.fixture(scope="module")
def client():
    return make_client()


@pytest.fixture
def checks(monkeypatch):
    """Every password that is hashed from here on."""
    seen = []

    def verify(password, kept):
        seen.append(password)
        return _passwords.verify(password, kept)

    monkeypatch.setattr(basicauth, "verify", verify)
    return seen


def test_who_knows_the_password_is_let_in(client):
    """A password may hold colons (RFC 7617, section 2); roles come from the configuration."""
    answer = client.get("/", headers=basic("ada", "secret:with:colons"))

    assert answer.json == {"name": "ada", "roles": ["editor", "reader"]}


def test_names_and_passwords_are_utf_8(client):
    """As the challenge says; in another character set they are others (RFC 7617, section 2.1)."""
    assert client.get("/", headers=basic("bøb", "pässword")).json == {"name": "bøb", "roles": []}
    assert client.get("/", headers=basic("bøb", "pässword", "latin-1")).status_code == 401


def test_others_are_asked_for_a_password(client):
    """With the realm and the character set."""
    answer = client.get("/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="This site", charset="UTF-8"'


def test_the_scheme_is_written_in_any_case(client):
    """RFC 9110, section 11.1."""
    sent = basic("ada", "secret:with:colons")["Authorization"].removeprefix("Basic ")

    assert client.get("/", headers={"Authorization": f"bASIC   {sent}"}).status_code == 200


def test_a_realm_is_quoted():
    """Whatever ASCII characters it has."""
    answer = make_client(realm='The "old" \\ site').get("/")

    assert answer.headers["WWW-Authenticate"].startswith(r'Basic realm="The \"old\" \\ site", ')


@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic ", "Basic !!!", "Basic YWRh", "Basic Og==", "Basic YWRhOg==", "Basic =", "Basic YWRhOg",
        "Basic " + b64encode(b"\xff\xfe:\xff").decode(), "Basic " + b64encode(b"ada\0:x").decode(),
        "Basic " + "A" * 100_000, "Digest YWRhOg==", "Basic YWRhOg==, Basic YWRhOg==", "Basic \xff", "Bearer x",
        "Basic " + b64encode(b"\xed\xa0\x80:x").decode(),
    ],
)  # fmt: skip
def test_what_is_no_sign_in_is_401(client, header):
    """Garbage is answered like a wrong password."""
    answer = client.get("/", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_random_headers_are_401(client, seed):
    """Never a 500, whatever bytes they have."""
    chance = random.Random(seed)
    for _ in range(300):
        sent = bytes(chance.randrange(1, 256) for _ in range(chance.randrange(60)))
        sent = b64encode(sent) if chance.random() < 0.5 else sent
        header = "Basic " + sent.decode("latin-1").replace("\r", "").replace("\n", "")

        assert client.get("/", headers={"Authorization": header}).status_code == 401, header


def test_a_stranger_costs_what_a_wrong_password_costs(checks):
    """One hash each, so that time does not say which names exist; and again the next time."""
    client = make_client()
    counts = []
    for name in ("ada", "nobody", "nobody", "ada", "", "bøb"):
        before = len(checks)
        assert client.get("/", headers=basic(name, "wrong")).status_code == 401
        counts.append(len(checks) - before)

    assert counts == [1, 1, 1, 1, 1, 1]


def test_a_right_password_is_hashed_once(checks):
    """It is remembered for a while; another password of the same user is not."""
    client = make_client()
    statuses = [client.get("/", headers=basic("ada", word)).status_code for word in ["secret:with:colons"] * 3 + ["x"]]

    assert statuses == [200, 200, 200, 401]
    assert checks == ["secret:with:colons", "x"]


def test_remembering_can_be_switched_off(checks):
    """Each request is hashed then."""
    client = make_client(remember=0)
    for _ in range(2):
        assert client.get("/", headers=basic("ada", "secret:with:colons")).status_code == 200

    assert len(checks) == 2


def test_only_so_many_are_remembered():
    """The oldest go first, and nothing of a password is kept."""
    known = basicauth.Remembered(300)
    asked = []

    def check(name, password):
        asked.append(name)
        return basicauth.User(name)

    for number in range(basicauth.MOST_KNOWN + 1):
        known.get((str(number), "secret"), check)
    known.get(("1", "secret"), check)
    known.get(("0", "secret"), check)

    assert asked[-2:] == [str(basicauth.MOST_KNOWN), "0"]
    assert len(known._until) == basicauth.MOST_KNOWN


def test_an_htpasswd_file_is_read(tmp_path):
    """With scrypt, apr1 and SHA-1; names of the configuration are added."""
    lines = ["# people", "", "eve:$apr1$abcdefgh$FBwExRW4dCc8aL.OvjpIE1", "sam:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="]
    (tmp_path / "htpasswd").write_text("\n".join([*lines, f"joe:{ADA}"]))
    client = make_client(file=str(tmp_path / "htpasswd"))

    for name, word in (("eve", "password"), ("sam", "password"), ("joe", "secret:with:colons"), ("bøb", "pässword")):
        assert client.get("/", headers=basic(name, word)).status_code == 200, name
        assert client.get("/", headers=basic(name, word + "x")).status_code == 401, name


@pytest.mark.parametrize("password", ["", "a", "0123456789abcdef", "0123456789abcdefg", "pässword" * 9])
def test_apr1_is_what_others_make(openssl, password):
    """The hashes of htpasswd and openssl."""
    made = subprocess.run(
        [openssl, "passwd", "-apr1", "-salt", "xyz", "-stdin"], input=password + "\n", capture_output=True, text=True,
        check=True,
    )  # fmt: skip

    assert _passwords.apr1(password.encode(), b"xyz") == made.stdout.strip()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"passwords": {"ada": "plain"}}, r"that of 'ada' is plain text or crypt, which is not safe.*kirsch password"),
        ({"passwords": {"ada": "rqXexS6ZhobKA"}}, "plain text or crypt"),
        ({"passwords": {"ada": "$2y$05$abcdefghijklmnopqrstuv"}}, r"bcrypt or crypt\) that Python cannot check"),
        ({"passwords": {"ada": 1}}, "passwords of 'ada' must be a text"),
        ({"passwords": {}, "roles": {}}, "passwords is empty"),
        ({"roles": {"adda": ["editor"]}}, "roles has somebody called 'adda'.*Did you mean 'ada'"),
        ({"roles": {"ada": 3}}, "roles of 'ada' must be a list"),
        ({"file": "nowhere"}, "file .*nowhere.* cannot be read"),
        ({"realm": "größe"}, "realm cannot be"),
        ({"realm": "a\r\nb"}, "realm cannot be"),
    ],
)
def test_mistakes_are_found_at_start(options, words):
    """With what to do instead."""
    with pytest.raises(ConfigError, match=words):
        make_client(**options)


def test_a_name_may_have_dots():
    """As in an address of electronic mail."""
    client = make_client(passwords={"ada@example.org": ADA}, roles={"ada@example.org": "editor"})

    answer = client.get("/", headers=basic("ada@example.org", "secret:with:colons"))

    assert answer.json == {"name": "ada@example.org", "roles": ["editor"]}


def test_one_action_alone_can_be_protected():
    """With the decorator; others do not ask."""

    class Some(Controller):
        def index(self):
            return "open"

        @tools.basicauth(passwords=USERS)
        def closed(self):
            return "closed"

    mapper = Mapper()
    mapper.connect("/", controller=Some, action="index")
    mapper.connect("/closed", controller=Some, action="closed")
    client = Client(Application(mapper))

    assert client.get("/").status_code == 200
    assert client.get("/closed").status_code == 401
