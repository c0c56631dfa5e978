"""tools.caching among the other tools: what each does for a request still holds when the answer was kept."""

import gzip

import pytest

from cached import SECRET, Pages, make_app, make_client, runs, told
from kirsch import Application, Config, Mapper, Response
from kirsch.crud.static import Static as StaticFiles
from kirsch.errors import Forbidden
from kirsch.testing import Client

LONG = "All is well that is said more than once. " * 50
ALL = {
    "tools.sessions": {}, "tools.csrf": {}, "tools.etags": {}, "tools.compression": {}, "tools.secureheaders": {},
    "tools.requestid": {}, "tools.headers.send": {"X-Team": "kitchen"}, "tools.cors.origins": ["https://app.example"],
    "tools.ratelimit.limits": ["1000/minute"], "tools.hosts.allow": ["localhost"], "tools.trailingslash": {},
    "tools.cachecontrol": {"max_age": 60},
}  # fmt: skip


class Rich(Pages):
    def long(self):
        return f"run {self.run} {LONG}"

    def plain(self):
        return f"run {self.run}"

    def nonce(self):
        return f"run {self.run} {self.request.take('csp_nonce')}"

    def reading(self):
        return f"run {self.run} {self.request.environ.get('HTTP_ACCEPT_LANGUAGE')}"

    def tongue(self):
        return f"run {self.run} {self.request.take('translations').language}"

    def flashed(self):
        return f"run {self.run} {self.request.take('flash')}"

    def refused(self):
        self.run  # noqa: B018  # counts
        raise Forbidden("not for you")


@pytest.fixture
def client():
    return make_client(Rich, ALL)


def test_a_page_is_kept_packed_in_each_coding(client):
    """It is packed once for each; its tag and its length are those of what is sent."""
    first = [client.get("/long", headers={"Accept-Encoding": coding}) for coding in ("gzip", "br", "identity")]
    again = [client.get("/long", headers={"Accept-Encoding": coding}) for coding in ("gzip", "br", "identity")]

    assert [answer.body for answer in again] == [answer.body for answer in first]
    assert [answer.headers.get("Content-Encoding") for answer in again] == ["gzip", "br", None]
    assert len({answer.headers["ETag"] for answer in again}) == 3
    assert gzip.decompress(again[0].body).decode() == f"run 1 {LONG}"
    assert client.application.tally["/long"] == 3
    for coding, answer in zip(("gzip", "br", "identity"), again, strict=True):
        held = client.get("/long", headers={"Accept-Encoding": coding, "If-None-Match": answer.headers["ETag"]})
        assert (held.status_code, held.headers["ETag"]) == (304, answer.headers["ETag"])


def test_the_first_condition_is_answered_and_the_whole_page_is_kept(client):
    """A browser that comes back fills the cache for everybody."""
    tag = make_client(Rich, ALL).get("/plain").headers["ETag"]

    first = client.get("/plain", headers={"If-None-Match": tag})

    assert (first.status_code, told(client, "/plain")) == (304, "hit")
    assert runs(client, "/plain") == ["run 1"]


def test_what_is_said_to_each_request_is_said_anew(client):
    """Ids, limits and origins are of this request; everything is said once."""
    one = client.get("/plain", headers={"Origin": "https://app.example"})
    other = client.get("/plain")
    third = client.get("/plain", headers={"Origin": "https://app.example"})

    assert told(client, "/plain") == "hit"
    assert len({answer.headers["X-Request-ID"] for answer in (one, other, third)}) == 3
    assert [int(answer.headers["RateLimit-Remaining"]) for answer in (one, other, third)] == [999, 998, 997]
    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in (one, other, third)] == [
        "https://app.example", None, "https://app.example"]  # fmt: skip
    names = [name.lower() for name, _ in third.headerlist if name.lower() != "vary"]
    assert len(names) == len(set(names))
    assert {"content-security-policy", "x-team", "etag", "cache-control", "age"} <= set(names)


def test_hit_and_miss_say_the_same():
    """All headers, but those of one request and of the cache itself."""
    client = make_client(Rich, ALL)
    own = {"age", "cache-status", "x-request-id", "ratelimit-remaining", "ratelimit-reset"}

    miss, hit = (sorted(pair for pair in client.get("/plain").headerlist if pair[0].lower() not in own) for _ in "ab")

    assert hit == miss


def test_who_may_not_pass_gets_nothing_of_what_is_kept(client):
    """Limits of rate and hosts come first."""
    tight = make_client(Rich, {**ALL, "tools.ratelimit.limits": ["2/minute"]})

    assert [tight.get("/plain").status_code for _ in range(3)] == [200, 200, 429]
    client.get("/plain")
    assert client.get("/plain", headers={"Host": "evil.example"}).status_code == 421


