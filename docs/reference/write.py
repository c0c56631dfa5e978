"""Write the pages of this folder from the code that they are about.

python docs/reference/write.py            writes tools.md, errors.md, configuration.md and fields.md
python docs/reference/write.py --check    only says, by its exit code, whether they are up to date
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from kirsch import errors
from kirsch.application import SITE_SETTINGS
from kirsch.server import Server
from kirsch.site import Address
from kirsch.tools import NAMES, load_tool
from kirsch_scaffold import fields as grammar

FOLDER = Path(__file__).resolve().parent
SITE_NOTES = {
    "name": "What the site is called, in pages and in the line that says where it is served.",
    "debug": "Whether errors are shown with their source, as under `serve --dev`. Never on the open net.",
    "secret_key": "A random text of at least 16 characters, which signs the cookies of sessions and forms.",
    "old_secret_keys": "Keys of before, which are still recognized and no longer sign.",
}
NOTE = "Written from the code by `docs/reference/write.py`."


def tools_page() -> str:
    """Every tool with its options."""
    lines = ["# Tools", "", f"What a tool is: [the guide](../guide/tools.md). {NOTE}", ""]
    lines += ["| tool | order | does |", "| --- | --- | --- |"]
    kinds = {name: load_tool(name) for name in sorted(NAMES)}
    lines += [f"| [`{name}`](#{name}) | {kind.order} | {sentence(kind)} |" for name, kind in kinds.items()]
    for name, kind in kinds.items():
        lines += ["", f"## {name}", "", *paragraphs(kind), ""]
        if rows := [option(item, comments(kind)) for item in fields(kind) if item.init]:  # type: ignore[arg-type]
            lines += ["| option | type | default | |", "| --- | --- | --- | --- |", *rows]
    return page(lines)


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
    lines += ["", "## [site]", "", "| key | type | |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {kind.__name__} | {SITE_NOTES[name]} |" for name, kind in SITE_SETTINGS.items()]
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


def sentence(thing: type) -> str:
    """The first line of a docstring."""
    return plain((thing.__doc__ or "").strip().splitlines()[0])


def paragraphs(kind: type) -> Iterator[str]:
    yield plain(inspect.cleandoc(kind.__doc__ or "")).replace("\\|", "|")


def plain(text: str) -> str:
    """Docstring text as Markdown."""
    for role in (":class:", ":meth:", ":func:", ":attr:"):
        text = text.replace(role, "")
    return text.replace("``", "`").replace("|", "\\|")


def option(item: "Field[Any]", notes: dict[str, str]) -> str:
    default = item.default_factory() if item.default_factory is not MISSING else item.default
    kind = item.type if isinstance(item.type, str) else getattr(item.type, "__name__", str(item.type))
    kind = str(item.type).replace("typing.", "") if "[" in str(item.type) else kind
    kind = re.sub(r"\bpathlib\.(?:_local\.)?", "", kind)  # Python 3.13 has the classes of pathlib elsewhere
    return f"| `{item.name}` | {plain(str(kind))} | {shown(default)} | {notes.get(item.name, '')} |"


def shown(default: object) -> str:
    if default in (MISSING, inspect.Parameter.empty):
        return "needed"
    return f"`{default!r}`".replace("|", "\\|")


def comments(kind: type) -> dict[str, str]:
    """What the `#:` comments above the fields of *kind* and its parents say."""
    found: dict[str, str] = {}
    for parent in reversed([one for one in kind.__mro__ if one.__module__.startswith("kirsch")]):
        lines = textwrap.dedent(inspect.getsource(parent)).splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found[node.target.id] = plain(" ".join(reversed(list(above(lines, node.lineno - 1)))))
    return found


def above(lines: list[str], row: int) -> Iterator[str]:
    while row and lines[row - 1].strip().startswith("#:"):
        row -= 1
        yield lines[row].strip().removeprefix("#:").strip()


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
