"""tools.autovary: caches know what an answer depends on."""

import pytest

from kirsch import Application, Controller, Mapper, Response
from kirsch.errors import ConfigError
from kirsch.testing import Client


class Pages(Controller):
    def plain(self):
        return "plain"

    def language(self):
        return self.request.headers.get("Accept-Language", "en")

    def several(self):
        environ = self.request.environ
        return f"{'HTTP_USER_AGENT' in environ} {environ.get('HTTP_X_THEME')} {self.request.cookie('a')}"

    def said(self):
        self.response.headers["Vary"] = "X-Theme, accept-language"
        return str(self.request.environ.get("HTTP_X_THEME")) + self.request.headers.get("DNT", "")

    def anything(self):
        return Response(self.request.headers.get("DNT", "0"), headers=[("Vary", "*")])

    def known(self):
        headers = self.request.headers
        return "".join(headers.get(name, "") for name in ("Host", "Authorization", "If-None-Match", "Range"))

    def refused(self):
        return {"it": self.request.headers["X-Missing"]}

    def versioned(self):
        response = Response(b"0123456789", content_type="image/png")
        response.etag = "1"
        response.conditional_response = True
        return response


def make_client(**more):
    mapper = Mapper()
    for action in ("plain", "language", "several", "said", "anything", "known", "versioned"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Client(Application(mapper, [Pages], {"tools.autovary": {}, **more}))


@pytest.mark.parametrize(
    ("path", "vary"),
    [
        ("/plain", None),
        ("/language", "Accept-Language"),
        ("/several", "Cookie, User-Agent, X-Theme"),
        ("/said", "X-Theme, accept-language, Dnt"),
        ("/anything", "*"),
        ("/known", None),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Accept-Language": "de", "User-Agent": "x", "Cookie": "a=1", "DNT": "1"}])
def test_what_was_read_is_said(path, vary, headers):
    """Whether it was sent or not: that it was missing decides as well. Nothing is said twice."""
    assert make_client().get(path, headers=headers).headers.get("Vary") == vary


def test_a_missing_page_varies_by_what_its_error_page_asks():
    """Errors come as pages or as problem details."""
    assert make_client().get("/nowhere").headers["Vary"] == "Accept"


def test_what_does_not_change_the_answer_can_be_left_out():
    """The site knows what it only writes down."""
    client = make_client(**{"tools.autovary.ignore": ["user-agent", "Cookie"]})

    assert client.get("/several").headers["Vary"] == "X-Theme"


def test_the_log_does_not_count():
    """The access log reads who asks, after the answer is made."""
    client = make_client(**{"tools.accesslog.file": "", "tools.requestid": {}})

    assert client.get("/plain").headers.get("Vary") is None


def test_other_tools_say_what_they_look_at():
    """Compression and pages by Accept are told once."""
    client = make_client(**{"tools.compression.minimum": 1})

    assert client.get("/language", headers={"Accept-Language": "x" * 600}).headers["Vary"].count("Accept-Encoding") == 1


def test_parts_and_conditions_are_heeded_as_ever():
    """Looking on changes nothing."""
    client = make_client()

    assert client.get("/versioned", headers={"Range": "bytes=2-4"}).body == b"234"
    assert client.get("/versioned", headers={"If-None-Match": '"1"'}).status_code == 304


def test_what_is_no_header_is_said_at_start():
    """With the name."""
    with pytest.raises(ConfigError, match="no name of a header"):
        make_client(**{"tools.autovary.ignore": ["a b"]})
