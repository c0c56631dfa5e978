"""Write the pages of this folder from the code that they are about.

python docs/reference/write.py            writes tools.md, errors.md, configuration.md and fields.md
python docs/reference/write.py --check    only says, by its exit code, whether they are up to date
"""

import inspect
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from kirsch import errors
from kirsch.application import About
from kirsch.renderer import Renderer
from kirsch.report.options import comments, options_of, plain, sentence
from kirsch.server import Server
from kirsch.site import Address
from kirsch.tool import STAGES, Tool
from kirsch.tools import EXTRAS, NAMES, load_tool
from kirsch_scaffold import fields as grammar

FOLDER = Path(__file__).resolve().parent
NOTE = "Written from the code by `docs/reference/write.py`."


def tools_page() -> str:
    """Every tool with its options."""
    kinds = {name: load_tool(name) for name in sorted(NAMES)}
    costs = tomllib.loads((FOLDER / "costs.toml").read_text(encoding="utf-8"))
    lines = ["# Tools", "", f"What a tool is: [the guide](../guide/tools.md). {NOTE}", "", *about_costs(costs), ""]
    lines += ["| tool | acts in | order | µs | options | does |", "| --- | --- | --: | --: | --: | --- |"]
    lines += [tool_row(name, kind, costs["tools"].get(name)) for name, kind in kinds.items()]
    for name, kind in kinds.items():
        lines += ["", f"## {name}", "", *paragraphs(kind), ""]
        if name in EXTRAS:
            lines += [f"Needs `pip install 'kirsch[{EXTRAS[name]}]'`.", ""]
        lines += options_table(kind)
    return page(lines)


def tool_row(name: str, kind: type[Tool], cost: float | None) -> str:
    """The line of a tool in the table."""
    stages = ", ".join(stage for stage in ("arrive", *STAGES) if hasattr(kind, stage))
    if issubclass(kind, Renderer):
        stages = ", ".join(filter(None, (stages, "render")))
    offers = kind.offers is not Tool.offers
    acts = stages or ("when something of it is taken" if offers else "the making of the plan")
    options = len(options_of(kind))
    shown_cost = "–" if cost is None else f"{max(cost, 0):.1f}"
    return f"| [`{name}`](#{name}) | {acts} | {kind.order} | {shown_cost} | {options} | {in_cell(sentence(kind))} |"


def about_costs(costs: dict[str, Any]) -> list[str]:
    """What the figures mean."""
    *many, last = (f"`{name}`" for name in costs["parts"])
    return textwrap.wrap(
        "Tools act in `start` and `before` in their order, in `after`, `error` and `end` in reverse. *µs* is the CPU "
        "time that a tool adds to a request which gives it something to do, beside "
        f"{costs['hello']} µs for a hello without tools; a dash: not measured. A tool that is off costs nothing. "
        f"{', '.join(many)} and {last} add {costs['together']} µs all at once to a page of 9 kB, "
        f"{costs['sum']} µs one by one; they make fewer calls together than one by one, which a test counts. "
        f"Measured by `python3 manage.py bench --only tools` on {costs['machine']}.",
        140,
    )


def errors_page() -> str:
    """Every HTTP error."""
    lines = [
        "# HTTP errors",
        "",
        "Raise them from `kirsch.errors` wherever a request is served; the client gets their answer.",
        NOTE,
        "",
    ]
    lines += ["| class | status | means |", "| --- | --- | --- |"]
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.HTTPError)]
    for kind in sorted(kinds, key=lambda kind: kind.status):
        if kind is not errors.HTTPError:
            lines.append(
                f"| `{kind.__name__}` | {kind.status} | {sentence(kind).partition(': ')[2] or sentence(kind)} |"
            )
    return page(lines)


def configuration_page() -> str:
    """The sections of a site's configuration."""
    lines = [
        "# Configuration keys",
        "",
        f"How they are laid over each other: [the guide](../guide/configuration.md). {NOTE}",
    ]
    lines += ["", "## [site]", "", *options_table(About)]
    lines += ["", "## [server]", "", "| key | default | |", "| --- | --- | --- |"]
    said = parameters(Server) | {name: note for name, note in comments(Address).items() if note}
    lines += [f"| `{item.name}` | {shown(item.default)} | {said.get(item.name, '')} |" for item in fields(Address)]
    lines += ["", "## [tools.NAME]", "", "The options of [each tool](tools.md); `on = false` switches it off."]
    return page(lines)


def fields_page() -> str:
    """The field grammar of the generator."""
    lines = [
        "# Fields of a resource",
        "",
        "`name:kind`, then what the kind takes, then modifiers, then `=` and a default.",
        NOTE,
        "",
    ]
    lines += ["| kind | characters | also called |", "| --- | --- | --- |"]
    for kind in sorted(grammar.FIELD_KINDS):
        lines.append(f"| `{kind}` | {grammar.LENGTHS.get(kind, '')} | {called(kind, grammar.KIND_ALIASES)} |")
    lines += ["", "| modifier | also called |", "| --- | --- |"]
    lines += [f"| `{modifier}` | {called(modifier, grammar.MODIFIER_ALIASES)} |" for modifier in grammar.MODIFIERS]
    lines += [
        "",
        "A `ref`, `many` or `self` names its model: `author:ref`, `writer:ref:author`. What happens to the rows",
    ]
    words = ", ".join(f"`{word}`" for word in grammar.ON_DELETE)
    lines += [f"that refer to a deleted one is a modifier of `ref` and `self`: {words}."]
    return page(lines)


def called(word: str, aliases: dict[str, str]) -> str:
    return ", ".join(f"`{other}`" for other, kind in aliases.items() if kind == word and other != word)


PAGES: dict[str, Callable[[], str]] = {
    "tools.md": tools_page,
    "errors.md": errors_page,
    "configuration.md": configuration_page,
    "fields.md": fields_page,
}


def page(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def paragraphs(kind: type) -> Iterator[str]:
    yield plain(inspect.cleandoc(kind.__doc__ or ""))


def options_table(kind: type) -> list[str]:
    """The options of a class as a table; nothing where it has none."""
    rows = [
        f"| `{name}` | {in_cell(words)} | {f'`{in_cell(default)}`' if default else 'needed'} | {in_cell(meaning)} |"
        for name, words, default, meaning in options_of(kind)
    ]
    return ["| option | type | default | |", "| --- | --- | --- | --- |", *rows] if rows else []


def in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def shown(default: object) -> str:
    if default in (MISSING, inspect.Parameter.empty):
        return "needed"
    return f"`{default!r}`".replace("|", "\\|")


def parameters(kind: type) -> dict[str, str]:
    """What the `:param name:` lines of a docstring say."""
    found = {}
    for line in inspect.cleandoc(kind.__doc__ or "").splitlines():
        if line.startswith(":param "):
            name, _, words = line.removeprefix(":param ").partition(": ")
            found[name] = plain(words)
    return found


def main(arguments: list[str]) -> int:
    stale = [name for name, write in PAGES.items() if not is_current(FOLDER / name, write())]
    if "--check" in arguments:
        if stale:
            print(f"Run python docs/reference/write.py: the code has changed under {', '.join(stale)}.")
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"wrote {name}")
    return 0


def is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
