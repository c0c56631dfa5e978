"""Only our own hosts are answered for."""

import random
import string

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError

ALLOWED = ["example.org", ".shop.example", "bücher.example", "straße.example", "127.0.0.1", "::1", "port.example:8443"]


class Home(Controller):
    def index(self):
        return self.request.take("host")


def make_app(*allow):
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    return Application(mapper, config={"tools.hosts.allow": list(allow)})


@pytest.fixture(scope="module")
def app():
    return make_app(*ALLOWED)


def status(app, host, path="/", scheme="http"):
    return ask(app, path, environ={"HTTP_HOST": host, "wsgi.url_scheme": scheme}).status


@pytest.mark.parametrize(
    "host",
    [
        "example.org", "EXAMPLE.Org", "example.org.", "example.org:80", "example.org:9999", "example.org:",
        "a.shop.example", "a.b.shop.example:1", "xn--bcher-kva.example", "XN--STRAE-OQA.example", "127.0.0.1",
        "127.0.0.1:8080", "[::1]", "[0:0:0::1]:8080", "port.example:8443",
    ],
)  # fmt: skip
def test_our_hosts_are_answered(app, host):
    """Whatever the case, the dot at the end, the port where none is asked for, and the way an address is written."""
    answer = ask(app, "/", environ={"HTTP_HOST": host})

    assert (answer.status, answer.text) == (200, host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "example.org.evil.example", "evilexample.org", "sub.example.org", "shop.example",
        "evilshop.example", ".shop.example", "a..shop.example", "..shop.example", "example.org..",
        "example.org,evil.example", "127.0.0.2", "[::2]", "1.127.0.0.1", "port.example", "port.example:443",
        "bcher.example", "%65xample.org", "org", ".", "..",
    ],
)  # fmt: skip
def test_other_hosts_are_misdirected(app, host):
    """421: the request is sound, and this is the wrong server for it (RFC 9110, section 15.5.20)."""
    assert status(app, host) == 421
    assert status(app, host, "/nowhere") == 421


@pytest.mark.parametrize(
    "host",
    [
        "example.org/evil", "example.org@evil.example", "example.org evil", "example.org:80:80", "[::1", "[:::]", "[]",
        "[1.2.3.4]", "example.org:evil", "example.org\x00", "b\xfccher.example", "example.org:99999999", "http://example.org",
    ],
)  # fmt: skip
def test_what_is_no_host_is_a_bad_request(app, host):
    """400 (RFC 9112, section 3.2), and never an error of ours."""
    assert status(app, host) == 400


def test_the_port_of_the_scheme_need_not_be_said():
    """Under https a host without a port has 443."""
    app = make_app("example.org:443")

    assert [status(app, "example.org", scheme=scheme) for scheme in ("https", "http")] == [200, 421]


def test_without_a_host_the_server_speaks_for_itself():
    """HTTP/1.0 names none; what the server is called must then be allowed."""
    environ = {"SERVER_NAME": "inside", "SERVER_PORT": "80", "HTTP_HOST": ""}

    assert ask(make_app("inside"), "/", environ=dict(environ)).status == 200
    assert ask(make_app("example.org"), "/", environ=dict(environ)).status == 421


def test_no_garbage_passes(app, seed):
    """Whatever stands in the header, only a host of ours is answered."""
    chance = random.Random(seed)
    pieces = [
        *ALLOWED,
        "example.org",
        ".",
        ":",
        "[",
        "]",
        "@",
        "/",
        "%",
        "xn--",
        ":80",
        "\x7f",
        "\xff",
        *string.printable,
    ]
    for _ in range(2000):
        host = "".join(chance.choices(pieces, k=chance.randint(1, 6)))

        answer = ask(app, "/", environ={"HTTP_HOST": host})

        assert answer.status in (200, 400, 421), host
        name = host.lower().partition(":")[0].removesuffix(".")
        ours = name in (*ALLOWED, "port.example") or name.endswith(
            (".shop.example", "xn--bcher-kva.example", "xn--strae-oqa.example")
        )
        assert answer.status != 200 or ours or host.startswith("["), host


@pytest.mark.parametrize(
    "host", ["", "*", "http://example.org", "exa mple.org", "example.org/x", "a..b", "[::1", "a:0", "a:b"]
)
def test_what_cannot_be_a_host_is_found_at_start(host):
    """With words on what to write."""
    with pytest.raises(ConfigError, match="allow cannot hold"):
        make_app("example.org", host)


def test_nothing_allowed_is_found_at_start():
    """A site that answers nobody is a mistake."""
    with pytest.raises(ConfigError, match="allow is empty"):
        make_app()
