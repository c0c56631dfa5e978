"""Pages by Cheetah templates (CT3), whose values are escaped unless they are Markup."""

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar

from markupsafe import Markup, escape

from kirsch.errors import KirschError
from kirsch.renderer import Renderer
from kirsch.tool import Setup

with warnings.catch_warnings():  # Cheetah imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from Cheetah.Filters import Filter
    from Cheetah.Parser import ParseError
    from Cheetah.Template import Template

#: The layout of a template: a path, where Cheetah itself would import a module.
EXTENDS = re.compile(r"^#extends +(\S+)[ \t]*\n", re.MULTILINE)
#: What Cheetah has of its own in every template, `request` and `session` among it.
OWN = frozenset(name for name in dir(Template) if not name.startswith("_"))


@dataclass
class Cheetah(Renderer):
    """Show an action's dict by a Cheetah template.

    Every placeholder is escaped; Cheetah itself escapes none. `#extends layout.tmpl` names the layout: a `#def` takes
    the place of its `#block`, what is outside of defs that of its `$self.writeBody()`. A fragment is a `#def`.
    """

    suffix: ClassVar[str] = ".tmpl"

    #: Look at every use whether a template file has changed; by default where the site is developed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.kinds: dict[Path, tuple[tuple[int, ...], type[Template]]] = {}
        self._reload = setup.debug if self.reload is None else self.reload

    def fault(self, name: str) -> str:
        try:
            self._kind(name)
        except ParseError as error:
            return f", line {_line_of(error)}: {str(error.msg).splitlines()[0].rstrip('.')}."
        except SyntaxError as error:
            return f": {error.msg}."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        kind = self._kind(name)
        return str(_filled(kind, values).respond())

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        kind = self._kind(name)
        if fragment.startswith("_") or not callable(kind.__dict__.get(fragment)):
            known = ", ".join(one for one, value in vars(kind).items() if callable(value) and one[0] != "_")
            raise KirschError(f"{name} has no block or def {fragment!r}. It has: {known or 'none'}.")
        return str(getattr(_filled(kind, values), fragment)())

    def _kind(self, name: str) -> type[Template]:
        """The class of the template, compiled at its first use, and where it or its layout has changed."""
        path = self.path(name)
        known = self.kinds.get(path)
        if known is not None and not self._reload:
            return known[1]
        source = path.read_text(encoding="utf-8")
        layout = EXTENDS.search(source)
        parent = self._kind(layout[1].strip("\"'")) if layout else _Page
        state = (path.stat().st_mtime_ns, id(parent))
        if known is None or known[0] != state:
            # An empty line in its place keeps the numbers of the others.
            options = {"mainMethodName": "writeBody"} if layout else {}
            kind = Template.compile(
                source=EXTENDS.sub("#silent None\n", source), baseclass=parent, moduleName="page", className="page",
                cacheCompilationResults=False, **options,
            )  # fmt: skip
            known = self.kinds[path] = state, _marked(kind)
        return known[1]


class _Page(Template):
    """What all pages are: `#include` reads nothing, since it would take any path."""

    def serverSidePath(self, path: str | None = None, *_: Any) -> str:  # noqa: N802  # Cheetah's name
        raise KirschError(f"#include {path!r}: bring it in as a def of a layout, with #extends.")


def _filled(kind: type[Template], values: Mapping[str, Any]) -> Template:
    """A page in which *values* are found before what is Cheetah's own, and behind the defs of the page."""
    page = kind(searchList=[values], filter=Escaping)
    page.searchList().insert(0, {name: values[name] for name in OWN & values.keys()})
    return page


def _marked(kind: type[Template]) -> type[Template]:
    """*kind*, whose blocks and defs return Markup: what they made is escaped where it had to be."""
    for name, method in list(vars(kind).items()):
        if isinstance(method, FunctionType) and not name.startswith("__"):
            setattr(kind, name, _marking(method))
    return kind


def _marking(method: Callable[..., str]) -> Callable[..., Markup]:
    @wraps(method)
    def marked(*arguments: Any, **named: Any) -> Markup:
        return Markup(method(*arguments, **named))

    return marked


class Escaping(Filter):
    """What every placeholder goes through."""

    def filter(self, value: object, **_: Any) -> str:
        return "" if value is None else str(escape(value))


def _line_of(error: ParseError) -> int:
    found = error.stream.getRowCol(error.stream.pos() if error.lineno is None else error.lineno)
    return int(found[0])
