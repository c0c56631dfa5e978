"""The names that every template has: addresses, files, forms, messages, navigation, whatever the engine."""

import re

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, NotFound
from kirsch.testing import Client

NS = 'xmlns:py="http://genshi.edgewall.org/"'
VALUES = ("site", "url('one', id=7)", "asset('app.css')", "request.path", "_('go')")


def page(shown: str, each: str, last: str = "") -> str:
    """A page by how an engine writes a value and the loops over messages and links."""
    values = "|".join(shown.format(value) for value in VALUES)
    return f"<p>{values}</p><form>{shown.format('csrf()')}</form>{each}{last}"


BRACES = "${{{}}}"
TEMPLATES = {
    "mako": page(
        BRACES,
        "\n% for kind, text in flash():\n<b>${kind}: ${text}</b>\n% endfor\n"
        "% for link in navigation():\n"
        "<a href='${link.url}'>${link.label}${'!' if link.current else ''}</a>\n% endfor\n",
    ),
    "jinja": page(
        "{{{{ {} }}}}",
        "{% for kind, text in flash() %}<b>{{ kind }}: {{ text }}</b>{% endfor %}"
        "{% for link in navigation() %}"
        "<a href='{{ link.url }}'>{{ link.label }}{{ '!' if link.current }}</a>{% endfor %}",
    ),
    "genshi": f"<html {NS}>"
    + page(
        BRACES,
        '<b py:for="kind, text in flash()">${kind}: ${text}</b>'
        '<a py:for="link in navigation()" href="${link.url}">${link.label}${"!" if link.current else ""}</a>',
        "</html>",
    ),
    "chameleon": "<html>"
    + page(
        BRACES,
        '<b tal:repeat="(kind, text) flash()">${kind}: ${text}</b>'
        "<a tal:repeat=\"link navigation()\" href=\"${link.url}\">${link.label}${'!' if link.current else ''}</a>",
        "</html>",
    ),
    "kajiki": "<html>"
    + page(
        BRACES,
        '<b py:for="kind, text in flash()">${kind}: ${text}</b>'
        "<a py:for=\"link in navigation()\" href=\"${link.url}\">${link.label}${'!' if link.current else ''}</a>",
        "</html>",
    ),
    "cheetah": page(
        "${}",
        "\n#for $kind, $text in $flash()\n<b>$kind: $text</b>\n#end for\n"
        "#for $link in $navigation()\n<a href='$link.url'>$link.label#if $link.current#!#end if#</a>\n#end for\n",
    ),
}
#: What a site may well call a value, and an engine has a use for.
ORDINARY = (
    "session", "application", "response", "sleep", "i18n", "transaction", "respond", "filter", "name", "data", "title",
    "template", "macros", "render", "body", "page", "parent", "repeat", "select",
)  # fmt: skip
SUFFIXES = {"mako": ".mako", "jinja": ".jinja", "genshi": ".genshi", "chameleon": ".pt", "kajiki": ".kajiki"}


class Said(Controller):
    name = "said"
    label = "What <was> said"

    def index(self):
        return self.page("page")

    def one(self, id: int):
        return self.page("values", **{name: f"<{name}>" for name in ORDINARY})

    def save(self):
        self.flash("Saved <it>.", "notice")
        self.flash("Done.")
        return "saved"

    def file(self, path: str):
        raise NotFound


@pytest.fixture(params=list(TEMPLATES))
def app(request, tmp_path):
    engine = request.param
    (tmp_path / "pages").mkdir()
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "app.css").write_text("p {}")
    (tmp_path / "pages" / f"page{SUFFIXES.get(engine, '.tmpl')}").write_text(TEMPLATES[engine])
    shown = "|".join((BRACES if engine != "jinja" else "{{{{ {} }}}}").format(name) for name in ORDINARY)
    text = f"<html {NS}><p>{shown}</p></html>" if engine == "genshi" else f"<p>{shown}</p>"
    (tmp_path / "pages" / f"values{SUFFIXES.get(engine, '.tmpl')}").write_text(text)
    mapper = Mapper()
    mapper.connect("said", "/said", controller=Said, action="index")
    mapper.connect("one", "/said/{id:int}", controller=Said, action="one")
    mapper.connect("/save", controller=Said, action="save")
    mapper.connect("static", "/static/{path:.*}", controller=Said, action="file")
    settings = {
        "site": {"name": "S & T", "secret_key": "not-this-one-but-32-random-characters"},
        "tools": {engine: {"directories": ["pages"]}, "sessions": {}, "csrf": {}},
        "controllers.said.actions.file.tools.static": {"directories": ["public"], "hashed": True},
    }
    return Application(mapper, site=Config(settings, root=tmp_path))


def test_a_page_has_the_names_of_the_guide(app):
    """Each value is escaped once; the hidden field is markup."""
    text = ask(app, "/said").text

    shown = re.search(r"<p>(.*?)</p>", text)
    assert shown
    address = re.fullmatch(r"S &amp; T\|/said/7\|(/static/app\.[0-9a-f]{10}\.css)\|/said\|go", shown[1])
    assert address
    assert "immutable" in ask(app, address[1]).headers["Cache-Control"]
    assert re.search(r"<form><input type=\"hidden\" name=\"csrf_token\" value=\"[\w-]+\"\s*/?></form>", text)


def test_values_may_have_ordinary_names(app):
    """What the action says of a name counts more than what an engine has of it."""
    expected = "|".join(f"&lt;{name}&gt;" for name in ORDINARY)

    assert f"<p>{expected}</p>" in ask(app, "/said/7").text


def test_a_page_links_to_the_controllers(app):
    """That which is shown is told from the others."""
    assert re.search(r"""<a href=["']/said["']>What &lt;was&gt; said!\s*</a>""", ask(app, "/said").text)


def test_a_page_shows_messages_once(app):
    """In the order they were left, with their kinds."""
    client = Client(app)
    client.post("/save")

    shown, again = client.get("/said").text, client.get("/said").text

    assert re.findall(r"<b>(.*?)</b>", shown) == ["notice: Saved &lt;it&gt;.", "success: Done."]
    assert "<b>" not in again
