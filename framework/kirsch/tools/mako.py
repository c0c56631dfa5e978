"""Pages by Mako templates, escaped unless a value is Markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mako.exceptions import CompileException, SyntaxException, TopLevelLookupException
from mako.lookup import TemplateLookup

from kirsch.errors import KirschError
from kirsch.tool import Renderer, Setup


@dataclass
class Mako(Renderer):
    """Show an action's dict by a Mako template.

    Every expression is HTML-escaped; `${value | n}` is not. `<%inherit file="/layout.mako"/>` names the layout.
    """

    suffix: ClassVar[str] = ".mako"
    library: ClassVar[str] = "kirsch.crud:templates/mako"

    #: Look at every use whether a template file has changed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.lookup = TemplateLookup(
            [str(folder) for folder in self.folders],
            default_filters=["h"],
            strict_undefined=True,
            filesystem_checks=setup.debug if self.reload is None else self.reload,
            input_encoding="utf-8",
        )

    def fault(self, name: str) -> str:
        try:
            self.lookup.get_template("/" + name)
        except (CompileException, SyntaxException) as error:
            return f", line {error.lineno}: {str(error).partition(' in file ')[0].rstrip('.')}."
        except SyntaxError as error:
            return f": {error.msg}."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            template = self.lookup.get_template("/" + name.lstrip("/"))
        except TopLevelLookupException:
            folders = ", ".join(str(folder) for folder in self.folders)
            raise KirschError(f"There is no template {name!r} in {folders}.") from None
        return str(template.render_unicode(**values))
