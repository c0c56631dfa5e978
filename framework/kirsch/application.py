"""The application: a WSGI callable that takes a request all the way to its response, top to bottom on one page."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import Any, Literal, get_type_hints

from kirsch.config import ENVIRONMENTS, Config, Setting, Source, laid
from kirsch.controller import Controller, Link, collect
from kirsch.errors import ConfigError, HTTPError, MethodNotAllowed, NotFound, RunError
from kirsch.finding import make_find, misplaced
from kirsch.headers import ONE_PAGE
from kirsch.paths import find_below
from kirsch.plan import Plan
from kirsch.planner import Planner
from kirsch.problem import answer, last_resort
from kirsch.request import Request
from kirsch.response import BadHeader, Ready, Response, close_body, full
from kirsch.routing import Mapper
from kirsch.settings import checked
from kirsch.target import decode_path
from kirsch.tool import Setup, Tool
from kirsch.tools import own_tools

logger = logging.getLogger("kirsch")

NOT_FOUND = NotFound()
ErrorPage = Callable[[Request, Exception, str], str]


class Application:
    """Routes, controllers and configuration, joined and checked; then a WSGI callable (PEP 3333).

    :param mapper: the routes.
    :param controllers: the classes themselves, or a package whose modules define them.
    :param config: settings for this application: one source or a list of them.
    :param site: settings of the whole site, weaker than *config*.
    :param tools: tools of the site itself, switched on by their classes' names in small letters: the classes, or a
        package whose modules define them.
    :raises ConfigError: with every mistake in routes, controllers, configuration and tools.
    """

    #: What people see of an unexpected error instead of a plain page; set in development.
    debug_page: ErrorPage | None = None
    #: What says more of a 404 or 405 where no route answers; set in development.
    debug_missing: Callable[[Request, HTTPError, Mapper], Response | HTTPError] | None = None

    def __init__(
        self,
        mapper: Mapper,
        controllers: ModuleType | Iterable[type[Controller]] = (),
        config: Source | list[Source] | None = None,
        site: Config | None = None,
        tools: ModuleType | Iterable[type[Tool]] = (),
    ) -> None:
        if not isinstance(mapper, Mapper):
            raise ConfigError([f"Application needs a Mapper first, not {mapper!r}; let make_mapper return its mapper."])
        site = site or Config()
        sources = config if isinstance(config, list) else [] if config is None else [config]
        own = Config(*sources, root=site.root)
        environment = own.environment or site.environment or ENVIRONMENTS[0]
        self.site, self.config = site.within(environment), own.within(environment)
        self.mapper = mapper
        self.controllers = collect(controllers, mapper.classes.values())
        setup, mistakes = read_setup(self.section("site"), self.site.root)
        self.setup = replace(setup, routes=frozenset(map(str, mapper.names)))
        self.name, self.debug = self.setup.name, self.setup.debug
        #: The tools of the site itself, by name.
        self.own_tools = own_tools(tools)
        planner = Planner(self.controllers, self.site, self.config, self.setup, self.own_tools)
        mapper.freeze()
        self.url = mapper.url
        self.plans = planner.plans(mapper.matchlist)
        self.nowhere = planner.nowhere(self.answer_miss)
        self.nowheres, self.paths = planner.nowheres(self.answer_miss), planner.paths
        around = {route: plan.tools for route, plan in self.plans.items()}
        self.crossing = planner.crossing
        find = find_below(mapper.find, self.paths, self.crossing)
        self.find = make_find(find, self.nowhere.tools, around)
        mistakes += misplaced(self.nowhere.tools, around, {route: plan.name for route, plan in self.plans.items()})
        entries = [self.controllers[name] for route in self.plans if (name := route.controller) == route.name and name]
        self.labels = {kind.name: kind.label for kind in entries if kind.label}
        self.tools = [tool for tool in planner.made.values() if tool is not None]
        files = (tool for route, plan in self.plans.items() if route.name == "static" for tool in plan.tools)
        self._named = next((tool.named for tool in files if hasattr(tool, "named")), None)
        self._tool_names = {name: tool for (name, _), tool in reversed(planner.made.items()) if tool is not None}
        if mistakes := [*mistakes, *mapper.mistakes(), *planner.key_mistakes(), *planner.mistakes]:
            self.close()
            raise ConfigError(mistakes)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: PLR0912  # one journey
        request, method, find = Request(environ, self), environ["REQUEST_METHOD"], self.find
        plan = self.nowhere
        response: Response | Ready | None = None
        try:
            path = environ.get("PATH_INFO") or "/"
            if not path.isascii():
                path = decode_path(path)
            route, urlvars, allowed = find(path, method, environ)
            if route is not None:
                request.route, request.urlvars = route, urlvars
                plan = self.plans[route]
            else:
                if allowed:
                    request.allowed = allowed
                if self.nowheres:
                    plan = self.nowheres.get(self.paths.nearest(path), plan)
            for start in plan.start:
                if (response := start(request)) is not None:
                    break
            else:
                request.stage = "before"
                for before in plan.before:
                    if (response := before(request)) is not None:
                        break
                else:
                    request.stage, call, render = "action", plan.call, plan.render
                    result = call(request)
                    request.stage = "render"
                    response = render(request, result)
        except Exception as error:
            response = self.answer_error(request, plan, error)
        if isinstance(response, tuple):
            if plan.quiet and not request.uploads and not request.made:  # nobody will look at a Response
                status, headers, body = response
                start_response(status, headers)
                return () if method == "HEAD" else (body,)
            response = Response.of(response)
        request.stage = "after"
        for after in plan.after:
            try:
                after(request, response)
            except Exception as error:
                close_body(response.app_iter)
                response = full(self.answer_error(request, plan, error))
        if plan.end or request.uploads or not isinstance(response.app_iter, list):
            response.wrap(partial(Ending, request, (*plan.end, Request.close)))
        try:
            return response(request.environ, start_response)
        except Exception as error:
            close_body(response.app_iter)
            if not isinstance(error, BadHeader):
                raise
            response = full(self.answer_error(request, plan, error))
            return response(request.environ, start_response)

    def answer_miss(self, request: Request) -> Response | HTTPError:
        """The answer where no route takes the request: OPTIONS, 405 with what is allowed, or 404."""
        if request.environ["REQUEST_METHOD"] == "OPTIONS":
            if request.allowed:
                return Response(status=204, headers=[("Allow", ", ".join(request.allowed))])
            if request.environ.get("PATH_INFO") == "*":
                return Response(status=204)
        error = MethodNotAllowed(request.allowed) if request.allowed else NOT_FOUND
        return error if self.debug_missing is None else self.debug_missing(request, error, self.mapper)

    def answer_error(self, request: Request, plan: Plan, error: Exception) -> Response | Ready:
        """The response for an exception: the answer an HTTP error stands for, else a 500 whose id is in the log."""
        try:
            if isinstance(error, HTTPError):
                return answer(request, error, plan.renderer, self.nowhere.renderer)
            return self._answer_unexpected(request, plan, error)
        except Exception:
            logger.exception("request %s: the answer to an error failed", request.id)
            return last_resort(request.id)

    def _answer_unexpected(self, request: Request, plan: Plan, error: Exception) -> Response | Ready:
        known = None
        for hook in plan.error:
            try:
                known = hook(request, error) or known
            except Exception:
                logger.exception("request %s: an error hook failed", request.id)
        if isinstance(known, HTTPError):
            return answer(request, known, plan.renderer, self.nowhere.renderer)
        logger.error(
            "request %s: %s %r failed in %s", request.id, request.method, request.environ.get("PATH_INFO"),
            plan.name, exc_info=error,
        )  # fmt: skip
        if self.debug_page is not None and request.prefers("text/html", "application/json") == "text/html":
            return Response(self.debug_page(request, error, request.id), 500, headers=[ONE_PAGE])
        sentence = f"Something went wrong on our side. It is in the log as {request.id}."
        return answer(request, HTTPError(sentence), plan.renderer, self.nowhere.renderer)

    def navigation(self, request: Request) -> list[Link]:
        """The controllers that have a label and a route of their own name, in the order of their routes."""
        here = request.route.controller if request.route is not None else None
        return [Link(label, request.url_for(name), name == here) for name, label in self.labels.items()]

    def asset(self, request: Request, path: str) -> str:
        """The URL of a file of the route ``static``, with the version of its content if ``tools.static`` knows it."""
        path, version = self._named(path) if self._named else (path, None)
        return request.url_for("static", path=path, v=version)

    def tool(self, name: str) -> Tool:
        """The tool called *name* that is on somewhere in this application.

        :raises RunError: when it is off everywhere.
        """
        if name not in self._tool_names:
            raise RunError(f"tools.{name} is off in {self.name}. Set [tools.{name}] in the configuration.")
        return self._tool_names[name]

    def section(self, *names: str) -> dict[str, Setting]:
        """The settings of a section such as ``[server]``, the application's over the site's."""
        return laid(self.site.section(*names), self.config.section(*names))

    def close(self) -> None:
        """Close every tool, the last one made first."""
        for tool in reversed(self.tools):
            tool.close()


class Ending:
    """A body that says in the log when it breaks off, and runs the end hooks, each guarded, when it is closed."""

    def __init__(self, request: Request, hooks: tuple[Callable[..., Any], ...], body: Iterable[bytes]) -> None:
        self.body = body
        self.request = request
        self.hooks = hooks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body) if isinstance(self.body, list) else self._guarded()

    def _guarded(self) -> Iterator[bytes]:
        try:
            yield from self.body
        except Exception:
            logger.exception("request %s: its answer broke off", self.request.id)
            raise

    def sendable(self) -> tuple[Any, int, int] | None:
        """What the system can send without reading it here (see :meth:`kirsch.ranges.PartialBody.sendable`)."""
        inner = getattr(self.body, "sendable", None)
        return inner() if inner is not None else None

    def close(self) -> None:
        """Close the body, then run every hook; called by the server, once."""
        hooks, self.hooks = self.hooks, ()
        try:
            close_body(self.body)
        finally:
            for hook in hooks:
                try:
                    hook(self.request)
                except Exception:
                    logger.exception("request %s: an end hook failed", self.request.id)


@dataclass(frozen=True)
class About:
    """What ``[site]`` may say."""

    #: What the site is called, in pages and in the line that says where it is served.
    name: str = "site"
    #: What it runs as; the sections below `[environments.NAME]` are for one of them alone.
    environment: Literal["production", "development", "test"] = "production"
    #: Whether errors are shown with their source; by default in development alone. Never on the open net.
    debug: bool | None = None
    #: A random text of at least 16 characters, which signs the cookies of sessions and forms. A test has one made up.
    secret_key: str = ""
    #: Keys of before, which are still recognized and no longer sign.
    old_secret_keys: list[str] = field(default_factory=list)


def read_setup(given: Mapping[str, Setting], root: Path) -> tuple[Setup, list[str]]:
    """What ``[site]`` says, and what is wrong with it."""
    options, mistakes = checked(given, get_type_hints(About), "site", root)
    about = About(**options)
    debug = about.environment == "development" if about.debug is None else about.debug
    secret = about.secret_key or (token_hex(32) if about.environment == "test" else "")
    setup = Setup(root, about.name, debug, secret, tuple(about.old_secret_keys), environment=about.environment)
    return setup, mistakes
