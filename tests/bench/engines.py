"""What a page costs in each engine of templates: the same table of a hundred rows, as `tools.NAME` renders it.

python -m bench.engines        from the folder tests; prints the table of docs/guide/templates.md

Every page is compared with the first engine's before it is timed. Figures are CPU time, medians of many rounds in
which the engines take turns.
"""

import html
import re
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

from kirsch.renderer import Renderer
from kirsch.tool import Setup
from kirsch.tools import load_tool

PY, XI = 'xmlns:py="http://genshi.edgewall.org/"', 'xmlns:xi="http://www.w3.org/2001/XInclude"'
#: By engine: its distribution, the ending, the layout, the page.
ENGINES = {
    "mako": (
        "mako", ".mako", "<html><body><h1>${title}</h1>${next.body()}</body></html>",
        "<%inherit file='/layout.mako'/><table>\n% for row in rows:\n"
        "<tr><td>${row.number}</td><td>${row.name}</td><td>${row.note}</td></tr>\n% endfor\n</table>",
    ),
    "jinja": (
        "jinja2", ".jinja", "<html><body><h1>{{ title }}</h1>{% block body %}{% endblock %}</body></html>",
        "{% extends 'layout.jinja' %}{% block body %}<table>{% for row in rows %}"
        "<tr><td>{{ row.number }}</td><td>{{ row.name }}</td><td>{{ row.note }}</td></tr>{% endfor %}</table>"
        "{% endblock %}",
    ),
    "chameleon": (
        "chameleon", ".pt", '<html metal:define-macro="page"><body><h1>${title}</h1>'
        '<tal:x metal:define-slot="body"/></body></html>',
        '<tal:x metal:use-macro="load: layout.pt"><table metal:fill-slot="body"><tr tal:repeat="row rows">'
        "<td>${row.number}</td><td>${row.name}</td><td>${row.note}</td></tr></table></tal:x>",
    ),
    "kajiki": (
        "kajiki", ".kajiki", '<html><body><h1>${title}</h1><py:block name="body"/></body></html>',
        '<py:extends href="layout.kajiki"><py:block name="body"><table><tr py:for="row in rows">'
        "<td>${row.number}</td><td>${row.name}</td><td>${row.note}</td></tr></table></py:block></py:extends>",
    ),
    "cheetah": (
        "ct3", ".tmpl", "<html><body><h1>$title</h1>$self.writeBody()</body></html>",
        "#extends layout.tmpl\n<table>#slurp\n#for $row in $rows\n"
        "<tr><td>$row.number</td><td>$row.name</td><td>$row.note</td></tr>#slurp\n#end for\n</table>#slurp\n",
    ),
    "genshi": (
        "genshi", ".genshi", f'<html {PY} py:strip=""><py:match path="body" once="true"><body><h1>$title</h1>'
        "${select('*|text()')}</body></py:match></html>",
        f'<html {PY} {XI}><xi:include href="layout.genshi"/><body><table><tr py:for="row in rows">'
        "<td>$row.number</td><td>$row.name</td><td>$row.note</td></tr></table></body></html>",
    ),
}  # fmt: skip
#: What each engine can do; what it costs is measured.
TRAITS = {
    "mako": ("`<%inherit>`", "`<%block>`, `<%def>`", "by a thread", "Python in the page"),
    "jinja": ("`{% extends %}`", "`{% block %}`", "yes", "a language of its own"),
    "chameleon": ("macros", "macros", "at once", "attributes of HTML (TAL)"),
    "kajiki": ("`<py:extends>`", "`<py:def>`", "yes", "attributes of XML"),
    "cheetah": ("`#extends`", "`#def`", "at once", "Python in the page"),
    "genshi": ("match templates", "elements by `id`", "yes", "attributes of XML, filters"),
}


class Row:
    """A row of the table; its name needs escaping."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"Tom & Jerry <{number}>"
        self.note = "nothing to escape here"


def renderers(root: Path) -> dict[str, Renderer]:
    """Each engine with its templates, ready."""
    found = {}
    for name, (_, suffix, layout, page) in ENGINES.items():
        (root / name).mkdir()
        (root / name / f"layout{suffix}").write_text(layout)
        (root / name / f"page{suffix}").write_text(page)
        tool = load_tool(name)(directories=[name])
        assert isinstance(tool, Renderer)
        tool.prepare(Setup(root))
        found[name] = tool
    return found


def shown(renderer: Renderer) -> str:
    """The page, by one engine."""
    return renderer.page(f"page{renderer.suffix}", {"title": "Rows", "rows": ROWS})


ROWS = [Row(number) for number in range(100)]


def words(page: str) -> str:
    """What a reader sees of a page, and its tags, without the space between them."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", html.unescape(page.replace("<!DOCTYPE html>", "")))


def measure(found: dict[str, Renderer], rounds: int) -> dict[str, float]:
    """Microseconds of CPU time that a page takes.

    :raises ValueError: when two engines do not show the same.
    """
    wanted = words(shown(found["mako"]))
    for name, renderer in found.items():
        if words(shown(renderer)) != wanted:
            raise ValueError(f"{name} shows something else than mako")
    taken: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, renderer in found.items():
            began = time.thread_time_ns()
            shown(renderer)
            taken[name].append((time.thread_time_ns() - began) / 1e3)
    return {name: median(times) for name, times in taken.items()}


def table(figures: dict[str, float]) -> str:
    """The figures with the traits of the engines, as Markdown."""
    lines = [
        "| engine | version | layouts | fragments | streams | written as | 100 rows |",
        "| --- | --- | --- | --- | --- | --- | ---: |",
    ]
    for name, microseconds in figures.items():
        cells = [f"`{name}`", version(ENGINES[name][0]), *TRAITS[name], f"{microseconds / 1000:.2f} ms"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(rounds: int = 300) -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        print(table(measure(renderers(Path(folder)), rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
