"""From http to https."""

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError

SITE = {"tools.hosts.allow": ["example.org", "[::1]"]}


class Pages(Controller):
    def index(self):
        return "page"

    def health(self):
        return "well"


def make_app(**options):
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    mapper.connect("/health", controller=Pages, action="health")
    return Application(
        mapper,
        config={**SITE, "tools.https": options, "controllers.pages.actions.health.tools.https.on": False},
    )


def come(app, path="/", host="example.org", **environ):
    return ask(app, path, environ={"HTTP_HOST": host, **environ})


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/", "https://example.org/"),
        ("/a/b?x=1&y=2%203", "https://example.org/a/b?x=1&y=2%203"),
        ("/caf%C3%A9", "https://example.org/caf%C3%A9"),
        ("//evil.example/a", "https://example.org//evil.example/a"),
    ],
)
def test_who_comes_by_http_is_sent_on(path, location):
    """To the same path and query on the same host, a path that no route takes too."""
    answer = come(make_app(), path)

    assert (answer.status, answer.headers["Location"]) == (308, location)


def test_the_address_is_kept_as_it_was_sent():
    """Where the server knows it: an encoded slash stays one."""
    answer = come(make_app(), "/a/b", REQUEST_URI="/a%2Fb?x")

    assert answer.headers["Location"] == "https://example.org/a%2Fb?x"


@pytest.mark.parametrize("uri", ["http://evil.example/", "*", "evil.example:443", ""])
def test_a_target_in_another_form_leads_to_the_path(uri):
    """The absolute form names a host that nobody has checked (RFC 9112, section 3.2.2)."""
    assert come(make_app(), "/a", REQUEST_URI=uri).headers["Location"] == "https://example.org/a"


def test_who_comes_by_https_gets_the_page():
    """And an action that is switched off is answered by http, too."""
    app = make_app()

    assert come(app, **{"wsgi.url_scheme": "https"}).text == "page"
    assert come(app, "/health").text == "well"


def test_port_and_status_can_be_chosen():
    """The port that http came by is dropped."""
    app = make_app(port=8443, status=301)

    answers = [come(app, host="example.org:8080"), come(app, host="[::1]:8080")]

    assert [answer.status for answer in answers] == [301, 301]
    assert [answer.headers["Location"] for answer in answers] == ["https://example.org:8443/", "https://[::1]:8443/"]


@pytest.mark.parametrize(("host", "status"), [("evil.example", 421), ("example.org@evil.example", 400)])
def test_nobody_is_sent_to_a_host_that_is_not_ours(host, status):
    """What the client calls us is checked first."""
    answer = come(make_app(), host=host)

    assert (answer.status, "Location" in answer.headers) == (status, False)


def test_a_host_that_nobody_checks_is_found_at_start():
    """The tool needs tools.hosts."""
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    with pytest.raises(ConfigError, match=r"tools\.https needs tools\.hosts"):
        Application(mapper, config={"tools.https.port": 443})


def test_a_port_that_is_none_is_found_at_start():
    """With its bounds."""
    with pytest.raises(ConfigError, match="port must be between 1 and 65535, not 0"):
        make_app(port=0)
