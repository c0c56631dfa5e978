"""What a visitor keeps, in every store."""

import json
import secrets
import uuid
from urllib.parse import quote

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError, Conflict

SECRET = "0123456789abcdef"


class Counter(Controller):
    def index(self):
        self.session["count"] = self.session.get("count", 0) + 1
        return str(self.session["count"])

    def peek(self):
        return str(self.session.get("count"))

    def nothing(self):
        return "nothing"

    def leave(self):
        self.session.forget()
        return "bye"

    def say(self, text: str):
        self.flash(text)
        return "said"

    def promise(self):
        self.flash("It has been saved.")
        raise Conflict("It could not be saved.")

    def hoard(self):
        self.session["much"] = secrets.token_hex(4000)
        return "kept"

    def hear(self):
        return json.dumps(self.request.take("flash"))


def make_app(**settings):
    mapper = Mapper()
    mapper.connect("/", controller=Counter, action="index")
    for action in ("peek", "nothing", "leave", "say", "promise", "hoard", "hear"):
        mapper.connect(f"/{action}", controller=Counter, action=action)
    return Application(mapper, site=Config({"site.secret_key": SECRET, "tools.sessions": settings}))


@pytest.fixture(params=["cookie", "memory", "redis"])
def app(request):
    settings = {"store": request.param}
    if request.param == "redis":
        settings |= {"url": request.getfixturevalue("redis_url"), "prefix": f"kirsch-test-{uuid.uuid4()}:"}
    made = make_app(**settings)
    yield made
    made.close()


def cookie_of(answer):
    return answer.headers["Set-Cookie"].split(";")[0]


def visit(app, path, cookie):
    """The answer, and the cookie the visitor holds afterwards."""
    answer = ask(app, path, headers={"Cookie": cookie} if cookie else {})
    return answer, cookie_of(answer) if "Set-Cookie" in answer.headers else cookie


def test_values_last_from_request_to_request(app):
    """Three visits count to three; another visitor starts at one."""
    cookie, texts = None, []
    for _ in range(3):
        answer, cookie = visit(app, "/", cookie)
        texts.append(answer.text)

    assert texts == ["1", "2", "3"]
    assert visit(app, "/", None)[0].text == "1"


def test_who_does_not_ask_for_the_session_gets_no_cookie(app):
    """Pages without a session can be cached by anyone."""
    answer = ask(app, "/nothing")

    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


def test_an_unchanged_session_sends_no_new_cookie(app):
    """Reading alone leaves the cookie as it is."""
    _, cookie = visit(app, "/", None)

    answer, _ = visit(app, "/peek", cookie)

    assert (answer.text, "Set-Cookie" in answer.headers, answer.headers["Vary"]) == ("1", False, "Cookie")


@pytest.mark.parametrize(
    "cookie", ["session=forged", "session=", "session=a.b.c", "session=\xff", "session=" + "x" * 9000]
)
def test_a_forged_cookie_is_a_new_visitor(app, cookie):
    """Nothing a client makes up is believed, and nothing of it is an error."""
    assert visit(app, "/peek", cookie)[0].text == "None"


def test_the_cookie_is_kept_from_scripts_and_other_sites(app):
    """HttpOnly, SameSite=Lax; Secure under https."""
    plain = ask(app, "/").headers["Set-Cookie"]
    secure = ask(app, "/", environ={"wsgi.url_scheme": "https"}).headers["Set-Cookie"]

    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert ("secure" in plain.lower(), "secure" in secure.lower()) == (False, True)


def test_leaving_forgets_everything(app):
    """The cookie is deleted; what it held is gone."""
    _, cookie = visit(app, "/", None)

    answer, _ = visit(app, "/leave", cookie)

    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_a_message_is_shown_once(app):
    """`flash` waits for the next page that shows messages."""
    _, cookie = visit(app, "/say?text=saved", None)

    heard, cookie = visit(app, "/hear", cookie)
    again, _ = visit(app, "/hear", cookie)

    assert (heard.text, again.text) == ('[["success", "saved"]]', "[]")


def test_messages_that_nobody_reads_do_not_outgrow_a_cookie(app):
    """The latest four are kept, long ones cut; browsers refuse cookies of more than 4096 bytes."""
    cookie = None
    for start in range(30):
        text = "".join(chr(0x4E00 + (start * 1021 + place * 7919) % 20000) for place in range(300))
        _, cookie = visit(app, f"/say?text={quote(text)}", cookie)

    heard, _ = visit(app, "/hear", cookie)

    assert len(cookie) < 4000
    assert [len(said) for _, said in json.loads(heard.text)] == [200] * 4


def test_a_message_of_a_request_that_failed_is_not_shown(app):
    """What was said to be done and then was not is never told as done; older messages still wait."""
    _, cookie = visit(app, "/say?text=earlier", None)
    answer, cookie = visit(app, "/promise", cookie)

    heard, _ = visit(app, "/hear", cookie)

    assert (answer.status, heard.text) == (409, '[["success", "earlier"]]')


def test_a_session_ends():
    """After its seconds a cookie is a stranger's."""
    app = make_app(store="cookie", seconds=-1)
    _, cookie = visit(app, "/", None)

    assert visit(app, "/peek", cookie)[0].text == "None"


def test_a_session_too_large_for_a_cookie_is_an_error_not_a_loss(caplog):
    """Browsers would drop the cookie without a word; the log says what to do instead."""
    answer = ask(make_app(store="cookie"), "/hoard")

    assert (answer.status, "Set-Cookie" in answer.headers) == (500, False)
    assert 'set store = "redis" under [tools.sessions]' in caplog.text


def test_a_store_that_is_away_is_503_not_500():
    """Redis at a port where nobody listens."""
    app = make_app(store="redis", url="redis://127.0.0.1:1/0")
    cookie = "session=" + next(iter(app.tools))._store.signer.sign("abc").decode()

    answer, _ = visit(app, "/peek", cookie)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    app.close()


def test_an_unknown_store_is_named_at_start():
    """The sentence lists the stores."""
    with pytest.raises(ConfigError, match="must be one of 'cookie', 'memory', 'redis'"):
        make_app(store="memcached")


def test_without_a_secret_the_site_does_not_start():
    """The mistake comes with the command that mends it."""
    with pytest.raises(ConfigError, match=r"secret_key.*token_hex"):
        Application(Mapper(), config={"tools.sessions": {}})


def test_a_missing_secret_is_one_sentence_for_all_tools(tmp_path):
    """It names the file where a generated project keeps its secrets."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text("[tools.sessions]\n[tools.csrf]\n")

    with pytest.raises(ConfigError) as caught:
        Application(Mapper(), site=Config("config/site.toml", root=tmp_path))

    (sentence,) = caught.value.mistakes
    assert sentence.startswith("tools.sessions and tools.csrf need a random text")
    assert "in config/secrets.toml, [site]" in sentence
    assert "token_hex(32)" in sentence
