"""What a visitor keeps, in every store."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from asking import ask
from visitors import visit


@pytest.fixture
def app(anywhere, site):
    return site(**anywhere)


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


def test_four_messages_and_one_of_a_request_that_failed_are_four(app):
    """The new one takes no older one's place, and does not get in by it."""
    _, cookie = visit(app, "/many", None)
    _, cookie = visit(app, "/promise", cookie)

    heard, _ = visit(app, "/hear", cookie)

    assert [said for _, said in json.loads(heard.text)] == [f"number {number}" for number in range(4)]


def test_a_first_request_that_failed_leaves_no_session(app):
    """There is nothing to keep."""
    assert "Set-Cookie" not in ask(app, "/promise").headers


def test_a_message_may_hold_any_text(app):
    """Half a surrogate pair, which JSON can bring; and many signs that are four bytes each."""
    _, cookie = visit(app, "/shout", None)

    heard, _ = visit(app, "/hear", cookie)

    assert json.loads(heard.text)[0][1] == "\N{CHERRIES}\ud800" * 100


def test_sign_in_renews_the_key_and_keeps_the_values(app):
    """Who planted a key of theirs on a visitor has nothing of what comes."""
    _, planted = visit(app, "/", None)
    _, cookie = visit(app, "/enter", planted)

    assert cookie != planted
    assert visit(app, "/peek", cookie)[0].text == "1"
    if app.tools[0].store != "cookie":
        assert visit(app, "/peek", planted)[0].text == "None"


@pytest.mark.slow
def test_visitors_at_the_same_time_do_not_meet(app):
    """Eight threads, eight visitors, fifty visits each: everyone counts their own."""

    def visits(_):
        cookie = None
        for _ in range(50):
            answer, cookie = visit(app, "/", cookie)
        return answer.text

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(visits, range(8))) == ["50"] * 8
