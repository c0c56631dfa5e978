"""The page to sign in on: what it tells, where it leads, and pages in its place."""

from html.parser import HTMLParser

import pytest

from door import make_client, sign_in
from kirsch import Controller, tools
from kirsch.policy import anyone


@pytest.fixture
def client():
    """A visitor of a site that ada and bob may sign in to."""
    return make_client()


def test_the_name_typed_is_escaped_on_the_page(client):
    """The reflected script of CherryPy's session_auth does nothing here: the name is an attribute's text."""
    script = "\"><script>alert('x')</script>"

    answer = sign_in(client, script, "x")
    page = client.get("/login?next=/%22%3E%3Cscript%3Ealert(1)%3C/script%3E&name=%3Cscript%3E&message=%3Cscript%3E")

    for text in (answer.text, page.text):
        parser = Tags()
        parser.feed(text)
        assert "script" not in parser.tags
    assert "&#34;&gt;&lt;script&gt;" in answer.text


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example/",
     "http:///evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example", "/\r\nX: y", "/\n/evil.example",
     "javascript:alert(1)", "data:text/html,x", "%2F%2Fevil.example", "evil.example", "?x", "", "/./\\evil.example",
     "/..//evil.example", "/.//evil.example", "///evil.example", "////evil.example", "/\x0b/evil.example",
     "/" + "a" * 3000, "/a\\b", "/login", "/login?next=/login", "/logout", "/\x85/evil.example"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(wanted):
    """The open redirect of CherryPy's session_auth: `next` may name a page of this site alone; else home is shown."""
    client = make_client()

    posted = client.post("/login", data={"name": "ada", "password": "lovelace", "next": wanted})
    client.post("/logout")
    in_query = client.post("/login?" + _query(wanted), data={"name": "ada", "password": "lovelace"})

    assert (posted.status_code, posted.location) == (303, "/")
    assert in_query.location == "/"
    assert client.get("/login?" + _query(wanted)).location == "/"


def _query(wanted):
    return "next=" + "".join(f"%{octet:02x}" for octet in wanted.encode())


@pytest.mark.parametrize("wanted", ["/", "/index?page=2&x=%2F", "/a//b", "/caf%C3%A9", "/a:b", "/@x", "/index#part"])
def test_every_page_of_this_site_can_be_come_back_to(client, wanted):
    """With its query."""
    assert client.post("/login", data={"name": "ada", "password": "lovelace", "next": wanted}).location == wanted


class Door(Controller):
    """A page to sign in on of the site's own."""

    @tools.allow(anyone)
    def door(self, name: str = "", password: str = "", next: str = ""):
        if self.request.method == "GET":
            return "my own page"
        return "welcome " + self.request.take("login").sign_in(name, password).name

    @tools.allow(anyone)
    def register(self):
        user = self.request.take("login").enter("bob")
        nobody = self.request.take("login").enter("eve")
        return f"{user.name} {nobody} {self.request.take('user').name} {self.request.take('login').onward('//evil')}"

    def out(self):
        self.request.take("login").leave()
        return f"bye {self.request.take('user')}"


def test_a_site_may_have_a_page_of_its_own():
    """A route at the path takes the place of the page; the door is what its action signs in by."""
    routes = [("/login", Door, "door"), ("/register", Door, "register"), ("/logout", Door, "out")]
    client = make_client(routes=routes)

    assert client.get("/index").location == "/login?next=/index"
    assert client.get("/login").text == "my own page"
    assert sign_in(client, "ada", "wrong").status_code == 401
    assert sign_in(client).text == "welcome ada"
    assert client.get("/index").text == "ada"
    assert client.post("/logout").text == "bye None"
    assert client.get("/register").text == "bob None bob /"
    assert client.get("/index").text == "bob"


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        ("mako", "<form>${csrf()}<b>${message}</b><i>${name}</i><a href='${next}'>${action}</a></form>"),
        (
            "jinja",
            "<form>{{ csrf() }}<b>{{ message }}</b><i>{{ name }}</i><a href='{{ next }}'>{{ action }}</a></form>",
        ),
    ],
)
def test_a_site_may_have_a_template_of_its_own(tmp_path, engine, text):
    """It sees what it has to show, escaped as in every page."""
    (tmp_path / f"door.{engine}").write_text(text)
    client = make_client({f"tools.{engine}.directories": ["."]}, root=tmp_path, template="door")

    page = client.get("/login?next=/index")
    wrong = sign_in(client, "<eve>", "x")

    assert "<b></b><i></i><a href='/index'>/login</a>" in page.text
    assert 'name="csrf_token"' in page.text
    assert "<b>Name or password is wrong.</b><i>&lt;eve&gt;</i>" in wrong.text


def test_the_page_has_its_style_under_any_policy():
    """A policy without 'unsafe-inline' for styles would leave it bare; the page brings a stricter one of its own."""
    client = make_client({"tools.secureheaders.policy": "default-src 'self'"})

    page, other = client.get("/login"), client.post("/logout", follow=True)

    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert other.headers["Content-Security-Policy"] == "default-src 'self'; frame-ancestors 'none'"
