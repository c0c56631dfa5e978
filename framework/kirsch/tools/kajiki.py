"""Pages by Kajiki templates, XML compiled to Python, escaped unless a value is Markup."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from kajiki import FileLoader
from kajiki.template import KajikiTemplateError

from kirsch.errors import KirschError
from kirsch.renderer import Renderer
from kirsch.tool import Setup

#: What Kajiki puts before the name of a block.
BLOCK = "_kj_block_"


@dataclass
class Kajiki(Renderer):
    """Show an action's dict by a Kajiki template.

    Every expression is escaped; `${literal(value)}` is not. `<py:extends href="layout.kajiki">` names the layout. A
    fragment is a `<py:def function="rows()">` without arguments.
    """

    suffix: ClassVar[str] = ".kajiki"

    #: Look at every use whether a template file has changed; by default where the site is developed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.loader = _Loader(self, setup.debug if self.reload is None else self.reload)

    def fault(self, name: str) -> str:
        try:
            self.loader.import_(name)
        except KajikiTemplateError as error:
            words = str(error).partition("] ")[2].splitlines()
            # An error of Python has the line of the module that the template became, and shows it.
            shown = [line.partition("-->")[2].strip() for line in words if "-->" in line]
            if error.filename.endswith(self.suffix):
                return f", line {error.linenum}: {words[0].rstrip('.')}."
            return f": {words[0]} in {shown[0]!r}." if shown else f": {words[0]}."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        return "".join(self.pieces(name, values))

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        template = self.loader.import_(name)
        known = {method.removeprefix(BLOCK): method for method, _ in template.__methods__ if method != "__main__"}
        if fragment not in known:
            raise KirschError(f"{name} has no block or function {fragment!r}. It has: {', '.join(known) or 'none'}.")
        return "".join(map(str, getattr(template(dict(values)), known[fragment])()))

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[str]:
        return iter(self.loader.import_(name)(dict(values)))


class _Loader(FileLoader):
    """A loader that asks the renderer where a template is."""

    def __init__(self, renderer: Kajiki, reload: bool) -> None:
        super().__init__([], reload=reload, force_mode="html5")
        self.renderer = renderer

    def _filename(self, name: str) -> Path:
        return self.renderer.path(name)
