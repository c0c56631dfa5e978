"""Pages by Genshi, Chameleon, Kajiki and Cheetah: what is promised of every engine."""

import subprocess
import sys
from urllib.parse import quote

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup
from kirsch.errors import ConfigError, KirschError
from kirsch.report.templates import template_mistakes
from kirsch.tool import Setup
from kirsch.tools import load_tool

PY, XI = 'xmlns:py="http://genshi.edgewall.org/"', 'xmlns:xi="http://www.w3.org/2001/XInclude"'
TEXTS = {
    "genshi": {
        "layout": f'<html {PY} py:strip=""><py:match path="body" once="true"><body><h1>${{site}}</h1>'
        "${select('*|text()')}</body></py:match></html>",
        "books/index": f'<html {PY} {XI}><xi:include href="../layout.genshi"/><body><ul id="rows">'
        '<li py:for="book in books" title="$book">$book</li></ul>$safe'
        '<a href="${url(\'books\')}">${_("go")}</a></body></html>',
        "error": f"<p {PY}>$status $title: $detail</p>",
        "form": f"<form {PY}>${{csrf()}}${{money(3)}}</form>",
        "undefined": "<p>\n${absent}</p>",
        "broken": f'<p {PY}>\n<b py:if="a b"/></p>',
    },
    "chameleon": {
        "layout": '<html metal:define-macro="page"><body><h1>${site}</h1>'
        '<tal:x metal:define-slot="body"/></body></html>',
        "books/index": '<tal:x metal:use-macro="load: layout.pt"><tal:x metal:fill-slot="body">'
        '<ul metal:define-macro="rows"><li tal:repeat="book books" title="${book}">${book}</li></ul>${safe}'
        "<a href=\"${url('books')}\">${_('go')}</a></tal:x></tal:x>",
        "error": "<p>${status} ${title}: ${detail}</p>",
        "form": "<form>${csrf()}${money(3)}</form>",
        "undefined": "<p>\n${absent}</p>",
        "broken": '<p>\n<b tal:condition="a b"/></p>',
    },
    "kajiki": {
        "layout": '<html><body><h1>${site}</h1><py:block name="body"/></body></html>',
        "books/index": '<py:extends href="layout.kajiki"><py:block name="body"><py:def function="rows()"><ul>'
        '<li py:for="book in books" title="$book">$book</li></ul></py:def>${rows()}$safe'
        "<a href=\"${url('books')}\">${_('go')}</a></py:block></py:extends>",
        "error": "<p>$status $title: $detail</p>",
        "form": "<form>${csrf()}${money(3)}</form>",
        "undefined": "<p>\n${absent}</p>",
        "broken": '<p>\n<b py:if="a b"/></p>',
    },
    "cheetah": {
        "layout": "<html><body><h1>$site</h1>#slurp\n#block rows\nnone\n#end block\n$self.writeBody()</body></html>",
        "books/index": "#extends layout.tmpl\n#def rows\n<ul>#slurp\n#for $book in $books\n"
        '<li title="$book">$book</li>#slurp\n#end for\n</ul>#slurp\n#end def\n'
        "$safe<a href=\"$url('books')\">$_('go')</a>#slurp\n",
        "error": "<p>$status $title: $detail</p>",
        "form": "<form>$csrf()$money(3)</form>",
        "undefined": "<p>\n$absent</p>",
        "broken": "<p>\n#if a b\n</p>",
    },
}
SUFFIXES = {"genshi": ".genshi", "chameleon": ".pt", "kajiki": ".kajiki", "cheetah": ".tmpl"}


class Books(Controller):
    name = "books"

    def index(self):
        return {"books": ["<one>", 'the "two" & it\'s'], "safe": Markup("<i>ok</i>")}

    def rows(self, name: str):
        return self.page("books/index", fragment=name, books=["<three>"], safe="")

    def streamed(self):
        return self.stream_page("books/index", books=range(3000), safe="")

    def form(self):
        return self.page("form")

    def undefined(self):
        return self.page("undefined")

    def missing(self):
        return self.page("books/nowhere")


def money(value):
    """With a sign that must be escaped."""
    return f"{value} & more"


