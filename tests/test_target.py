"""Where a request goes and where it comes from, as far as a client can be believed."""

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Request
from kirsch.errors import BadRequest


class Where(Controller):
    """Says what it is asked for."""

    def index(self):
        request = self.request
        return {"host": request.host, "url": request.url, "domain": request.domain, "client": request.client_addr}


@pytest.fixture
def application():
    mapper = Mapper()
    mapper.connect("/where", controller=Where, action="index")
    return Application(mapper)


@pytest.mark.parametrize(
    ("scheme", "host", "url", "domain"),
    [
        ("http", "example.org", "http://example.org/where", "example.org"),
        ("http", "example.org:80", "http://example.org/where", "example.org"),
        ("https", "example.org:443", "https://example.org/where", "example.org"),
        ("https", "example.org:80", "https://example.org:80/where", "example.org"),
        ("http", "[2001:db8::1]:8080", "http://[2001:db8::1]:8080/where", "[2001:db8::1]"),
        ("http", "example.org:", "http://example.org/where", "example.org"),
    ],
)
def test_a_request_knows_its_address(application, scheme, host, url, domain):
    """With the host that the client names, without the port that the scheme has anyway."""
    request = Request.blank("/where", environ={"HTTP_HOST": host, "wsgi.url_scheme": scheme})

    assert (request.host, request.url, request.domain) == (host, url, domain)


def test_without_a_host_the_server_names_itself(application):
    """As clients of HTTP/1.0 do."""
    environ = {"SERVER_NAME": "shop.local", "SERVER_PORT": "8080"}
    request = Request.blank("/where", environ=environ)
    del request.environ["HTTP_HOST"]

    assert (request.host, request.host_url) == ("shop.local:8080", "http://shop.local:8080")


@pytest.mark.parametrize(
    "host",
    [
        "a b",
        "evil.example/path",
        "me@evil.example",
        "[::1",
        "a:b",
        "a:999999",
        "é",
        "a\t",
        "?",
        "a." * 30_000,
        "a" * 262,
    ],
    ids=lambda host: host[:20],
)
def test_what_is_no_host_is_a_bad_request(application, host):
    """No address is made of it; the answer is a 400 with a sentence (RFC 9112, section 3.2)."""
    sent = host.encode().decode("latin-1")

    answer = ask(application, "/where", environ={"HTTP_HOST": sent})

    assert answer.status == 400
    assert "The Host is malformed." in answer.text
    with pytest.raises(BadRequest):
        _ = Request.blank("/", environ={"HTTP_HOST": sent}).host_url


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"]
)
def test_what_a_client_says_of_itself_is_not_believed(application, header):
    """The address is that of the connection, and the host that of Host: anybody can send the other headers."""
    environ = {"REMOTE_ADDR": "192.0.2.7", f"HTTP_{header.upper().replace('-', '_')}": "198.51.100.1"}

    answer = ask(application, "/where", environ=environ)

    assert '"client":"192.0.2.7"' in answer.text
    assert '"url":"http://localhost/where"' in answer.text
