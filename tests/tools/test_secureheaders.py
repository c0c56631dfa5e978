"""What browsers are told to refuse on our behalf."""

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup, NotFound, Response
from kirsch.errors import ConfigError
from kirsch.testing import Client


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


POLICY = "default-src 'self'; script-src 'self' 'nonce-{nonce}'"


class Scripts(Controller):
    def show(self):
        return {"title": "page"}

    def plain(self):
        return "plain"

    def own(self):
        self.response.headers["Cache-Control"] = "private, max-age=5"
        return Markup(self.request.take("csp_nonce"))

    def wrong(self):
        raise NotFound


def scripted(root, engine="mako", **options):
    """A site whose pages hold a script."""
    text = {
        "mako": "<script nonce='${csp_nonce()}'>1</script><style nonce='${csp_nonce()}'></style>",
        "jinja": "<script nonce='{{ csp_nonce() }}'>1</script><style nonce='{{ csp_nonce() }}'></style>",
    }
    (root / "scripts").mkdir(exist_ok=True)
    (root / "scripts" / f"show.{engine}").write_text(text[engine])
    (root / f"error.{engine}").write_text(text[engine])
    mapper = Mapper()
    for action in ("show", "plain", "own", "wrong"):
        mapper.connect(f"/{action}", controller=Scripts, action=action)
    renderer = {"directories": ["."], "error_page": "error"}
    tools = {"secureheaders": {"policy": POLICY, **options}, engine: renderer}
    return Client(Application(mapper, config={"tools": tools}, site=Config(root=root)))


@pytest.mark.parametrize("engine", ["mako", "jinja"])
@pytest.mark.parametrize("path", ["/show", "/wrong"])
def test_scripts_of_a_page_carry_its_nonce(tmp_path, engine, path):
    """The same in the page and in the header, another in the next answer; nobody stores the page."""
    client = scripted(tmp_path, engine)

    answers = [client.get(path) for _ in range(20)]

    for answer in answers:
        nonce = answer.text.split("nonce='")[1].split("'")[0]
        assert len(nonce) == 24
        assert answer.text.count(nonce) == 2
        assert f"script-src 'self' 'nonce-{nonce}'; frame" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    assert len({answer.text for answer in answers}) == 20


def test_a_page_without_a_nonce_costs_nothing(tmp_path):
    """Its policy has no word for one, and it may be stored."""
    answer = scripted(tmp_path).get("/plain")

    assert answer.headers["Content-Security-Policy"] == "default-src 'self'; script-src 'self'; frame-ancestors 'none'"
    assert "Cache-Control" not in answer.headers


def test_what_an_action_says_of_storing_a_page_stays(tmp_path):
    """It knows best."""
    answer = scripted(tmp_path).get("/own")

    assert answer.headers["Cache-Control"] == "private, max-age=5"
    assert f"'nonce-{answer.text}'" in answer.headers["Content-Security-Policy"]


def test_a_template_may_ask_for_a_nonce_where_none_is_needed(tmp_path):
    """It gets an empty text."""
    client = scripted(tmp_path, policy="default-src 'self'")

    assert "<script nonce=''>" in client.get("/show").text


def test_what_browsers_refuse_can_be_reported():
    """In the old way and in the new one."""
    headers = headers_of(make_app(policy="default-src 'self'", report_to="/reports", report_only=True))

    policy = headers["Content-Security-Policy-Report-Only"]
    assert policy == "default-src 'self'; frame-ancestors 'none'; report-uri /reports; report-to csp"
    assert headers["Reporting-Endpoints"] == 'csp="/reports"'


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"policy": "script-src {nonce}"}, "policy cannot have {nonce} alone"),
        ({"policy": "script-src nonce-{nonce}"}, "policy cannot have {nonce} alone"),
        ({"report_to": 'x"'}, "report_to must be a path"),
        ({"report_to": "/x; script-src *"}, "report_to must be a path"),
        ({"report_to": '/x", y="/z'}, "report_to must be a path"),
        ({"report_to": "javascript:x"}, "report_to must be a path"),
    ],
)
def test_mistakes_of_a_policy_are_found_at_start(options, words):
    """With how to write it."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


def test_a_page_with_a_nonce_is_kept_by_no_cache_of_ours(tmp_path):
    """Each visitor gets one of their own, whatever the action has said; what has none is kept."""
    (tmp_path / "kept").mkdir()
    mapper = Mapper()
    for action in ("show", "plain", "own"):
        mapper.connect(f"/{action}", controller=Scripts, action=action)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "show.mako").write_text("<script nonce='${csp_nonce()}'>1</script>")
    tools = {"secureheaders": {"policy": POLICY}, "mako": {"directories": ["."]}, "caching": {"seconds": 60}}
    client = Client(Application(mapper, config={"tools": tools}, site=Config(root=tmp_path)))

    assert len({client.get("/show").text for _ in range(3)}) == 3
    assert len({client.get("/own").text for _ in range(3)}) == 3
    client.get("/plain")
    assert "Age" in client.get("/plain").headers
