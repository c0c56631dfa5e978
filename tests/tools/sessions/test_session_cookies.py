"""What a session cookie is good for, how long, and what is made of one that is not ours."""

import random
import time
from datetime import date

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.signing import Signer
from kirsch.testing import Client
from visitors import SECRET, make_app, visit


@pytest.mark.parametrize("store", ["cookie", "memory"])
def test_a_session_that_is_used_goes_on(store, monkeypatch):
    """Read every day it outlives its seconds, which it does not do unused."""
    app = make_app(store=store, seconds=1000)
    start = time.time()
    _, cookie = visit(app, "/", None)
    unused = cookie

    for step in range(1, 31):
        monkeypatch.setattr(time, "time", lambda step=step: start + 50 * step)
        answer, cookie = visit(app, "/peek", cookie)
        assert answer.text == "1"

    assert visit(app, "/peek", unused)[0].text == "None"
    monkeypatch.setattr(time, "time", lambda: start + 1500 + 1000)
    assert visit(app, "/peek", cookie)[0].text == "None"


@pytest.mark.parametrize("store", ["cookie", "memory"])
def test_no_byte_of_a_cookie_can_be_changed(store, seed):
    """Each byte in turn, dropped, doubled, and replaced by another: a new visitor every time."""
    app = make_app(store=store)
    _, cookie = visit(app, "/", None)
    name, _, value = cookie.partition("=")
    chance = random.Random(seed)

    assert visit(app, "/peek", f"{name}={value}")[0].text == "1"
    for place, byte in enumerate(value):
        others = [chr(code) for code in (*range(0x21, 0x3B), *range(0x3C, 0x7F), 0xFC) if chr(code) != byte]
        for other in ("", byte * 2, *chance.sample(others, 5)):
            forged = value[:place] + other + value[place + 1 :]
            assert visit(app, "/peek", f"{name}={forged}")[0].text == "None", forged


def test_a_cookie_of_another_store_or_tool_is_none_of_a_session():
    """One key signs for several purposes; none of them stands in for another."""
    _, cookie = visit(make_app(store="memory"), "/", None)

    assert visit(make_app(store="cookie"), "/peek", cookie)[0].text == "None"
    text = f"{int(time.time()):x}.eyJjb3VudCI6OX0="
    assert visit(make_app(), "/peek", f"session={Signer([SECRET], 'kirsch.csrf').sign(text)}")[0].text == "None"
    assert visit(make_app(), "/peek", f"session={Signer([SECRET], 'kirsch.session').sign(text)}")[0].text == "9"


def test_the_secret_key_can_be_replaced():
    """Sessions of the old key go on while it is named, and are signed with the new one from then on."""
    new = "fedcba9876543210"
    _, cookie = visit(make_app(), "/", None)

    answer, cookie = visit(make_app(keys=(new, SECRET)), "/", cookie)

    assert answer.text == "2"
    assert visit(make_app(keys=(new,)), "/peek", cookie)[0].text == "2"
    assert visit(make_app(), "/peek", cookie)[0].text == "None"


@pytest.mark.parametrize("options", [{"cookie": "a b"}, {"path": "/a;b"}, {"cookie": "__Host-session", "path": "/in"}])
def test_a_cookie_that_browsers_would_refuse_is_found_at_start(options):
    """Not with the first visitor."""
    with pytest.raises(ConfigError, match=r"tools\.sessions: .*cookie"):
        make_app(**options)


def test_a_session_ends(monkeypatch):
    """After its seconds a cookie is a stranger's."""
    app = make_app(store="cookie", seconds=60)
    _, cookie = visit(app, "/", None)
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)

    assert visit(app, "/peek", cookie)[0].text == "None"


def test_a_session_too_large_for_a_cookie_is_an_error_not_a_loss(caplog):
    """Browsers would drop the cookie without a word; the log says what to do instead."""
    answer = ask(make_app(store="cookie"), "/hoard")

    assert (answer.status, "Set-Cookie" in answer.headers) == (500, False)
    assert 'set store = "redis", "sql" or "file" under [tools.sessions]' in caplog.text


def test_an_unknown_store_is_named_at_start():
    """The sentence lists the stores."""
    with pytest.raises(ConfigError, match=r"store cannot be 'memcached'\. Known: cookie, file, memory, redis, sql"):
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


def attributes(**settings):
    """The attributes of the cookie that a site with these options sends over https."""
    app = make_app(**settings)
    line = ask(app, "/", environ={"wsgi.url_scheme": "https"}).headers["Set-Cookie"]
    return line.split("; ")[1:]


def test_a_cookie_may_end_with_the_browser():
    """`persistent = false` sends no Max-Age; the session still ends after its seconds."""
    assert attributes(persistent=False) == ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"]
    assert "Max-Age=60" in attributes(seconds=60)


@pytest.mark.parametrize(("samesite", "sent"), [("lax", "Lax"), ("strict", "Strict"), ("none", "None")])
def test_a_cookie_says_when_other_sites_bring_it_along(samesite, sent):
    """Lax if nothing is said."""
    assert f"SameSite={sent}" in attributes(samesite=samesite)
    assert "HttpOnly" in attributes(samesite=samesite)


def test_a_cookie_for_all_sites_goes_over_https_alone():
    """Browsers refuse SameSite=None without Secure: it is set over http as well, and cannot be switched off."""
    assert "Secure" in ask(make_app(samesite="none"), "/").headers["Set-Cookie"]
    with pytest.raises(ConfigError, match="SameSite=None needs https"):
        make_app(samesite="none", secure=False)


def test_a_cookie_may_be_for_sub_domains():
    """It is removed with the same attributes it was set with."""
    app = make_app(domain="example.org", path="/")
    _, cookie = visit(app, "/", None)

    left = ask(app, "/leave", headers={"Cookie": cookie}).headers["Set-Cookie"]

    assert "Domain=example.org" in attributes(domain="example.org")
    assert {"Domain=example.org", "Path=/", "Max-Age=0"} <= set(left.split("; "))


def test_a_path_cannot_be_made_of_a_cookie(options_for, tmp_path):
    """Not even by who has the secret key: names of sessions are forty hexadecimal digits."""
    app = make_app(**options_for("file"))
    (tmp_path / "secret").write_text('1 9999999999.0\n{"count": 7}')

    for name in ("../secret", "a/../../secret", "/etc/passwd", "", "\0", "0" * 39, "g" * 40, "A" * 40, "0" * 40 + "\n"):
        signed = Signer([SECRET], "kirsch.session.key").sign(f"{int(time.time()):x}.{name}")
        assert visit(app, "/peek", f"session={signed}")[0].text == "None"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("day", date(2026, 11, 21), "That of 'day', of the type date, it cannot: keep a text, or an id."),
        ("basket", [{"book"}], "That of 'basket', of the type list, it cannot: keep a text, or an id."),
        (("a", "b"), 1, "Keep texts, numbers, lists and dicts."),
    ],
)
def test_what_json_cannot_hold_is_named(name, value, sentence, caplog):
    """With the name that it was put under; the visitor is told of an error, and keeps what was there before."""

    class Days(Controller):
        def index(self):
            self.session[name] = value
            return "kept"

    mapper = Mapper()
    mapper.connect("/", controller=Days)
    settings = {"site.secret_key": "not-this-one-but-32-random-characters", "tools.sessions": {}}

    assert Client(Application(mapper, config=settings)).get("/").status_code == 500
    assert f"A session keeps values that JSON can hold. {sentence}" in caplog.text
