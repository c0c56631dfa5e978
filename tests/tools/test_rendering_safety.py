"""What templates may not do, where compiled ones are kept, and the names that a site adds."""

import os
import stat
from pathlib import Path

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup
from kirsch.errors import ConfigError, KirschError
from kirsch.tool import Setup
from kirsch.tools import load_tool

SECRET = "the secret of the site"


class Pages(Controller):
    name = "pages"

    def index(self):
        return {"name": self.request.GET.get("name", "pages/part")}

    def show(self):
        return self.page(self.request.GET["name"])


def money(value):
    """A price as people write it."""
    return f"{value:.2f} <EUR>"


def starred(value):
    """A price with markup of its own."""
    return Markup("<b>{}</b>").format(value)


SHOWN = {
    "mako": {"index": "<%include file='${name}'/>", "part": "the part"},
    "jinja": {"index": "{% include name %}", "part": "the part"},
}


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


def make_app(root, engine, texts=None, **options):
    folder = root / "site" / "templates" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (texts or SHOWN[engine]).items():
        path = folder / f"{name}.{engine}"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    for outside in (root, root / "site", root / "site" / "templates-other"):
        outside.mkdir(exist_ok=True)
        (outside / f"secret.{engine}").write_text(SECRET)
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    mapper.connect("/show", controller=Pages, action="show")
    settings = {f"tools.{engine}": {"directories": ["templates"], **options}}
    return Application(mapper, site=Config(settings, root=root / "site"))


# Each is tried as the name of a page, and as what a template includes; {root} is the folder above the site's.
NAMES = (
    "../secret", "../../secret", "/../secret", "//../secret", "//../../secret", "///..//../secret", "./../secret",
    "pages/../../secret", "pages//../../secret", "pages/./../../secret", "..", "../templates-other/secret",
    "../templates/../secret", "..\\secret", "..\\..\\secret", "\\..\\secret", "pages\\..\\..\\secret",
    "..\\../secret", "C:/../../secret", "C:\\..\\..\\secret", "{root}/secret", "/{root}/secret", "file:{root}/secret",
    "%2e%2e/secret", "..%2fsecret", "..;/secret", "\0../secret", "pages/part\0/../../secret",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_template_leads_out_of_its_folders(engine, tmp_path, caplog, name):
    """Even if a site takes it from the address, against all advice: it is an error, in the log."""
    app = make_app(tmp_path, engine)
    name = name.format(root=tmp_path)

    page = ask(app, "/show", environ={"QUERY_STRING": f"name={quoted(name)}"})
    part = ask(app, "/", environ={"QUERY_STRING": f"name={quoted(name)}.{engine}"})

    assert (page.status, part.status) == (500, 500)
    assert SECRET not in page.text + part.text
    assert "template" in caplog.text


def quoted(name):
    """Percent-encoded, every byte of it."""
    return "".join(f"%{byte:02x}" for byte in name.encode())


def test_a_name_may_go_up_and_stay_inside(engine, tmp_path):
    """`../layout` in a folder of templates is fine where there is one."""
    app = make_app(tmp_path, engine)

    part = f"/pages/../pages/part.{engine}" if engine == "mako" else "pages/part.jinja"
    assert ask(app, "/", environ={"QUERY_STRING": f"name={quoted(part)}"}).text == "the part"


def compiled_in(folder: Path) -> list[Path]:
    """The files of compiled templates."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def test_compiled_templates_are_kept_for_the_next_start(engine, tmp_path):
    """In a folder that nobody else can read, write or enter."""
    texts = {"index": "one"}
    make_app(tmp_path, engine, texts, compiled="data/compiled")
    folder = tmp_path / "site" / "data" / "compiled"

    first = ask(make_app(tmp_path, engine, texts, compiled="data/compiled"), "/").text
    files = compiled_in(folder)
    second = ask(make_app(tmp_path, engine, texts, compiled="data/compiled"), "/").text

    assert (first, second) == ("one", "one")
    assert len(files) == 1
    assert compiled_in(folder) == files
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_changed_template_is_compiled_anew_even_if_its_date_is_older(engine, tmp_path):
    """As after a restored backup, or with files that all have the date of a release."""
    ask(make_app(tmp_path, engine, {"index": "one"}, compiled="compiled"), "/")
    template = tmp_path / "site" / "templates" / "pages" / f"index.{engine}"
    app = make_app(tmp_path, engine, {"index": "other"}, compiled="compiled")
    os.utime(template, (1_000_000_000, 1_000_000_000))

    assert ask(app, "/").text == "other"


def test_a_template_that_hides_another_is_not_taken_for_it(engine, tmp_path):
    """Two folders with one name in both share a folder of compiled templates."""
    ask(make_app(tmp_path, engine, {"index": "one"}, compiled="compiled"), "/")
    own = tmp_path / "site" / "own" / "pages"
    own.mkdir(parents=True)
    (own / f"index.{engine}").write_text("two")
    os.utime(own / f"index.{engine}", (1_000_000_000, 1_000_000_000))

    app = make_app(tmp_path, engine, {"index": "one"}, compiled="compiled", directories=["own", "templates"])

    assert ask(app, "/").text == "two"


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o770, 0o1777, 0o740])
def test_a_folder_that_others_can_enter_is_refused(engine, tmp_path, mode):
    """Compiled templates are code, which others could change."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(mode)

    with pytest.raises(ConfigError, match=r"code that others could read or change. Run: chown \d+ .*; chmod 700 "):
        make_app(tmp_path, engine, compiled=str(tmp_path / "shared"))


def test_a_folder_that_cannot_be_made_is_refused(engine, tmp_path):
    """With the reason."""
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="a folder that cannot be made"):
        make_app(tmp_path, engine, compiled=str(tmp_path / "file" / "compiled"))