def make_app(root, engine, **settings):
    (root / "pages" / "books").mkdir(parents=True, exist_ok=True)
    for name, text in TEXTS[engine].items():
        path = root / "pages" / f"{name}{SUFFIXES[engine]}"
        if not path.exists():
            path.write_text(text)
    mapper = Mapper()
    mapper.connect("books", "/books", controller=Books, action="index")
    for action in ("streamed", "form", "undefined", "missing"):
        mapper.connect(f"/{action}", controller=Books, action=action)
    mapper.connect("/rows/{name}", controller=Books, action="rows")
    options = {"directories": ["pages"], "error_page": "error", "names": {"money": money}}
    config = {"site": {"name": "S & T", "secret_key": "0123456789abcdef"}, f"tools.{engine}": options}
    return Application(mapper, site=Config(config, settings, root=root))


@pytest.fixture(params=list(TEXTS))
def engine(request):
    return request.param


@pytest.fixture
def app(engine, tmp_path):
    return make_app(tmp_path, engine)


def bare(text):
    """A page without its doctype, its line ends, and the ways in which engines write quotes."""
    text = text.removeprefix("<!DOCTYPE html>").replace("\n", "")
    return text.replace("&quot;", '"').replace("&#34;", '"').replace("&#39;", "'").replace(' id="rows"', "")


def test_a_page_stands_in_its_layout_with_everything_escaped(app):
    """In text and in attributes; only Markup goes through as it is."""
    answer = ask(app, "/books")

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert bare(answer.text) == (
        '<html><body><h1>S &amp; T</h1><ul><li title="&lt;one&gt;">&lt;one&gt;</li>'
        '<li title="the "two" &amp; it\'s">the "two" &amp; it\'s</li></ul><i>ok</i>'
        '<a href="/books">go</a></body></html>'
    )


def test_no_value_ends_an_attribute(app):
    """The quote that would is escaped."""
    attribute = ask(app, "/books").text.partition("<li title=")[2].partition("<li title=")[2]

    assert attribute.startswith(('"the &quot;two&quot; ', '"the &#34;two&#34; '))


def test_a_fragment_is_shown_alone(app):
    """An element, macro, function or def of the template."""
    assert bare(ask(app, "/rows/rows").text) == '<ul><li title="&lt;three&gt;">&lt;three&gt;</li></ul>'


@pytest.mark.parametrize("name", ["raws", "__init__", "__main__", 'x" or "rows'])
def test_a_fragment_that_is_not_there_is_named(engine, app, caplog, name):
    """Nothing else of the template is taken for one."""
    assert ask(app, f"/rows/{quote(name)}").status == 500
    assert f"books/index{SUFFIXES[engine]} has no " in caplog.text


def test_a_streamed_page_is_the_whole_page(app):
    """By engines that make pieces, and by those that make it at once."""
    answer = ask(app, "/streamed")

    assert answer.text.count("<li") == 3000
    assert bare(answer.text).endswith('<a href="/books">go</a></body></html>')
    assert "Content-Length" not in answer.headers


def test_errors_have_a_page(app):
    """Escaped as any other."""
    assert ask(app, "/nowhere").text.endswith("<p>404 Not Found: There is nothing at this address.</p>")


def test_helpers_and_names_of_the_site_work(engine, tmp_path):
    """The hidden field is markup, what a function makes is text."""
    app = make_app(tmp_path, engine, **{"tools.csrf": {}})

    text = ask(app, "/form").text

    assert '<input type="hidden" name="csrf_token" value="' in text
    assert "3 &amp; more</form>" in text


def test_a_missing_template_is_named_in_the_log(engine, app, tmp_path, caplog):
    """With where it was looked for, and the tool that would be switched off."""
    assert ask(app, "/missing").status == 500
    assert f"There is no template 'books/nowhere{SUFFIXES[engine]}' in {tmp_path / 'pages'}" in caplog.text
    assert f"@tools.{engine}(on=False)" in caplog.text


def test_an_undefined_name_is_an_error(engine, app, caplog):
    """That names it, and the template."""
    assert ask(app, "/undefined").status == 500
    assert "absent" in caplog.text


def test_a_broken_template_is_found_by_check(engine, app):
    """By file, and line where the engine knows it."""
    found = template_mistakes(app)

    lines = {"genshi": ", line 2: ", "chameleon": ", line 2: ", "kajiki": ": ", "cheetah": ", line "}
    broken = [one for one in found if one.startswith(f"pages/broken{SUFFIXES[engine]}{lines[engine]}")]
    assert len(broken) == 1, found
    assert not [one for one in found if "index" in one]


