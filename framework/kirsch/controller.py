"""Controllers: classes whose public methods are actions."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, ClassVar, NamedTuple, TypeVar

from kirsch.errors import ConfigError
from kirsch.request import Request
from kirsch.response import Page, Response
from kirsch.translation import gettext, ngettext

Method = TypeVar("Method", bound=Callable[..., Any])

#: Messages that wait for the next page, and characters of one.
MOST_FLASHES, LONGEST_FLASH = 4, 200


class Link(NamedTuple):
    """An entry of the site's navigation."""

    label: str
    url: str
    current: bool = False


class Controller:
    """A group of actions; an instance is made for each request.

    An action is a public method. Its arguments come from the route, the query string and the form, by name and type.
    It returns a dict (a page, or JSON), a list (JSON), text (sent as plain text), Markup (sent as HTML), bytes or a
    Response.
    """

    #: What routes and configuration call the controller; by default the class's name in snake case.
    name: ClassVar[str]
    #: The controller's entry in the navigation; None for no entry.
    label: ClassVar[str | None] = None
    #: Settings for all of its actions, for example ``{"tools.mako.directories": ["pages"]}``.
    config: ClassVar[Mapping[str, Any]] = {}
    #: What tools must offer to all of its actions, by name: the end of a sentence that begins with "needs".
    tools_needed: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "name" not in cls.__dict__:
            cls.name = snake_case(cls.__name__)

    @classmethod
    def mistakes(cls) -> list[str]:
        """What is wrong with the class itself; asked at start for every controller that a route leads to."""
        return []

    def __init__(self, request: Request) -> None:
        self.request = request

    @property
    def response(self) -> Response:
        """The response to be: set its status or headers, then return the body as usual."""
        if self.request.response is None:
            self.request.response = Response()
        return self.request.response

    @property
    def session(self) -> Any:
        """The visitor's session, a dict kept between requests; offered by ``tools.sessions``."""
        return self.request.take("session")

    @property
    def db(self) -> Any:
        """The database session of this request, opened now; offered by ``tools.sqlalchemy``."""
        return self.request.take("db")

    def url(self, name: str, /, **arguments: Any) -> str:
        """The path of the route called *name*; what is no part of it becomes the query string."""
        return self.request.url_for(name, **arguments)

    def gettext(self, text: str, /, **values: Any) -> str:
        """*text* in the visitor's language, with ``%(name)s`` filled in; as it is without ``tools.translation``."""
        return gettext(self.request, text, **values)

    _ = gettext

    def ngettext(self, singular: str, plural: str, number: int, /, **values: Any) -> str:
        """The text for that many things; ``%(num)s`` is *number*."""
        return ngettext(self.request, singular, plural, number, **values)

    def flash(self, text: str, kind: str = "success") -> None:
        """Keep a message for the next page that shows messages. *kind*: success, info, warning, error.

        The latest four are kept, each cut to 200 characters: they must fit into a cookie.
        """
        text = text if len(text) <= LONGEST_FLASH else text[: LONGEST_FLASH - 1] + "…"
        self.session["_flash"] = [*self.session.get("_flash", []), [kind, text]][-MOST_FLASHES:]

    def page(self, template: str, /, *, fragment: str | None = None, **values: Any) -> Page:
        """*values* shown by *template*, whatever the action's own template is, or by one block or def of it."""
        return Page(template, values, fragment)

    def stream_page(self, template: str, /, **values: Any) -> Page:
        """*values* shown by *template* while it is sent: what its values compute is made when it is their turn."""
        return Page(template, values, stream=True)


def actions_of(kind: type[Controller]) -> dict[str, Callable[..., Any]]:
    """The actions of a controller by name, its parents' among them."""
    return {name: member for name, member in inspect.getmembers(kind, inspect.isfunction) if _is_action(kind, name)}


def _is_action(kind: type[Controller], name: str) -> bool:
    if name.startswith("_") or hasattr(Controller, name):
        return False
    return not any(getattr(parent.__dict__.get(name), "__no_action__", False) for parent in kind.__mro__)


def not_an_action(method: Method) -> Method:
    """Keep a public method of a controller, and those that override it, from being actions."""
    method.__no_action__ = True  # type: ignore[attr-defined]
    return method


def collect(*groups: ModuleType | Iterable[type[Controller]]) -> dict[str, type[Controller]]:
    """The controllers by name: those given, or all that a module or the modules of a package define.

    :raises ConfigError: when two have one name.
    """
    found: dict[str, type[Controller]] = {}
    mistakes = []
    for group in groups:
        for kind in _defined_in(group) if isinstance(group, ModuleType) else iter(group):
            other = found.setdefault(kind.name, kind)
            if other is not kind:
                places = f"{_place(other)} and {_place(kind)}"
                mistakes.append(f"Two controllers are called {kind.name!r}: {places}. Set `name` on one of them.")
    if mistakes:
        raise ConfigError(mistakes)
    return found


def _defined_in(module: ModuleType) -> Iterator[type[Controller]]:
    names = [module.__name__]
    if hasattr(module, "__path__"):
        names += [found.name for found in pkgutil.walk_packages(module.__path__, module.__name__ + ".")]
    for name in names:
        loaded = importlib.import_module(name)
        for member in vars(loaded).values():
            if isinstance(member, type) and issubclass(member, Controller) and member.__module__ == name:
                yield member


def _place(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def snake_case(name: str) -> str:
    """``BlogPosts`` as ``blog_posts``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
