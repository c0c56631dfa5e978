"""Pages by Mako templates, escaped unless a value is Markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mako.exceptions import CompileException, SyntaxException, TopLevelLookupException
from mako.lookup import TemplateLookup
from mako.runtime import Context
from mako.util import FastEncodingBuffer
from markupsafe import escape as html_escape

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
            default_filters=_Filters(["h"]),
            imports=["from kirsch.tools.mako import escape as _escape"],
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
            mend = "Write it, or switch pages off for the action: @tools.mako(on=False)."
            raise KirschError(f"There is no template {name!r} in {folders}. {mend}") from None
        buffer = FastEncodingBuffer()
        context = Context(buffer, **values)
        template.render_context(context, **values)
        _empty(context)
        return buffer.getvalue()


class _Filters(list[str]):
    """Mako's own ``h`` before other filters; where none follows, one that is faster."""

    def __add__(self, others: list[str]) -> list[str]:  # type: ignore[override]
        return [*self, *others] if others else ["_escape"]


def escape(value: object) -> str:
    """*value* escaped as ``h`` does it, sooner: without a Markup that nobody would see. Numbers go as they are."""
    if type(value) is str:
        odd = "'" in value or "<" in value or ">" in value or "&" in value or '"' in value
        return html_escape(value) if odd else value
    return str(value) if type(value) is int else html_escape(value)


def _empty(context: Context) -> None:
    """Let go of a page's values now: contexts refer to themselves, and only the garbage collector would find them."""
    space = context["self"]
    while space is not None:
        vars(space.context).clear()
        space = space.inherits
