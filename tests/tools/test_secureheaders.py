"""What browsers are told to refuse on our behalf."""

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, NotFound, Response
from kirsch.errors import ConfigError


class Pages(Controller):
    def index(self):
        return "page"

    def framed(self):
        return Response("page", headers=[("x-frame-options", "SAMEORIGIN")])

    def missing(self):
        raise NotFound


def make_app(**options):
    mapper = Mapper()
    for action in ("index", "framed", "missing"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Application(mapper, config={"tools.secureheaders": options})


def headers_of(app, path="/index", scheme="http"):
    return ask(app, path, environ={"wsgi.url_scheme": scheme}).headers


@pytest.mark.parametrize("path", ["/index", "/missing", "/nowhere"])
def test_every_answer_carries_them(path):
    """Errors too, and addresses that no route takes."""
    headers = headers_of(make_app(), path)

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
    assert "script" not in headers["Content-Security-Policy"]
    assert not headers.keys() & {"Permissions-Policy", "Strict-Transport-Security"}


def test_what_an_action_has_set_is_left_alone():
    """However it writes the name; nothing is sent twice."""
    answer = ask(make_app(), "/framed")

    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_empty_option_leaves_its_header_out():
    """For pages that are meant to be framed by anybody, say."""
    headers = headers_of(make_app(policy="", frame="", referrer="", opener="", permissions="camera=()"))

    assert headers["Permissions-Policy"] == "camera=()"
    assert not headers.keys() & {
        "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        ({"policy": "default-src 'none'"}, "default-src 'none'; frame-ancestors 'none'"),
        ({"policy": "default-src 'none'", "frame": "SAMEORIGIN"}, "default-src 'none'; frame-ancestors 'self'"),
        ({"policy": "default-src 'none'", "frame": ""}, "default-src 'none'"),
        ({"policy": "frame-ancestors https://a.example"}, "frame-ancestors https://a.example"),
    ],
)
def test_the_policy_says_who_may_frame_a_page(options, policy):
    """As the header for older browsers does; a policy that says so itself is left as it is."""
    assert headers_of(make_app(**options))["Content-Security-Policy"] == policy


def test_a_policy_can_be_tried_out():
    """It is reported on, and nothing is blocked."""
    headers = headers_of(make_app(report_only=True))

    assert "Content-Security-Policy-Report-Only" in headers
    assert "Content-Security-Policy" not in headers


def test_https_is_insisted_on_over_https_only():
    """Browsers ignore it over http (RFC 6797, section 8.1)."""
    app = make_app(hsts=31536000, hsts_subdomains=True)

    assert headers_of(app, scheme="https")["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in headers_of(app, scheme="http")


@pytest.mark.parametrize("policy", ["default-src 'self'\r\nX: y", "größe", "a\0b"])
def test_a_value_that_is_no_headers_is_found_at_start(policy):
    """With the name of the header."""
    with pytest.raises(ConfigError, match="Content-Security-Policy cannot be"):
        make_app(policy=policy)


def test_browsers_may_know_of_https_before_the_first_visit():
    """Once a year of it, sub-domains included, has been promised."""
    app = make_app(hsts=31536000, hsts_subdomains=True, hsts_preload=True)

    sent = headers_of(app, scheme="https")["Strict-Transport-Security"]

    assert sent == "max-age=31536000; includeSubDomains; preload"
    with pytest.raises(ConfigError, match="hsts_preload needs hsts_subdomains = true and hsts of at least 31536000"):
        make_app(hsts=31536000, hsts_preload=True)
