"""tools.encoding: character sets of before."""

import pytest

from kirsch import Application, Controller, Mapper, Markup, tools
from kirsch.errors import ConfigError
from kirsch.testing import Client

FORM = "application/x-www-form-urlencoded"


@tools.encoding(charset="iso-8859-1", forms=["iso-8859-1", "koi8-r"])
class Pages(Controller):
    def text(self):
        return "für"

    def euro(self):
        return "5 €"

    def html(self):
        return Markup("<p>für 5 €</p>")

    def pieces(self):
        self.response.content_type = "text/html"
        return iter(["<p>für", " 5 €", "</p>"])

    def lines(self):
        return iter(["für"])

    def data(self):
        return {"für": "5 €"}

    @tools.etags()
    def tagged(self):
        return "für"

    def save(self, title: str = "", name: str = ""):
        return {"title": title, "name": name}


@pytest.fixture
def client():
    mapper = Mapper()
    for action in ("text", "euro", "html", "pieces", "lines", "data", "tagged", "save"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Client(Application(mapper, [Pages]))


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/text", "text/plain; charset=iso-8859-1", b"f\xfcr"),
        ("/html", "text/html; charset=iso-8859-1", b"<p>f\xfcr 5 &#8364;</p>"),
        ("/pieces", "text/html; charset=iso-8859-1", b"<p>f\xfcr 5 &#8364;</p>"),
        ("/euro", "text/plain; charset=utf-8", "5 €".encode()),
        ("/lines", "text/plain; charset=utf-8", "für".encode()),
        ("/data", "application/json", '{"für":"5 €"}'.encode()),
    ],
)
@pytest.mark.parametrize("asked", ["", "utf-8", "iso-8859-5, unicode-1-1;q=0.8"])
def test_texts_are_sent_in_it(client, path, kind, body, asked):
    """As far as it has the characters; HTML has references for the others. Accept-Charset is not asked."""
    answer = client.get(path, headers={"Accept-Charset": asked})

    assert (answer.headers["Content-Type"], answer.body) == (kind, body)
    assert answer.headers.get("Content-Length", str(len(body))) == str(len(body))
    assert "Vary" not in answer.headers


def test_the_length_of_head_is_that_of_the_text_as_it_is_sent(client):
    """Three bytes, not four."""
    assert client.head("/text").headers["Content-Length"] == "3"


def test_the_entity_tag_is_that_of_the_text_as_it_is_sent(client):
    """And known again."""
    tag = client.get("/tagged").headers["ETag"]

    assert client.get("/tagged", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        (b"title=f%C3%BCr", FORM, "für"),
        (b"title=f%C3%BCr", f"{FORM}; charset=utf-8", "für"),
        (b"title=f%FCr", FORM, "für"),
        (b"title=f\xfcr", FORM, "für"),
        (b"title=f%FCr+a%26b", f"{FORM}; charset=ISO-8859-1", "für a&b"),
        (b"title=%C3%BC", f'{FORM}; charset="latin1"', "Ã¼"),
        (b"title=%C3%BC&_charset_=iso-8859-1", FORM, "Ã¼"),
        (b"title=%CD%C9%D2", f"{FORM}; charset=koi8-r", "мир"),
        (b"_charset_=koi8-r&title=%CD%C9%D2", FORM, "мир"),
        (b"_charset_=&title=f%FCr", FORM, "für"),
        (b"title=100%", FORM, "100%"),
        (b"", FORM, ""),
    ],
)
def test_forms_are_read_as_what_they_are(client, body, kind, title):
    """What is announced holds; if nothing is, UTF-8 if it is that, else the first that fits."""
    answer = client.post("/save", body, headers={"Content-Type": kind})

    assert (answer.status_code, answer.json["title"]) == (200, title)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"title=f%FCr", f"{FORM}; charset=utf-8", 400),
        (b"title=x", f"{FORM}; charset=utf-16", 415),
        (b"title=x", f"{FORM}; charset=utf-7", 415),
        (b"title=x", f"{FORM}; charset=nonsense", 415),
        (b"title=x", f"{FORM}; charset={'x' * 3000}", 415),
        (b"title=f%FC&_charset_=nonsense", FORM, 400),
        (b"title=f%FC&_charset_=%00", FORM, 400),
        (b"title=f%FC&_charset_=\x00\xff", FORM, 400),
        (b"title=f%FC&_charset_=utf-16", FORM, 400),
        (b"a&" * 2000, FORM, 413),
    ],
)
def test_what_is_neither_is_refused(client, body, kind, status):
    """As without the tool."""
    assert client.post("/save", body, headers={"Content-Type": kind}).status_code == status


def test_without_the_tool_a_form_is_utf_8():
    """400, and no guess."""
    mapper = Mapper()
    mapper.connect("/save", controller=Pages, action="save")
    client = Client(Application(mapper, [Pages], {"controllers.pages.tools.encoding.on": False}))

    assert client.post("/save", b"title=f%FCr", headers={"Content-Type": FORM}).status_code == 400


def test_a_form_with_a_token_is_still_checked():
    """The token is found in the form as it was read."""
    mapper = Mapper()
    mapper.connect("/save", controller=Pages, action="save")
    app = Application(mapper, [Pages], {"site.secret_key": "not-this-one-but-32-characters-xx", "tools.csrf": {}})

    ours = Client(app).post("/save", b"title=f%FCr", headers={"Content-Type": FORM})
    theirs = Client(app, same_origin=False).post("/save", b"title=f%FCr", headers={"Content-Type": FORM})

    assert (ours.status_code, theirs.status_code) == (200, 403)


@pytest.mark.parametrize(
    "name", ["utf-7", "utf-16", "nonsense", "punycode", "unicode_escape", "base64", "iso2022_jp", "hz"]
)
@pytest.mark.parametrize("option", ["charset", "forms"])
def test_what_cannot_be_taken_is_said_at_start(name, option):
    """What is harmless in UTF-8 could be a script in some of them."""
    with pytest.raises(ConfigError, match="none that can be taken"):
        Application(Mapper(), [], {"tools.encoding": {option: name}})
