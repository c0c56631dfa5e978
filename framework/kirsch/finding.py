"""What happens before a route is found: a proxy's word is taken, and a preflight finds the route it asks about."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from kirsch.routing import Route
from kirsch.tool import Tool

#: What :meth:`kirsch.Mapper.find` does: path, method and environ to a route, its variables, the methods that would do.
Find: TypeAlias = Callable[[str, str, dict[str, Any]], tuple[Route | None, dict[str, Any], tuple[str, ...]]]
#: The tools of each route.
Tools: TypeAlias = Mapping[Route, tuple[Tool, ...]]

ASKED = "HTTP_ACCESS_CONTROL_REQUEST_METHOD"


def make_find(find: Find, everywhere: Iterable[Tool], tools: Tools) -> Find:
    """*find*, after the ``arrive`` steps of the tools that are on *everywhere*; itself where no tool needs more."""
    if any(tool.preflights for chosen in tools.values() for tool in chosen):
        find = preflighting(find, tools)
    steps = arrivals(everywhere)
    return arriving(find, steps) if steps else find


def arriving(find: Find, steps: tuple[Callable[[dict[str, Any]], None], ...]) -> Find:
    """*find*, after *steps* have put right what the environ says."""

    def find_after(path: str, _method: str, environ: dict[str, Any]) -> Any:
        for step in steps:
            step(environ)
        return find(path, environ["REQUEST_METHOD"], environ)

    return find_after


def preflighting(find: Find, tools: Tools) -> Find:
    """*find*, where a preflight (Fetch standard, "CORS-preflight request") finds the route that it asks about.

    Its tools then answer, whatever answers OPTIONS there. Where no tool of that route does, the request is an OPTIONS
    like any other: what the site says in general must not allow what the action does not.
    """

    def find_asked(path: str, method: str, environ: dict[str, Any]) -> Any:
        if method == "OPTIONS" and ASKED in environ and "HTTP_ORIGIN" in environ:
            found = find(path, environ[ASKED], environ)
            if found[0] is not None:
                if any(tool.preflights for tool in tools[found[0]]):
                    return found
                del environ[ASKED]
        return find(path, method, environ)

    return find_asked


def arrivals(tools: Iterable[Tool]) -> tuple[Callable[[dict[str, Any]], None], ...]:
    """The ``arrive`` steps of *tools*, in their order."""
    return tuple(tool.arrive for tool in sorted(tools, key=lambda tool: tool.order) if hasattr(tool, "arrive"))


def misplaced(everywhere: Iterable[Tool], tools: Tools, names: Mapping[Route, str]) -> Iterator[str]:
    """What is wrong where an action wants something else to happen before it is known than the whole site."""
    general = {id(tool): tool for tool in everywhere if hasattr(tool, "arrive")}
    said: set[int] = set()
    for route, chosen in tools.items():
        own = {id(tool): tool for tool in chosen if hasattr(tool, "arrive")}
        for key in (own.keys() ^ general.keys()) - said:
            said.add(key)
            word = type((own | general)[key]).__name__.lower()
            yield (
                f"{names[route]}: tools.{word} acts before it is known which action is asked for. "
                f"Set it for the whole site alone, under [tools.{word}]."
            )
