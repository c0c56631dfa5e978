"""What a session cookie is good for, how long, and what is made of one that is not ours."""

import random
import time
import uuid

import pytest

from asking import ask
from kirsch import Application, Config, Mapper
from kirsch.errors import ConfigError
from kirsch.signing import Signer
from kirsch.tools._stores import Session, open_store
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


@pytest.mark.parametrize("store", ["memory", "redis"])
def test_a_request_under_way_does_not_bring_back_a_session_that_was_left(store, request):
    """It saves after the visitor has signed out elsewhere; the key stays unknown."""
    url = request.getfixturevalue("redis_url") if store == "redis" else ""
    kept = open_store(store, [SECRET], 60, url, f"kirsch-test-{uuid.uuid4()}:")
    cookie = kept.save(Session(user="ann"))
    late, left = kept.load(cookie), kept.load(cookie)

    left.forget()
    kept.save(left)
    late["seen"] = 1
    kept.save(late)

    assert kept.load(cookie) == {}
    kept.close()


@pytest.mark.parametrize("options", [{"cookie": "a b"}, {"path": "/a;b"}, {"cookie": "__Host-session", "path": "/in"}])
def test_a_cookie_that_browsers_would_refuse_is_found_at_start(options):
    """Not with the first visitor."""
    with pytest.raises(ConfigError, match=r"tools\.sessions: .*cookie"):
        make_app(**options)


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
