"""Routes, controllers and configuration joined: one plan for each route, and every mistake on the way."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kirsch.arguments import binder
from kirsch.arguments.calling import caller
from kirsch.config import Config, Setting
from kirsch.controller import Controller, actions_of
from kirsch.errors import HTTPError, UsageError, did_you_mean
from kirsch.paths import Paths, copies
from kirsch.plan import Plan, leading, offering
from kirsch.problem import answer
from kirsch.renderer import OF_AN_ACTION, Renderer, Shown, shown_by
from kirsch.rendering import make_render
from kirsch.request import Request
from kirsch.response import Ready, Response
from kirsch.routing import Route
from kirsch.scopes import APPLICATION, Switches, inner_layers, outer_layers, path_layers, strangers
from kirsch.settings import filled
from kirsch.tool import SHORTEST_KEY, STAGES, KeyMissing, Setup, Tool, steps
from kirsch.tools import load_tool


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
        return self._assemble(f"{name}.{action}", call, switches, f"{name}/{action}", kind.tools_needed)

    def _assemble(
        self, name: str, call: Callable[[Request], Any], switches: Switches, template: str,
        needs: Mapping[str, str] = MappingProxyType({}),
    ) -> Plan:  # fmt: skip
        on = dict(switches.on())
        made = {tool_name: self._tool(tool_name, options) for tool_name, options in on.items()}
        tools = {tool_name: tool for tool_name, tool in made.items() if tool is not None}
        renderer, shown = self._renderer(name, tools, switches, template)
        chosen = [tool for tool in tools.values() if tool is renderer or not isinstance(tool, Renderer)]
        ordered = tuple(sorted(chosen, key=lambda tool: tool.order))
        stages = {stage: steps(chosen, stage) for stage in STAGES}
        if offered := {offer: make for tool in ordered for offer, make in tool.offers().items()}:
            stages["start"] = (offering(offered), *stages["start"])
        if len(tools) == len(on):  # A tool that could not be made has been told of.
            self._say_needs(tools, on, offered)
            for wanted in needs.keys() - offered:
                self._say(f"{name} needs {needs[wanted]}.")
        render = make_render(renderer, shown, name)
        for tool in reversed(ordered):
            render = getattr(tool, "rendering", _same)(render)
        plan = Plan(
            name, call, render, renderer, shown.template, **stages, tools=ordered, said=switches.settings,  # type: ignore[arg-type]
            settings={f"tools.{key}.{option}": setting for key, said in on.items() for option, setting in said.items()},
            quiet=all(tool.lazy or not (hasattr(tool, "after") or hasattr(tool, "end")) for tool in chosen),
        )  # fmt: skip
        for tool in ordered:
            plan = getattr(tool, "revise", _same)(plan)
        return plan

    def _say_needs(
        self, tools: Mapping[str, Tool], on: Mapping[str, dict[str, Setting]], offered: Collection[str]
    ) -> None:
        for name, tool in tools.items():
            for wanted in tool.needs.keys() - offered:
                origin = self._origin(name, on[name])
                self._say(f"{origin}: tools.{name} needs {tool.needs[wanted]}.".removeprefix(": "))

    def _renderer(
        self, plan: str, tools: Mapping[str, Tool], switches: Switches, template: str
    ) -> tuple[Renderer | None, Shown]:
        """The renderer of the strongest scope that switches one on, and what it shows; *template* is its usual one."""
        renderers = {name: tool for name, tool in tools.items() if isinstance(tool, Renderer)}
        if not renderers:
            return None, Shown(template)
        strongest = max(switches.rank[name] for name in renderers)
        nearest = [name for name in renderers if switches.rank[name] == strongest]
        if len(nearest) > 1:
            origins = " and ".join(self._origin(name, switches.settings[name]) or f"tools.{name}" for name in nearest)
            where = "the whole site" if strongest[0] <= APPLICATION else plan
            self._say(f"two renderers are on for {where}, by {origins}; switch one off with on = false")
        shown, wrong = shown_by(nearest[0], switches.settings[nearest[0]], template)
        for words in wrong:
            self._say(words)
        return renderers[nearest[0]], shown

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
