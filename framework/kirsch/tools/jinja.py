"""Pages by Jinja templates, escaped unless a value is Markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError

from kirsch.errors import KirschError
from kirsch.tool import Renderer, Setup


@dataclass
class Jinja(Renderer):
    """Show an action's dict by a Jinja template.

    Everything is HTML-escaped; `{{ value | safe }}` is not. `{% extends "layout.jinja" %}` names the layout.
    """

    suffix: ClassVar[str] = ".jinja"
    library: ClassVar[str] = "kirsch.crud:templates/jinja"

    #: Look at every use whether a template file has changed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.environment = Environment(
            loader=FileSystemLoader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=setup.debug if self.reload is None else self.reload,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def fault(self, name: str) -> str:
        try:
            self.environment.get_template(name)
        except TemplateSyntaxError as error:
            return f", line {error.lineno}: {(error.message or 'it is no template').rstrip('.')}."
        except UnicodeDecodeError:
            return ": it is no UTF-8."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            template = self.environment.get_template(name)
        except TemplateNotFound as error:
            folders = ", ".join(str(folder) for folder in self.folders)
            mend = "Write it, or switch pages off for the action: @tools.jinja(on=False)."
            raise KirschError(f"There is no template {error.name!r} in {folders}. {mend}") from None
        return template.render(values)
