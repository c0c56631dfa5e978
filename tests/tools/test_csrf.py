"""Forms of other sites do nothing here."""

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup
from kirsch.errors import ConfigError
from kirsch.templating import csrf_field

SECRET = "0123456789abcdef"


class Notes(Controller):
    def index(self):
        return Markup(csrf_field(self.request))

    def plain(self):
        return "plain"

    def create(self, text: str = ""):
        return text or "created"


def make_app(*keys):
    mapper = Mapper()
    mapper.connect("/plain", controller=Notes, action="plain")
    mapper.connect("/", controller=Notes, action="index", conditions={"method": "GET"})
    mapper.connect("/", controller=Notes, action="create", conditions={"method": ["POST", "PUT", "DELETE"]})
    site = {"site.secret_key": keys[0], "site.old_secret_keys": list(keys[1:])}
    return Application(mapper, site=Config({**site, "tools.csrf.trusted_origins": ["https://ok.example"]}))


@pytest.fixture
def app():
    return make_app(SECRET)


def token_and_cookie(app):
    answer = ask(app, "/")
    cookie = answer.headers["Set-Cookie"]
    return answer.text.split('value="')[1].split('"')[0], cookie.split(";")[0], cookie


def test_a_form_with_its_token_passes(app):
    """The field that `csrf()` made, and the cookie that came with it."""
    token, cookie, _ = token_and_cookie(app)

    answer = ask(app, "/", method="POST", POST={"csrf_token": token, "text": "hi"}, headers={"Cookie": cookie})

    assert (answer.status, answer.text) == (200, "hi")


def test_the_token_can_come_in_a_header(app):
    """For scripts that send forms."""
    token, cookie, _ = token_and_cookie(app)

    assert ask(app, "/", method="POST", headers={"Cookie": cookie, "X-CSRF-Token": token}).status == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(app):
    """HttpOnly, SameSite=Lax; Secure under https."""
    _, _, cookie = token_and_cookie(app)
    secure = ask(app, "/", environ={"wsgi.url_scheme": "https"}).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "secure" not in cookie.lower()
    assert "secure" in secure.lower()


def test_two_open_tabs_both_work(app):
    """The second page gets no other cookie, and what both forms carry passes."""
    token, cookie, _ = token_and_cookie(app)

    again = ask(app, "/", headers={"Cookie": cookie})
    second = again.text.split('value="')[1].split('"')[0]

    assert "Set-Cookie" not in again.headers
    for one in (token, second, token):
        assert ask(app, "/", method="POST", headers={"Cookie": cookie, "X-CSRF-Token": one}).status == 200


def test_a_token_is_written_differently_each_time(app):
    """No part of it stays, so the length of packed pages tells nothing of it (BREACH)."""
    _, cookie, _ = token_and_cookie(app)

    pages = [ask(app, "/", headers={"Cookie": cookie}).text for _ in range(50)]

    assert len(set(pages)) == 50
    tokens = [page.split('value="')[1].split('"')[0] for page in pages]
    assert all(len({token[place] for token in tokens}) > 5 for place in range(64))
    assert {len(token) for token in tokens} == {64}


def test_a_token_made_up_of_a_cookie_does_not_pass(app):
    """Who sees the cookie, or sets one of their own, cannot make the token of it; nor do altered ones pass."""
    token, cookie, _ = token_and_cookie(app)
    value = cookie.partition("=")[2]
    other = ("A" if token[0] != "A" else "B") + token[1:]

    for one in (value, value[32:], "A" * 64, token[:-1], token + "A", other, token[:32] * 2, "\xff" * 64):
        sent = {"Cookie": cookie, "X-CSRF-Token": one}
        assert ask(app, "/", method="POST", headers=sent).status == 403, one


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cookie": "csrf=forged.AAAA", "X-CSRF-Token": "forged"},
        {"Cookie": "csrf=\xff", "X-CSRF-Token": "x"},
        {"X-CSRF-Token": "x"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
@pytest.mark.parametrize("content_type", ["", "application/x-www-form-urlencoded", "text/plain"])
def test_a_forged_form_is_403(app, headers, content_type):
    """Without a token of ours, whatever form it is."""
    assert ask(app, "/", method="POST", headers=headers, content_type=content_type).status == 403


def test_a_token_with_another_visitors_cookie_is_403(app):
    """Token and cookie belong together."""
    token, _, _ = token_and_cookie(app)
    _, cookie, _ = token_and_cookie(app)

    assert ask(app, "/", method="POST", headers={"Cookie": cookie, "X-CSRF-Token": token}).status == 403


def test_another_site_is_refused_whatever_the_method(app):
    """JSON and DELETE too, when the browser says where they come from."""
    for method in ("PUT", "DELETE", "POST"):
        answer = ask(
            app, "/", method=method, headers={"Origin": "https://evil.example"}, content_type="application/json"
        )
        assert answer.status == 403


def test_what_no_other_site_can_send_unasked_passes(app):
    """JSON, PUT and DELETE need the browser's leave, so command lines may use them freely."""
    assert ask(app, "/", method="POST", body=b"{}", content_type="application/json").status == 200
    assert ask(app, "/", method="DELETE").status == 200


def test_a_page_of_our_own_needs_no_token(app):
    """The browser vouches for it."""
    assert ask(app, "/", method="POST", headers={"Sec-Fetch-Site": "same-origin"}).status == 200
    trusted = {"Origin": "https://ok.example", "Sec-Fetch-Site": "cross-site"}
    assert ask(app, "/", method="POST", headers=trusted).status == 200


def test_a_page_without_a_form_gets_no_cookie(app):
    """It can be cached by anyone, and costs nothing."""
    answer = ask(app, "/plain")

    assert answer.text == "plain"
    assert not answer.headers.keys() & {"Set-Cookie", "Vary"}


def test_forms_that_are_open_survive_a_new_key(app):
    """While the old one is still named."""
    token, cookie, _ = token_and_cookie(app)
    sent = {"Cookie": cookie, "X-CSRF-Token": token}

    assert ask(make_app("fedcba9876543210", SECRET), "/", method="POST", headers=sent).status == 200
    assert ask(make_app("fedcba9876543210"), "/", method="POST", headers=sent).status == 403


def test_a_host_that_is_not_named_is_nobodys_origin(app):
    """An empty Host header does not make an opaque origin ours."""
    for origin in ("null", "https://", ""):
        answer = ask(app, "/", method="PUT", environ={"HTTP_HOST": ""}, headers={"Origin": origin})
        assert answer.status == 403


def test_reading_needs_no_token(app):
    """GET and HEAD change nothing."""
    assert ask(app, "/", headers={"Sec-Fetch-Site": "cross-site"}).status == 200


def test_without_a_secret_the_site_does_not_start():
    """The mistake comes with the command that mends it."""
    with pytest.raises(ConfigError, match=r"secret_key.*token_hex"):
        Application(Mapper(), config={"tools.csrf": {}})


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "://", "http://a@b:c/", "null", "http://\u2100.com"])
def test_an_origin_that_is_none_is_another_site(app, origin):
    """A header that no browser sends is refused, not stumbled over."""
    token, cookie, _ = token_and_cookie(app)
    sent = {"Cookie": cookie, "Origin": origin.encode().decode("latin-1")}

    assert ask(app, "/", method="POST", POST={"csrf_token": token}, headers=sent).status == 403
