"""Everything an action needs, worked out at start: its tools' steps, its arguments, its renderer.

A :class:`Planner` turns routes, controllers and configuration into one frozen :class:`Plan` per route, and collects
every mistake on the way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kirsch.arguments import binder
from kirsch.arguments.calling import caller
from kirsch.config import Config, Setting
from kirsch.controller import Controller, actions_of
from kirsch.errors import HTTPError, NotFound, Redirect, UsageError, did_you_mean
from kirsch.paths import Paths, copies
from kirsch.problem import answer
from kirsch.renderer import OF_AN_ACTION, Renderer, Shown, shown_by
from kirsch.rendering import Render, make_render
from kirsch.request import Request
from kirsch.response import Ready, Response
from kirsch.routing import Route, RouteError
from kirsch.scopes import APPLICATION, Switches, ToolSettings, inner_layers, outer_layers, path_layers, strangers
from kirsch.settings import filled
from kirsch.tool import SHORTEST_KEY, KeyMissing, Setup, Tool, steps
from kirsch.tools import load_tool


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


class Planner:
    """Makes plans; tools with the same options are made once and shared."""

    def __init__(
        self,
        controllers: Mapping[str, type[Controller]],
        site: Config,
        application: Config,
        setup: Setup,
        own: Mapping[str, type[Tool]],
    ) -> None:
        #: The tools of the site itself.
        self.own = own
        self.controllers = controllers
        self.site = site
        self.application = application
        self.setup = setup
        self.mistakes: list[str] = []
        self.keyless: list[str] = []
        self.kinds: dict[str, type[Tool]] = {}
        self.made: dict[tuple[str, str], Tool | None] = {}
        self.outer = Switches().laid(outer_layers(site, application))
        self.paths = Paths(site, application)
        #: For each route that prefixes cross, the route that stands for it below each of them.
        self.crossing: dict[Route, dict[str, Route]] = {}

    def plans(self, routes: Iterable[Route]) -> dict[Route, Plan]:
        """One plan for each route that leads to an action, and for each prefix that crosses it."""
        routes = list(routes)
        found: dict[Route, Plan] = {}
        for route in routes:
            if plan := self._leading(route, self.paths.around(route)):
                found[route] = plan
        self.crossing = copies(self.paths, found)
        for route, others in self.crossing.items():
            for prefix, other in others.items():
                if plan := self._leading(route, prefix):
                    found[other] = replace(plan, below=prefix)
        self.mistakes += self.paths.mistakes(routes)
        for name in dict.fromkeys(str(route.controller) for route in found if route.controller is not None):
            self.mistakes += self.controllers[name].mistakes()
        self.mistakes += strangers(self.controllers, self.site, self.application)
        return found

    def _leading(self, route: Route, prefix: str | None) -> Plan | None:
        if route.redirect:
            return replace(self.nowhere(leading(route), prefix), name=f"redirect {route.routepath}")
        return self.plan(route, prefix) if route.controller is not None and not route.static else None

    def nowheres(self, call: Callable[[Request], Any]) -> dict[str | None, Plan]:
        """The plans of requests that no route takes below a prefix, by the nearest one."""
        return {prefix: self.nowhere(call, prefix) for prefix in self.paths.prefixes}

    def _around(self, prefix: str | None) -> Switches:
        """What is on below a prefix, before controllers and actions are asked."""
        return self.outer.laid(path_layers(self.site, self.application, self.paths.chain(prefix)))

    def nowhere(self, call: Callable[[Request], Any], prefix: str | None = None) -> Plan:
        """The plan of requests that no route takes: the tools of the whole site, without what surrounds an action."""
        plan = self._assemble("nowhere", call, self._around(prefix), "")
        renderers = () if plan.renderer is None or not plan.renderer.pages_of_errors else (plan.renderer,)

        def render(request: Request, result: Response | HTTPError) -> Response | Ready:
            return answer(request, result, *renderers) if isinstance(result, HTTPError) else result

        return replace(plan, before=(), render=render)

    def plan(self, route: Route, prefix: str | None) -> Plan | None:
        """The plan of one route below *prefix*; None where its controller or action does not exist."""
        name, action = str(route.controller), str(route.action)
        if name not in self.controllers:
            self._say(f"{route.place}: there is no controller {name!r}. {did_you_mean(name, self.controllers)}")
            return None
        kind = self.controllers[name]
        actions = actions_of(kind)
        if action not in actions:
            mend = did_you_mean(action, actions)
            if hasattr(Controller, action):
                mend = "Every controller has something else of that name; give the action another one."
            self._say(f"{route.place}: {kind.__name__} has no action {action!r}. {mend}")
            return None
        parts = route.variables.values()
        converted = {part.name: part.converter.gives for part in parts if part.converter.read is not None}
        bind, wrong = binder(actions[action], [*route.variables, *route.constants], converted)
        for words in wrong:
            self._say(f"{route.place}: {kind.__name__}.{action} {words}.")
        try:
            layers = inner_layers(self.site, self.application, kind, action, actions[action], own=self.own)
            switches = self._around(prefix).laid(layers)
        except UsageError as error:
            self._say(f"{kind.__module__}: {error}")
            return None
        call = caller(kind, action, bind, bare=not (route.variables or route.constants))
        return self._assemble(f"{name}.{action}", call, switches, f"{name}/{action}")

    def _assemble(self, name: str, call: Callable[[Request], Any], switches: Switches, template: str) -> Plan:
        tools: dict[str, Tool] = {}
        settings: dict[str, Setting] = {}
        for tool_name, options in switches.on():
            settings |= {f"tools.{tool_name}.{option}": setting for option, setting in options.items()}
            if (tool := self._tool(tool_name, options)) is not None:
                tools[tool_name] = tool
        renderer, shown = self._renderer(name, tools, switches), Shown(template)
        chosen = list(tools.values())
        if renderer is not None:
            shown, wrong = shown_by(renderer, switches.settings[renderer], template)
            for words in wrong:
                self._say(words)
            chosen = [tool for tool in chosen if tool is tools[renderer] or not isinstance(tool, Renderer)]
        shows = tools[renderer] if renderer else None
        assert shows is None or isinstance(shows, Renderer)
        ordered = tuple(sorted(chosen, key=lambda tool: tool.order))
        stages = {stage: steps(chosen, stage) for stage in ("start", "before", "after", "error", "end")}
        if offered := {name: make for tool in ordered for name, make in tool.offers().items()}:
            stages["start"] = (offering(offered), *stages["start"])
        on = dict(switches.on())
        # A tool that could not be made has been told of.
        for tool_name, tool in tools.items() if len(tools) == len(on) else ():
            for wanted in tool.needs.keys() - offered.keys():
                origin = self._origin(tool_name, on[tool_name])
                self._say(f"{origin}: tools.{tool_name} needs {tool.needs[wanted]}.".removeprefix(": "))
        render = make_render(shows, shown, name)
        for tool in reversed(ordered):
            render = getattr(tool, "rendering", _same)(render)
        plan = Plan(
            name, call, render, shows, shown.template, **stages, tools=ordered, settings=settings,  # type: ignore[arg-type]
            quiet=all(tool.lazy or not (hasattr(tool, "after") or hasattr(tool, "end")) for tool in chosen),
            said=switches.settings,
        )  # fmt: skip
        for tool in ordered:
            plan = getattr(tool, "revise", _same)(plan)
        return plan

    def _renderer(self, plan: str, tools: Mapping[str, Tool], switches: Switches) -> str | None:
        """The renderer of the strongest scope that switches one on."""
        names = [name for name, tool in tools.items() if isinstance(tool, Renderer)]
        strongest = max((switches.rank[name] for name in names), default=(0, 0))
        nearest = [name for name in names if switches.rank[name] == strongest]
        if len(nearest) > 1:
            origins = " and ".join(self._origin(name, switches.settings[name]) or f"tools.{name}" for name in nearest)
            where = "the whole site" if strongest[0] <= APPLICATION else plan
            self._say(f"two renderers are on for {where}, by {origins}; switch one off with on = false")
        return nearest[0] if nearest else None

    def _tool(self, name: str, options: dict[str, Setting]) -> Tool | None:
        """The tool with these options, made and prepared at its first use. A renderer is shared by all templates."""
        try:
            kind = self.kinds[name] if name in self.kinds else load_tool(name, self.own)
        except UsageError as error:
            self._say(f"{self._origin(name, options) or 'tools'}: {error}")
            return None
        self.kinds[name] = kind
        if issubclass(kind, Renderer):
            options = {option: setting for option, setting in options.items() if option not in OF_AN_ACTION}
        key = (name, repr(sorted((option, setting.value) for option, setting in options.items())))
        if key not in self.made:
            self.made[key] = self._make(kind, name, options)
        return self.made[key]

    def _make(self, kind: type[Tool], name: str, options: dict[str, Setting]) -> Tool | None:
        tool, wrong = filled(kind, f"tools.{name}", options, self.setup.root)
        for words in wrong:
            self._say(words)
        if tool is not None:
            try:
                tool.prepare(self.setup)
            except KeyMissing:
                self.keyless.append(f"tools.{name}")
                return None
            except UsageError as error:
                option = str(error).partition(" ")[0]
                origin = options[option].origin if option in options else self._origin(name, options)
                self._say(f"{origin}: tools.{name}: {error}".removeprefix(": "))
                return None
        return tool

    def _origin(self, name: str, options: Mapping[str, Setting]) -> str:
        """What switches a tool on: the first of its options, or an empty section; nothing where neither is known."""
        sections = [config.names("tools") for config in (self.site, self.application)]
        named = [*options.values(), *(section[name] for section in sections if name in section)]
        return named[0].origin if named else ""

    def key_mistakes(self) -> list[str]:
        """One sentence about the secret key for all tools that lack it; none where there is a key."""
        if not self.keyless:
            return []
        tools = " and ".join(dict.fromkeys(self.keyless))
        verb = "needs" if len(set(self.keyless)) == 1 else "need"
        # The layout of generated projects, whose secrets have a file of their own.
        place = "config/secrets.toml, " if Path(self.setup.root, "config", "site.toml").is_file() else ""
        make = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
        return [
            f"{tools} {verb} a random text of at least {SHORTEST_KEY} characters as secret_key "
            f"in {place}[site]. Make one: {make}"
        ]

    def _say(self, mistake: str) -> None:
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)


def _same(thing: Any) -> Any:
    return thing


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
