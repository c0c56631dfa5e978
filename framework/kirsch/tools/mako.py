"""Pages by Mako templates, escaped unless a value is Markup."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from inspect import signature
from typing import Any, ClassVar

import mako
from mako.exceptions import CompileException, SyntaxException, TopLevelLookupException
from mako.lookup import TemplateLookup
from mako.runtime import Context
from mako.template import Template
from mako.util import FastEncodingBuffer
from markupsafe import escape as html_escape

from kirsch.errors import KirschError
from kirsch.renderer import Renderer
from kirsch.templating import BadName, inside
from kirsch.tool import Setup
from kirsch.tools._compiled import private_folder
from kirsch.tools._writing import Writer, written


@dataclass
class Mako(Renderer):
    """Show an action's dict by a Mako template.

    Every expression is HTML-escaped; `${value | n}` is not. `<%inherit file="/layout.mako"/>` names the layout. A
    fragment is a `<%block name="rows">` or a `<%def name="rows()">`.
    """

    suffix: ClassVar[str] = ".mako"
    library: ClassVar[str] = "kirsch.crud:templates/mako"

    #: Look at every use whether a template file has changed; by default where the site is developed.
    reload: bool | None = None
    #: A folder, relative to the site, that keeps compiled templates from one start to the next, for this user alone.
    compiled: str = ""

    def prepare(self, setup: Setup) -> None:
        super().prepare(setup)
        self.lookup = _Lookup(
            [str(folder) for folder in self.folders],
            default_filters=_Filters(["_escape"]),
            imports=["from kirsch.tools.mako import escape as _escape"],
            strict_undefined=True,
            filesystem_checks=setup.debug if self.reload is None else self.reload,
            input_encoding="utf-8",
            modulename_callable=_Modules(str(private_folder(self.compiled, setup.root))) if self.compiled else None,
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
        template = self._template(name)
        buffer = FastEncodingBuffer()
        context = Context(buffer, **values)
        template.render_context(context, **values)
        _empty(context)
        return buffer.getvalue()

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        if fragment not in (known := self.fragments(name)):
            raise KirschError(f"{name} has no block or def {fragment!r}. It has: {', '.join(known) or 'none'}.")
        found = self._template(name).get_def(fragment)
        buffer = FastEncodingBuffer()
        context = Context(buffer, **values)
        # A block takes every value, a def those that it names.
        taken = signature(found.callable_).parameters.values()
        if not any(one.kind is one.VAR_KEYWORD for one in taken):
            values = {one.name: values[one.name] for one in taken if one.name in values}
        found.render_context(context, **values)
        _empty(context)
        return buffer.getvalue()

    def fragments(self, name: str) -> list[str]:
        return [one for one in self._template(name).list_defs() if not one.startswith("__") and one != "body"]

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[str]:
        template = self._template(name)

        def work(writer: Writer) -> None:
            context = Context(writer, **values)
            template.render_context(context, **values)
            _empty(context)

        return written(work)

    def _template(self, name: str) -> Template:
        try:
            return self.lookup.get_template("/" + name.lstrip("/"))
        except TopLevelLookupException:
            raise self.missing(name) from None


class _Lookup(TemplateLookup):
    """A lookup that never leaves its folders, whatever the name, the platform and the version of Mako."""

    def get_template(self, uri: str) -> Template:
        if uri not in self._collection:
            try:
                inside(uri)
            except BadName as error:
                raise TopLevelLookupException(str(error)) from None
        return super().get_template(uri)


class _Modules:
    """The file of a compiled template: another one for each file and state of it, and for each version of Mako."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, filename: str, uri: str) -> str:
        state = os.stat(filename)
        key = f"{mako.__version__} {filename} {uri} {state.st_mtime_ns} {state.st_size}"
        return os.path.join(self.folder, f"{sha256(key.encode()).hexdigest()}.py")


class _Filters(list[str]):
    """Escaping after whatever other filters make: they get the value as it is, and only their Markup is not escaped."""

    def __add__(self, others: list[str]) -> list[str]:  # type: ignore[override]
        return [*others, *self]


def escape(value: object) -> str:
    """*value* escaped as Mako's ``h`` does it, sooner: without a Markup that nobody sees. Numbers go as they are."""
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
