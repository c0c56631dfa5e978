"""Pages by Genshi templates, XML whose values are escaped unless they are Markup."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from genshi.core import Stream
from genshi.template import MarkupTemplate, TemplateLoader, TemplateSyntaxError

from kirsch.errors import KirschError
from kirsch.renderer import Renderer
from kirsch.templating import inside
from kirsch.tool import Setup


@dataclass
class Genshi(Renderer):
    """Show an action's dict by a Genshi template.

    Every expression is escaped. `<xi:include href="layout.genshi"/>` brings in the match templates of a layout. A
    fragment is the element with that `id`.
    """

    suffix: ClassVar[str] = ".genshi"

    #: Look at every use whether a template file has changed; by default where the site is developed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.loader = _Loader(
            [str(folder) for folder in self.folders],
            auto_reload=setup.debug if self.reload is None else self.reload,
            variable_lookup="strict",
            default_class=MarkupTemplate,
        )

    def fault(self, name: str) -> str:
        try:
            _ = self.loader.load(name).stream
        except TemplateSyntaxError as error:
            return f", line {error.lineno}: {error.msg.partition(' (')[0].rstrip('.')}."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        text: str = self._stream(name, values).render("html", doctype="html5", encoding=None)
        return text

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        if '"' in fragment:
            raise KirschError(f"{name} has no element with the id {fragment!r}.")
        text: str = self._stream(name, values).select(f'//*[@id="{fragment}"]').render("html", encoding=None)
        if not text:
            raise KirschError(f"{name} has no element with the id {fragment!r}.")
        return text

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[str]:
        return iter(self._stream(name, values).serialize("html", doctype="html5"))

    def _stream(self, name: str, values: Mapping[str, Any]) -> Stream:
        self.path(name)
        return self.loader.load(name).generate(**values)


class _Loader(TemplateLoader):
    """A loader that never leaves its folders."""

    def load(self, filename: str, relative_to: str | None = None, **options: Any) -> MarkupTemplate:
        if relative_to and not filename.startswith("/"):
            filename = posixpath.join(posixpath.dirname(relative_to), filename)
        return super().load(posixpath.normpath(inside(filename).lstrip("/")), **options)
