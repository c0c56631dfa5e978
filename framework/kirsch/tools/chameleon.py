"""Pages by Chameleon templates (TAL), escaped unless a value is Markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from chameleon import PageTemplate, PageTemplateFile
from chameleon.exc import TemplateError

from kirsch.errors import KirschError
from kirsch.renderer import Renderer
from kirsch.tool import Setup


@dataclass
class Chameleon(Renderer):
    """Show an action's dict by a Chameleon template.

    Every expression is escaped; `${structure: value}` is not. `metal:use-macro="load: layout.pt"` names the layout,
    from the folders of templates. A fragment is a macro: `metal:define-macro="rows"`.
    """

    suffix: ClassVar[str] = ".pt"

    #: Look at every use whether a template file has changed; by default where the site is developed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.templates: dict[str, PageTemplateFile] = {}
        self.whole = PageTemplate('<tal:part metal:use-macro="shown_part" />')
        self._reload = setup.debug if self.reload is None else self.reload

    def fault(self, name: str) -> str:
        try:
            self.loaded(name).cook_check()
        except TemplateError as error:
            line = getattr(getattr(error, "token", None), "location", (0,))[0]
            return f", line {line}: {str(error.args[0]).rstrip('.')}."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        text: str = self.loaded(name)(**values)
        return text

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        macros = self.loaded(name).macros
        if fragment not in macros.names:
            raise KirschError(f"{name} has no macro {fragment!r}. It has: {', '.join(macros.names) or 'none'}.")
        text: str = self.whole(**values, shown_part=macros[fragment])
        return text

    def loaded(self, name: str) -> PageTemplateFile:
        """The template *name*, made once, whoever names it: an action, or another template by ``load:``."""
        path = str(self.path(name.strip()))
        if path not in self.templates:
            loader: Any = partial(_Loader, self)
            self.templates[path] = PageTemplateFile(path, auto_reload=self._reload, loader_class=loader)
        return self.templates[path]


class _Loader:
    """What ``load:`` asks."""

    def __init__(self, renderer: Chameleon, **_: Any) -> None:
        self.renderer = renderer

    def bind(self, _: type) -> Any:
        return self.renderer.loaded