TEXTS = {
    "mako": {"index": "${money(3)} ${3 | money} ${starred(2)} ${limit}"},
    "jinja": {"index": "{{ money(3) }} {{ 3 | money }} {{ starred(2) }} {{ limit }}"},
}


def test_a_site_adds_names_and_filters(engine, tmp_path, monkeypatch):
    """Functions of a module, or anything in code; what they return is escaped unless it is Markup."""
    (tmp_path / f"words_of_{engine}.py").write_text("def money(value):\n    return f'{value:.2f} <EUR>'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    names = {"money": f"words_of_{engine}:money", "starred": starred, "limit": 7}

    answer = ask(make_app(tmp_path, engine, TEXTS[engine], names=names), "/")

    assert answer.text == "3.00 &lt;EUR&gt; 3.00 &lt;EUR&gt; <b>2</b> 7"


def test_a_name_of_the_site_wins_over_ours_and_a_value_over_both(engine, tmp_path):
    """What is nearer to the page."""
    texts = {"mako": {"index": "${site} ${name}"}, "jinja": {"index": "{{ site }} {{ name }}"}}[engine]

    answer = ask(make_app(tmp_path, engine, texts, names={"site": lambda: 0, "name": 1} | {"site": 5}), "/?name=x")

    assert answer.text == "5 x"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"not a name": money}, "names has 'not a name', which no template can write"),
        (
            {"money": "asking:nobody"},
            "names.money is 'asking:nobody', which does not exist: .*. Write it as package.module:name.",
        ),
        ({"money": "money"}, "names.money is 'money'"),
        (
            {"money": "no_such_module:money"},
            "names.money is 'no_such_module:money', .*: No module named 'no_such_module'.",
        ),
    ],
)
def test_a_name_that_is_none_is_said_at_start(engine, tmp_path, names, words):
    """With how to write it."""
    with pytest.raises(ConfigError, match=words):
        make_app(tmp_path, engine, names=names)


def test_without_a_translation_texts_are_shown_as_they_are(engine, tmp_path):
    """So a template that translates works in every site, and what it shows is escaped."""
    expressions = ("_('100% <b>')", "gettext('%(who)s', who='<i>')", "ngettext('one', '%(num)s of them', 2)")
    marks = {"mako": "${%s}", "jinja": "{{ %s }}"}[engine]

    answer = ask(make_app(tmp_path, engine, {"index": "|".join(marks % one for one in expressions)}), "/")

    assert answer.text == "100% &lt;b&gt;|&lt;i&gt;|2 of them"


def test_everything_is_escaped_by_default_wherever_it_is_said(engine, tmp_path):
    """In blocks, defs, macros, includes, filters and attributes."""
    mako = (
        "<%def name='d(x)'>${x}</%def><%block name='b'>${name}</%block><p title=\"${name}\">${d(name)}"
        "${name.upper()}${name + ''}${'%s' % name}${name | trim}${capture(d, name)}</p>"
    )
    jinja = (
        '{% macro d(x) %}{{ x }}{% endmacro %}{% block b %}{{ name }}{% endblock %}<p title="{{ name }}">{{ d(name) }}'
        "{{ name.upper() }}{{ name ~ '' }}{{ '%s' % name }}{{ name | trim }}{% set c %}{{ name }}{% endset %}"
        "{{ c }}</p>"
    )
    app = make_app(tmp_path, engine, {"index": mako if engine == "mako" else jinja})

    answer = ask(app, "/", environ={"QUERY_STRING": "name=" + quoted("<\"'&>")})

    once = "&lt;&#34;&#39;&amp;&gt;"
    assert (
        answer.text.replace("&amp;lt;&amp;#34;&amp;#39;&amp;amp;&amp;gt;", once)
        == once + f'<p title="{once}">' + (once * 6) + "</p>"
    )


def test_xmlattr_of_jinja_refuses_what_is_no_name(tmp_path, caplog):
    """GHSA-h5c8-rqwp-cp95 and GHSA-h75v-3vvj-5mfj: keys with spaces, slashes or signs."""
    app = make_app(tmp_path, "jinja", {"index": "<p{{ {name: 1} | xmlattr }}>"})

    for name in ("a onclick", "a/b", "a>b", "a=b"):
        assert ask(app, "/", environ={"QUERY_STRING": f"name={quoted(name)}"}).status == 500


@pytest.mark.parametrize("name", ["//../../secret.mako", "/..\\..\\secret.mako", "/../templates-other/secret.mako"])
def test_mako_itself_finds_nothing_outside(tmp_path, name):
    """CVE-2026-41205 and CVE-2026-44307, whatever version is installed: asked of the lookup, as an include does."""
    make_app(tmp_path, "mako")
    renderer = load_tool("mako")(directories=["templates"])
    renderer.prepare(Setup(tmp_path / "site"))

    with pytest.raises(KirschError, match=r"There is no template"):
        renderer.page(name, {})