@pytest.mark.parametrize("reload", [True, False])
def test_templates_are_read_anew_where_asked_for(engine, tmp_path, reload):
    """A page and its layout; `reload` says whether."""
    app = make_app(tmp_path, engine, **{f"tools.{engine}.reload": reload})
    ask(app, "/books")
    layout = tmp_path / "pages" / f"layout{SUFFIXES[engine]}"
    layout.write_text(layout.read_text().replace("<h1>", "<h1>changed "))

    assert ("changed" in ask(app, "/books").text) == reload


@pytest.mark.parametrize("name", ["../secret", "//../../secret", "..\\secret", "books/../../secret", "{root}/secret"])
def test_no_name_leads_out_of_the_folders(engine, tmp_path, name):
    """Not as the name of a page, whatever the engine takes for a path."""
    make_app(tmp_path, engine)
    (tmp_path / f"secret{SUFFIXES[engine]}").write_text("<p>the secret</p>")
    renderer = load_tool(engine)(directories=["pages"])
    renderer.prepare(Setup(tmp_path))

    with pytest.raises(KirschError, match=r"leads out of the folders|There is no template"):
        renderer.page(name.format(root=tmp_path) + SUFFIXES[engine], {})


def bringing(engine, name):
    """A template that brings in another one by its name."""
    return {
        "genshi": f'<p {XI}><xi:include href="{name}.genshi"/></p>',
        "chameleon": f'<p metal:use-macro="load: {name}.pt"/>',
        "kajiki": f'<p><py:include href="{name}.kajiki"/></p>',
        "cheetah": f"#extends {name}.tmpl\nx",
    }[engine]


@pytest.mark.parametrize("name", ["../../secret", "/../secret", "..\\..\\secret", "{root}/secret"])
def test_what_a_template_brings_in_lies_in_the_folders(engine, tmp_path, name):
    """A layout or an include as well."""
    make_app(tmp_path, engine)
    (tmp_path / f"secret{SUFFIXES[engine]}").write_text("<p>the secret</p>")
    page = tmp_path / "pages" / "books" / f"bringing{SUFFIXES[engine]}"
    page.write_text(bringing(engine, name.format(root=tmp_path)))
    renderer = load_tool(engine)(directories=["pages"])
    renderer.prepare(Setup(tmp_path))

    with pytest.raises(Exception, match=r"leads out of the folders|no template|not found"):
        renderer.page(f"books/bringing{SUFFIXES[engine]}", {})


def test_cheetah_includes_nothing(tmp_path):
    """`#include` would take any path of the machine."""
    (tmp_path / "page.tmpl").write_text("#include 'other.tmpl'\n")
    (tmp_path / "other.tmpl").write_text("x")
    renderer = load_tool("cheetah")(directories=["."])
    renderer.prepare(Setup(tmp_path))

    with pytest.raises(KirschError, match=r"#include 'other.tmpl': bring it in as a def of a layout"):
        renderer.page("page.tmpl", {})


def test_defs_of_cheetah_are_escaped_once(tmp_path):
    """However deep they are shown in each other."""
    (tmp_path / "page.tmpl").write_text("#def a\n<b>$x</b>#slurp\n#end def\n#def b\n$a()$x#slurp\n#end def\n$b()")
    renderer = load_tool("cheetah")(directories=["."])
    renderer.prepare(Setup(tmp_path))

    assert renderer.page("page.tmpl", {"x": "<"}) == "<b>&lt;</b>&lt;"


@pytest.mark.parametrize(
    ("engine", "package"),
    [("genshi", "genshi"), ("chameleon", "chameleon"), ("kajiki", "kajiki"), ("cheetah", "Cheetah")],
)
def test_a_missing_package_is_one_sentence(tmp_path, monkeypatch, engine, package):
    """Which setting needs it, and the command that brings it."""
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"kirsch.tools.{engine}", raising=False)

    with pytest.raises(
        ConfigError, match=rf"tools.{engine} needs the package .* Run: pip install 'kirsch\[{engine}\]'"
    ):
        make_app(tmp_path, engine)


@pytest.mark.slow
def test_no_engine_warns(engine, tmp_path):
    """A site that turns warnings into errors can use it."""
    make_app(tmp_path, engine)
    program = (
        f"from kirsch.tools import load_tool\nfrom kirsch.tool import Setup\nfrom pathlib import Path\n"
        f"r = load_tool({engine!r})(directories=['pages'])\nr.prepare(Setup(Path.cwd()))\n"
        f"print(r.page('error{SUFFIXES[engine]}', dict(status=404, title='<', detail='&')))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "<p>404 &lt;: &amp;</p>" in ran.stdout
