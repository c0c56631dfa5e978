"""The names of the tools, and the decorators that switch them on: ``@tools.mako("books/show")``.

A tool's module is loaded only where the tool is on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, TypeVar

from kirsch.errors import ConfigError, UsageError, did_you_mean
from kirsch.extensions import brought, load_brought
from kirsch.tool import Tool

NAMES = {
    "accept": "kirsch.tools.accept:Accept",
    "accesslog": "kirsch.tools.accesslog:AccessLog",
    "allow": "kirsch.tools.allow:Allow",
    "autovary": "kirsch.tools.autovary:AutoVary",
    "basicauth": "kirsch.tools.basicauth:BasicAuth",
    "bearer": "kirsch.tools.bearer:Bearer",
    "cachecontrol": "kirsch.tools.cachecontrol:CacheControl",
    "caching": "kirsch.tools.caching:Caching",
    "chameleon": "kirsch.tools.chameleon:Chameleon",
    "cheetah": "kirsch.tools.cheetah:Cheetah",
    "compression": "kirsch.tools.compression:Compression",
    "cors": "kirsch.tools.cors:CORS",
    "csrf": "kirsch.tools.csrf:CSRF",
    "deadline": "kirsch.tools.deadline:Deadline",
    "digestauth": "kirsch.tools.digestauth:DigestAuth",
    "encoding": "kirsch.tools.encoding:Encoding",
    "errorlog": "kirsch.tools.errorlog:ErrorLog",
    "etags": "kirsch.tools.etags:ETags",
    "genshi": "kirsch.tools.genshi:Genshi",
    "headers": "kirsch.tools.headers:Headers",
    "hooklog": "kirsch.tools.hooklog:HookLog",
    "hosts": "kirsch.tools.hosts:Hosts",
    "https": "kirsch.tools.https:HTTPS",
    "jinja": "kirsch.tools.jinja:Jinja",
    "json": "kirsch.tools.json:JSON",
    "kajiki": "kirsch.tools.kajiki:Kajiki",
    "limits": "kirsch.tools.limits:Limits",
    "login": "kirsch.tools.login:Login",
    "mako": "kirsch.tools.mako:Mako",
    "methodoverride": "kirsch.tools.methodoverride:MethodOverride",
    "metrics": "kirsch.tools.metrics:Metrics",
    "oidc": "kirsch.tools.oidc:OIDC",
    "profiling": "kirsch.tools.profiling:Profiling",
    "proxy": "kirsch.tools.proxy:Proxy",
    "ratelimit": "kirsch.tools.ratelimit:RateLimit",
    "redirect": "kirsch.tools.redirect:Redirect",
    "referer": "kirsch.tools.referer:Referer",
    "requestid": "kirsch.tools.requestid:RequestID",
    "secureheaders": "kirsch.tools.secureheaders:SecureHeaders",
    "sessions": "kirsch.tools.sessions:Sessions",
    "sqlalchemy": "kirsch.tools.sqlalchemy:SQLAlchemy",
    "static": "kirsch.tools.static:Static",
    "statistics": "kirsch.tools.statistics:Statistics",
    "trailingslash": "kirsch.tools.trailingslash:TrailingSlash",
    "translation": "kirsch.tools.translation:Translation",
    "usage": "kirsch.tools.usage:Usage",
}
#: Other packages add tools, renderers among them, in this entry-point group.
GROUP = "kirsch.tools"
#: The extra that brings the package a tool of ours needs.
EXTRAS = {
    "chameleon": "chameleon",
    "cheetah": "cheetah",
    "genshi": "genshi",
    "jinja": "jinja",
    "kajiki": "kajiki",
    "metrics": "metrics",
    "oidc": "oidc",
    "ratelimit": "limits",
    "sqlalchemy": "sql",
    "translation": "i18n",
}

Decorated = TypeVar("Decorated")


class Switched(NamedTuple):
    """A tool switched on by a decorator."""

    name: str
    positional: tuple[Any, ...]
    options: dict[str, Any]


def known_tools() -> dict[str, str]:
    """Every tool that can be switched on, by name: "module:Class"."""
    return brought(GROUP) | NAMES


def own_tools(given: ModuleType | Iterable[type[Tool]]) -> dict[str, type[Tool]]:
    """The tools of a site itself, by their classes' names in small letters: those given, or all of a package.

    :raises ConfigError: for what is no tool, and for names that are taken.
    """
    found: dict[str, type[Tool]] = {}
    mistakes = []
    kinds = defined_in(given) if isinstance(given, ModuleType) else iter(given)
    for kind in kinds:
        if wrong := no_tool(kind):
            mistakes.append(f"{getattr(kind, '__qualname__', repr(kind))} is {wrong}")
            continue
        name = kind.__name__.lower()
        if name in NAMES or found.get(name, kind) is not kind:
            mistakes.append(
                f"{kind.__module__}.{kind.__qualname__}: there is a tool {name!r} already. Rename the class."
            )
        found[name] = kind
    if mistakes:
        raise ConfigError(mistakes)
    return found


def defined_in(package: ModuleType) -> Iterator[type[Tool]]:
    """The tools that a module, or the modules of a package, define."""
    names = [package.__name__]
    if hasattr(package, "__path__"):
        names += [found.name for found in walk_packages(package.__path__, package.__name__ + ".")]
    for name in names:
        for member in vars(import_module(name)).values():
            if isinstance(member, type) and issubclass(member, Tool) and member.__module__ == name:
                yield member


def no_tool(kind: Any) -> str:
    """Why *kind* is no tool; empty where it is one."""
    if not (isinstance(kind, type) and issubclass(kind, Tool)):
        return "no class derived from kirsch.Tool."
    return "" if "__dataclass_fields__" in kind.__dict__ else "no dataclass. Write @dataclass above the class."


def load_tool(name: str, own: Mapping[str, type[Tool]] = MappingProxyType({})) -> type[Tool]:
    """The class of the tool called *name*, one of a site's *own* or one whose module is imported now.

    :raises UsageError: when there is no such tool, or a package it needs is missing.
    """
    if name in own:
        return own[name]
    if name not in NAMES:
        return load_foreign(name, own)
    module, _, attribute = NAMES[name].partition(":")
    try:
        found: type[Tool] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("kirsch"):
            raise
        extra = f"kirsch[{EXTRAS[name]}]" if name in EXTRAS else error.name
        raise UsageError(f"tools.{name} needs the package {error.name!r}. Run: pip install '{extra}'") from error
    except AttributeError as error:
        raise UsageError(f"tools.{name} names {NAMES[name]}, which does not exist.") from error
    return found


def load_foreign(name: str, own: Iterable[str] = ()) -> type[Tool]:
    """The class of a tool that another package brings; *own* names are known besides.

    :raises UsageError: when none does, or what it brings is no tool.
    """
    # Other packages are asked only for what is none of ours: that reads the metadata of everything installed.
    known = brought(GROUP)
    if name not in known:
        raise UsageError(f"there is no tool {name!r}. {did_you_mean(name, {*known, *NAMES, *own})}")
    found = load_brought(GROUP, name, f"tools.{name}")
    if wrong := no_tool(found):
        raise UsageError(f"tools.{name} is {known[name]}, which is {wrong}")
    kind: type[Tool] = found
    return kind


class Switches:
    """The decorators, by the tools' names; ``from kirsch import tools`` is the one instance.

    An object rather than the module itself, whose attributes become the tools' modules once they are loaded.
    """

    def __getattr__(self, name: str) -> Callable[..., Callable[[Decorated], Decorated]]:
        """The decorator that switches the tool *name* on for an action or a controller."""
        if name.startswith("_"):
            raise AttributeError(name)

        def switch(*positional: Any, **options: Any) -> Callable[[Decorated], Decorated]:
            def decorate(target: Decorated) -> Decorated:
                mine = target.__dict__.get("__kirsch_tools__", ())
                target.__kirsch_tools__ = (*mine, Switched(name, positional, options))  # type: ignore[attr-defined]
                return target

            return decorate

        return switch


switches = Switches()
