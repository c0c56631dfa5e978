"""Everything an action needs, worked out at start: its tools' steps, its arguments, its renderer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kirsch.config import Setting
from kirsch.errors import HTTPError, NotFound, Redirect
from kirsch.renderer import Renderer
from kirsch.rendering import Render
from kirsch.request import Request
from kirsch.routing import Route, RouteError
from kirsch.scopes import ToolSettings
from kirsch.tool import Tool


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to the requests of one route."""

    name: str
    call: Callable[[Request], Any]
    render: Render
    renderer: Renderer | None
    #: The template that shows the action's dict, without its ending.
    template: str
    start: tuple[Callable[..., Any], ...]
    before: tuple[Callable[..., Any], ...]
    after: tuple[Callable[..., Any], ...]
    error: tuple[Callable[..., Any], ...]
    end: tuple[Callable[..., Any], ...]
    tools: tuple[Tool, ...]
    #: Every setting by its whole name, with its origin.
    settings: Mapping[str, Setting]
    #: Whether no tool looks at the response of a request that has taken nothing of what tools offer.
    quiet: bool
    #: The prefix whose tools it has, where only some of the route's paths lie below it.
    below: str = ""
    #: What is said of each tool, on or off.
    said: ToolSettings = field(default_factory=dict)


def offering(offered: Mapping[str, Callable[[Request], Any]]) -> Callable[[Request], None]:
    """The step that lets a request take what its tools offer."""

    def offer(request: Request) -> None:
        request.offered = offered

    return offer


def leading(route: Route) -> Callable[[Request], Any]:
    """The function that sends the client where a redirect leads; values that make no address there are a 404."""

    def lead(request: Request) -> HTTPError:
        environ = request.environ
        try:
            location = route.location(request.urlvars, environ.get("QUERY_STRING", ""), environ.get("SCRIPT_NAME", ""))
        except RouteError:
            return NotFound()
        return Redirect(location, int(route.redirect_status[:3]))

    return lead
