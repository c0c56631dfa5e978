"""Pages of templates: whole, in parts, in pieces, in several languages."""

from pathlib import Path

from kirsch import Application, Config, Controller, Mapper, Markup

MAKO = {
    "layout": "<title>${site}</title><main>${next.body()}</main>",
    "show": '<%inherit file="layout.mako"/><h1>${name}</h1><a title="${name}" href="${url(\'show\')}">${safe}</a>'
    "<%block name='rows'>\n% for row in lines:\n<p>${row}</p>\n% endfor\n</%block>",
    "form": "<form>${csrf()}</form>",
    "text": '${_("Welcome, %(who)s", who=name)}|${ngettext("one book", "%(num)s books", number)}',
    "filtered": "${name | trim}|${name | u}|${name | h}|${name.upper()}",
    "include": "<%include file='${name}'/>",
    "late": "% for row in lines:\n${row}\n% endfor\n",
}
JINJA = {
    "layout": "<title>{{ site }}</title><main>{% block main %}{% endblock %}</main>",
    "show": "{% extends 'layout.jinja' %}{% block main %}<h1>{{ name }}</h1><a title=\"{{ name }}\" "
    "href=\"{{ url('show') }}\">{{ safe }}</a>{% block rows %}{% for row in lines %}\n<p>{{ row }}</p>\n{% endfor %}"
    "{% endblock %}{% endblock %}",
    "form": "<form>{{ csrf() }}</form>",
    "text": '{{ _("Welcome, %(who)s", who=name) }}|{{ ngettext("one book", "%(num)s books", number) }}',
    "filtered": "{{ name | trim }}|{{ name | urlencode }}|{{ name | e }}|{{ name.upper() }}",
    "include": "{% include name %}",
    "late": "{% for row in lines %}{{ row }}\n{% endfor %}",
}
GERMAN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Welcome, %(who)s"
msgstr "Willkommen, %(who)s"

msgid "one book"
msgid_plural "%(num)s books"
msgstr[0] "ein Buch"
msgstr[1] "%(num)s Bücher"
"""


class Pages(Controller):
    name = "pages"

    def show(self, name: str = "x", rows: int = 2):
        return self.page("show", name=name, safe=Markup("<i>ok</i>"), lines=[f"<{row}>" for row in range(rows)])

    def part(self, block: str):
        return self.page("show", fragment=block, lines=["<one>"])

    def stream(self, rows: int, name: str = "x"):
        self.response.headers["X-Kept"] = "yes"
        return self.stream_page("show", name=name, safe="", lines=map(str, range(rows)))

    def form(self):
        return self.stream_page("form")

    def text(self, name: str = "Ada", number: int = 1, language: str = ""):
        return self.page("text", name=name, number=number)

    def keep(self, to: str):
        self.request.take("translations").keep("de" if to == "de" else "en")
        return self._("one book")

    def filtered(self, name: str):
        return self.page("filtered", name=name)

    def named(self, name: str):
        return self.page(name)

    def include(self, name: str):
        return self.page("include", name=name)

    def early(self):
        return self.stream_page("late", lines=self.failing(0))

    def failing(self, count):
        """Rows, and then an error."""
        yield from range(count)
        raise RuntimeError("the secret of the row")


def make(engine="mako", speak=True):
    """The site, with one *engine*; *speak* switches its languages on."""
    for folder in ("pages", "locale/de/LC_MESSAGES"):
        Path(folder).mkdir(parents=True)
    for name, text in {"mako": MAKO, "jinja": JINJA}[engine].items():
        Path("pages", f"{name}.{engine}").write_text(text)
    Path(f"secret.{engine}").write_text("the secret outside")
    Path("locale/de/LC_MESSAGES/messages.po").write_text(GERMAN, encoding="utf-8")
    mapper = Mapper()
    for action in ("show", "part", "stream", "form", "text", "keep", "filtered", "named", "include", "early"):
        mapper.connect(action, f"/{action}", controller=Pages, action=action)
    mapper.connect("/{language}/text", controller=Pages, action="text")
    tools = {engine: {"directories": ["pages"]}, "csrf": {}}
    if speak:
        tools["translation"] = {"languages": ["en", "de"], "reload": True}
    site = {"name": "S & T", "secret_key": "0123456789abcdef"}
    return Application(mapper, site=Config({"site": site, "tools": tools}, root="."))
