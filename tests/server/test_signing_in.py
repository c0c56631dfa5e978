"""A real client signs in: curl, over the bundled server."""

import subprocess
from hashlib import md5, sha256

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.hashing import hashed
from kirsch.tools.bearer import make_token

KEY, REALM = "0123456789abcdef", "This site"
NAMES = {"ada": "secret", "bøb": "pässword: x", 'a"b\\c': "x"}


class Pages(Controller):
    def index(self, name: str, text: str = ""):
        return f"{self.request.method} {name} {self.request.take('user').name} {text}"


def make_app(**tools):
    mapper = Mapper()
    mapper.connect("/a b/{name}", controller=Pages, action="index", conditions={"method": ["GET", "POST"]})
    return Application(mapper, config={"site.secret_key": KEY, "tools": tools})


def digests(make):
    return {name: make(f"{name}:{REALM}:{word}".encode()).hexdigest() for name, word in NAMES.items()}


@pytest.fixture
def ask(curl):
    """A function that asks a site with curl and gives what it prints, the last status at its end."""

    def ask(site, *options):
        host, port = site.server.bound
        command = [curl, "--silent", "--write-out", " %{http_code}", *options, f"http://{host}:{port}/a%20b/x?text=hi"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout

    return ask


@pytest.mark.parametrize(("algorithm", "make"), [("SHA-256", sha256), ("MD5", md5)])
@pytest.mark.parametrize("name", NAMES)
def test_curl_proves_its_password(ask, running, algorithm, make, name):
    """With either algorithm, in UTF-8, with signs that have to be quoted."""
    site = running(make_app(digestauth={"passwords": digests(make), "algorithms": [algorithm]}))

    assert ask(site, "--digest", "--user", f"{name}:{NAMES[name]}") == f"GET x {name} hi 200"
    assert ask(site, "--digest", "--user", f"{name}:wrong").endswith(" 401")


def test_curl_sends_a_form_after_it_was_asked(ask, running):
    """The body comes with the second request."""
    site = running(make_app(digestauth={"passwords": digests(sha256)}))

    assert ask(site, "--digest", "--user", "ada:secret", "--data", "text=form") == "POST x ada form 200"


def test_curl_counts_its_requests(ask, running):
    """Each of several requests with one nonce is let in."""
    site = running(make_app(digestauth={"passwords": digests(sha256)}))
    host, port = site.server.bound
    again = [f"http://{host}:{port}/a%20b/y"] * 3

    assert ask(site, "--digest", "--user", "ada:secret", *again).count(" 200") == 4


def test_curl_hides_its_name_where_it_can(ask, running):
    """Or sends it, where it cannot; both are let in."""
    site = running(make_app(digestauth={"passwords": digests(sha256), "userhash": True}))

    assert ask(site, "--digest", "--user", "ada:secret") == "GET x ada hi 200"


def test_curl_chooses_the_best_way_it_knows(ask, running):
    """Of all that the answer offers: digest rather than basic, and either alone."""
    site = running(
        make_app(
            basicauth={"passwords": {"ada": hashed("secret", cost=16)}},
            bearer={"signed": True},
            digestauth={"passwords": digests(sha256)},
        )
    )
    token = make_token([KEY], "robot", ["read"])

    for way in (["--anyauth"], ["--basic"], ["--digest"]):
        assert ask(site, *way, "--user", "ada:secret") == "GET x ada hi 200"
    assert ask(site, "--oauth2-bearer", token) == "GET x robot hi 200"
    assert ask(site, "--oauth2-bearer", token + "x").endswith(" 401")


@pytest.mark.parametrize(
    "lines",
    [
        "Authorization: Basic YWRhOnNlY3JldA==\r\nAuthorization: Bearer x",
        "Authorization: Digest " + "a" * 8000,
        "Authorization: \xff\xfe",
        "Authorization:",
        'Authorization: Digest username="ada',
        "Authorization: Bearer " + "x" * 100_000,
    ],
    ids=range(6),
)
def test_whatever_comes_over_the_wire_is_refused(running, lines):
    """As a sign-in that is none, or as a request that is none; never with a 500."""
    ways = {"basicauth": {"passwords": {"ada": hashed("secret", cost=16)}}, "bearer": {"signed": True}}
    site = running(make_app(digestauth={"passwords": digests(sha256)}, **ways))

    sent = f"GET /a%20b/x HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n".encode("latin-1")

    assert site.send(sent).status() in (400, 401, 431)
