"""Pages by Jinja templates, escaped unless a value is Markup."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    pass_context,
)
from jinja2.ext import InternationalizationExtension
from jinja2.parser import Parser
from jinja2.runtime import Context
from markupsafe import Markup, escape

from kirsch.errors import KirschError
from kirsch.renderer import Renderer
from kirsch.tool import Setup
from kirsch.tools._compiled import private_folder

#: What `{% trans %}` calls, and the word that it is made of.
TRANS = {name: f"_trans_{name}" for name in ("gettext", "ngettext", "pgettext", "npgettext")}


@dataclass
class Jinja(Renderer):
    """Show an action's dict by a Jinja template.

    Everything is HTML-escaped; `{{ value | safe }}` is not. `{% extends "layout.jinja" %}` names the layout. A
    fragment is a `{% block rows %}`. `{% trans %}` and the loop controls of Jinja are on; its sandbox is not offered.
    """

    suffix: ClassVar[str] = ".jinja"
    library: ClassVar[str] = "kirsch.crud:templates/jinja"

    #: Look at every use whether a template file has changed; by default where the site is developed.
    reload: bool | None = None
    #: A folder, relative to the site, that keeps compiled templates from one start to the next, for this user alone.
    compiled: str = ""

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        cache = FileSystemBytecodeCache(str(private_folder(self.compiled, setup.root))) if self.compiled else None
        self.environment = Pages(
            loader=FileSystemLoader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=setup.debug if self.reload is None else self.reload,
            bytecode_cache=cache,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[Trans, "jinja2.ext.loopcontrols"],
        )
        self.environment.newstyle_gettext = True  # type: ignore[attr-defined]
        self.environment.filters |= {name: thing for name, thing in self.known.items() if callable(thing)}
        self.environment.globals |= {called: trans(name) for name, called in TRANS.items()}
        self._extending: WeakKeyDictionary[Template, bool] = WeakKeyDictionary()

    def fault(self, name: str) -> str:
        try:
            self.environment.get_template(name)
        except TemplateSyntaxError as error:
            return f", line {error.lineno}: {(error.message or 'it is no template').rstrip('.')}."
        except UnicodeDecodeError:
            return ": it is no UTF-8."
        return ""

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        return self._template(name).render(values)

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        template = self._template(name)
        if fragment not in template.blocks:
            raise KirschError(f"{name} has no block {fragment!r}. It has: {', '.join(template.blocks) or 'none'}.")
        context = template.new_context(dict(values))
        try:
            if self._extends(template):
                # What a template does before its layout begins: set, import, and find the blocks that super() shows.
                next(template.root_render_func(context), None)
            return self.environment.concat(context.blocks[fragment][0](context))
        except Exception:
            self.environment.handle_exception()

    def fragments(self, name: str) -> list[str]:
        return list(self._template(name).blocks)

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[str]:
        return self._template(name).generate(values)

    def _extends(self, template: Template) -> bool:
        if template not in self._extending:
            loader, name = self.environment.loader, template.name
            assert loader is not None
            assert name is not None
            source = loader.get_source(self.environment, name)[0]
            self._extending[template] = self.environment.parse(source).find(nodes.Extends) is not None
        return self._extending[template]

    def _template(self, name: str) -> Template:
        try:
            return self.environment.get_template(name.lstrip("/"))
        except TemplateNotFound as error:
            raise self.missing(str(error.name or name)) from None


class Pages(Environment):
    """An environment whose own names are settled before its first page, so that no page looks them up in two places."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Trans(InternationalizationExtension):
    """`{% trans %}`, whose text is part of the template and may hold markup; what ``_`` translates is text."""

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        made = super().parse(parser)
        for node in made if isinstance(made, list) else [made]:
            for call in node.find_all(nodes.Call):
                if isinstance(call.node, nodes.Name) and call.node.name in TRANS:
                    call.node.name = TRANS[call.node.name]
        return made


def trans(name: str) -> Callable[..., Markup]:
    """What `{% trans %}` calls in place of the word *name*: its text may hold markup, the values in it are escaped."""

    @pass_context
    def translate(context: Context, *texts: Any, **values: Any) -> Markup:
        if not values and not name.startswith("n"):
            # Jinja has doubled every per cent sign of the text; nothing is filled in that would halve it.
            texts = tuple(text.replace("%%", "%") for text in texts)
        safe = {key: value if isinstance(value, int | float) else escape(value) for key, value in values.items()}
        return Markup(context.resolve(name)(*texts, **safe))

    return translate