def test_a_policy_is_asked_each_time():
    """What one user may see, another may not, however often it was kept."""
    site = {"tools.bearer.signed": True, "controllers.rich.tools.allow.policy": "scope:read"}
    from kirsch.tools.bearer import make_token

    client = make_client(Rich, site)
    reader, other = (
        {"Authorization": f"Bearer {make_token([SECRET], 'ada', scopes)}"} for scopes in (["read"], ["write"])
    )

    assert [client.get("/plain", headers=reader).text for _ in range(2)] == ["run 1", "run 1"]
    assert client.get("/plain", headers=other).status_code == 403
    assert client.get("/plain").status_code == 401
    assert [client.get("/plain", headers=reader).text for _ in range(2)] == ["run 1", "run 1"]


def test_a_tool_that_refuses_is_asked_each_time():
    """Whatever its place: pages of other sites that show ours, and tools of other packages."""
    strict = make_client(Rich, {"tools.referer": {}})
    ours, theirs = ({"Referer": f"http://{host}/"} for host in ("localhost", "other.example"))

    assert [strict.get("/plain", headers=headers).status_code for headers in (ours, theirs, ours)] == [200, 403, 200]
    assert [told(strict, "/plain", headers=ours), strict.get("/plain", headers=theirs).text.count("run")] == ["hit", 0]


def test_what_was_read_unsaid_is_found_by_autovary():
    """An action that looks at the language without a word in Vary; nothing is said of what nobody read."""
    client = make_client(Rich, {"tools.autovary": {}})

    texts = [client.get("/reading", headers={"Accept-Language": tongue}).text for tongue in ("de", "en", "de", "en")]
    plain = client.get("/plain", headers={"Cookie": "a=1"})

    assert texts == ["run 1 de", "run 2 en", "run 1 de", "run 2 en"]
    assert client.get("/reading", headers={"Accept-Language": "de"}).headers["Vary"] == "Accept-Language"
    assert "Vary" not in plain.headers
    assert told(client, "/plain", headers={"Cookie": "a=1"}) == "hit"


def test_each_language_is_kept_for_those_who_speak_it():
    """By what the browser says, and by what the visitor has chosen."""
    client = make_client(Rich, {"tools.translation.languages": ["en", "en-GB"], "tools.translation.directories": []})
    sent = [
        {"Accept-Language": "en"},
        {"Accept-Language": "en-GB"},
        {"Accept-Language": "en", "Cookie": "language=en-GB"},
    ]

    texts = [client.get("/tongue", headers=headers).text for headers in (*sent, *sent)]

    assert texts == ["run 1 en", "run 2 en-GB", "run 3 en-GB"] * 2


def test_a_page_with_a_nonce_is_not_kept():
    """A nonce that comes twice protects from nothing."""
    client = make_client(Rich, {"tools.secureheaders.policy": "script-src 'nonce-{nonce}'"})
    first, second = client.get("/nonce"), client.get("/nonce")

    assert first.text != second.text
    assert first.headers["Content-Security-Policy"] != second.headers["Content-Security-Policy"]
    assert runs(client, "/plain", 2) == ["run 1", "run 1"]


def test_a_page_that_shows_messages_is_not_kept(client):
    """They are for one visitor, once."""
    assert runs(client, "/flashed", 2) == ["run 1 []", "run 2 []"]


def test_errors_are_not_kept(client):
    """What is refused is refused by the action each time."""
    assert [client.get("/refused").status_code for _ in range(2)] == [403, 403]
    assert client.application.tally["/refused"] == 2


def test_files_are_not_kept(tmp_path):
    """They are found by their tool, which knows them, ranges and all."""
    (tmp_path / "a.txt").write_text("0123456789")
    mapper = Mapper()
    mapper.connect("static", "/static/{path:path}", controller=StaticFiles, action="file")
    site = {"tools.static.directories": [str(tmp_path)], "tools.caching": {}}
    client = Client(Application(mapper, site=Config(site)))

    first, second = client.get("/static/a.txt"), client.get("/static/a.txt", headers={"Range": "bytes=1-2"})

    assert (first.text, second.text) == ("0123456789", "12")
    assert "Cache-Status" not in first.headers
    assert client.application.tool("caching").held() == (0, 0)


def test_an_application_in_another_keeps_its_own_answers():
    """Both see one request, and neither takes the other's state for its own."""

    class Inner(Pages):
        def nested(self):
            return f"run {self.run}"

    inner = make_app(Inner)

    class Outer(Pages):
        def nested(self):
            body = inner(self.request.environ, lambda *_: None)
            return Response(b"".join(body) + f" in run {self.run}".encode(), headers=[("Cache-Control", "max-age=5")])

    client = make_client(Outer)

    assert runs(client, "/nested", 2) == ["run 1 in run 1"] * 2
    client.post("/nested")
    assert runs(client, "/nested", 2) == ["run 1 in run 2"] * 2
    assert inner.tally["/nested"] == 1


def test_a_site_without_it_is_not_slowed():
    """Where the tool is off, nothing of it runs: not a single call."""
    import sys

    application = make_app(site={"tools.caching.on": False})
    client = Client(application)
    client.get("/index")
    seen = []
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_filename) if event == "call" else None)
    try:
        client.get("/index")
    finally:
        sys.setprofile(before)

    assert not [name for name in seen if "caching" in name or "_caches" in name]
