"""Which action answers a URL, and which URL leads to an action: Routes' Mapper with order, types and an index."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

import routes

from kirsch.errors import did_you_mean
from kirsch.routing.address import decoded_path, sub_domain_of
from kirsch.routing.checks import find_mistakes
from kirsch.routing.generate import build
from kirsch.routing.index import KEYS, Shelf, build_shelves, candidates
from kirsch.routing.parts import CONVERTERS, Converter, RouteError
from kirsch.routing.place import calling_place, snake_case
from kirsch.routing.redirect import redirect_options
from kirsch.routing.resource import connect_resource
from kirsch.routing.route import Route
from kirsch.routing.submapper import SubMapper, open_collection
from kirsch.routing.table import aligned


class Match(NamedTuple):
    """What `find` found: the route with its converted variables, or no route and the methods that would do."""

    route: Route | None
    urlvars: dict[str, Any]
    allowed: tuple[str, ...] = ()


class Mapper(routes.Mapper):
    """The table of routes; the first one connected that matches wins, and names make URLs.

    Connect everything, then hand it to an `Application`, which freezes it. A mapper never registers itself
    anywhere and needs no environ: paths come in decoded, URLs go out without SCRIPT_NAME.
    """

    converters: dict[str, Converter]
    default_converters: ClassVar[dict[str, Converter]] = CONVERTERS
    matchlist: list[Route]

    def __init__(
        self,
        controller_scan: object = None,
        directory: str | None = None,
        always_scan: bool = False,
        register: bool = False,
        explicit: bool = True,
    ) -> None:
        if register or always_scan or directory or not explicit:
            raise RouteError(
                "a Mapper is explicit and registers nowhere: leave out register, explicit, always_scan and directory"
            )
        super().__init__(controller_scan=None, register=False, explicit=True)
        self.converters = dict(self.default_converters)
        self.classes: dict[str, type] = {}
        self.names: dict[str, Route] = {}
        self.routes: list[Route] = []
        self.domains: tuple[str, ...] = ()
        self.frozen = False
        self._clashes: list[str] = []
        self._shelves: list[Shelf] = []
        self._exact: dict[str, dict[str | None, Match]] = {}
        self._actions: dict[tuple[str | None, str | None], list[Route]] = {}

    # ------------------------------------------------------------------ connecting

    def connect(self, *args: Any, **options: Any) -> None:
        """Connect `[name,] path` to a controller (its name or class) and an action.

        `conditions={"method": [...], "sub_domain": ..., "function": ...}` and `requirements={variable: regex}` narrow
        it; any other keyword is a constant that the action gets.
        """
        place = options.pop("_place", None) or calling_place()
        if self.frozen:
            raise RouteError(f"{place}: the routes are frozen; connect them before the Application is made")
        if not 1 <= len(args) <= 2 or not isinstance(args[-1], str):
            raise RouteError(f"{place}: connect takes a path, or a name and a path")
        name, path = args if len(args) == 2 else (None, args[0])
        if isinstance(options.get("controller"), type):
            options["controller"] = self._keep_class(options["controller"], place)
        self._add(self.make_route(name, path, converters=self.converters, place=place, **options))

    def make_route(self, *args: Any, **options: Any) -> Route:
        """A new route; override it to use a class of your own."""
        return Route(*args, **options)

    def _keep_class(self, controller: type, place: str) -> str:
        name = controller.__dict__.get("name") or getattr(controller, "name", None) or snake_case(controller.__name__)
        known = self.classes.setdefault(str(name), controller)
        if known is not controller:
            self._clashes.append(f"{place}: {controller!r} and {known!r} are both called {name!r}; set `name` on one")
        return str(name)

    def _add(self, route: Route) -> None:
        self.routes.append(route)
        if not route.static:
            self.matchlist.append(route)
        if not route.name:
            return
        first = self.names.setdefault(route.name, route)
        self._routenames[route.name] = first
        if first.routepath != route.routepath:
            self._clashes.append(
                f"{route.place}: the name {route.name!r} is taken by {first.routepath} ({first.place}); choose another"
            )

    def submapper(self, **options: Any) -> SubMapper:
        """A part of the table whose routes share options: `with mapper.submapper(path_prefix="/admin") as admin`."""
        return SubMapper(self, **options)

    def collection(self, collection_name: str, resource_name: str, **options: Any) -> SubMapper:
        """Routes' collection: a submapper with the usual actions and one for its members as `.member`."""
        return open_collection(self, collection_name, resource_name, **options)

    def resource(self, member_name: str, collection_name: str, **options: Any) -> None:
        """The routes of a CRUD resource; see :func:`kirsch.routing.resource.connect_resource` for table and options."""
        options.setdefault("_place", calling_place())
        connect_resource(self, member_name, collection_name, **options)

    def redirect(self, match_path: str, destination_path: str, *args: Any, **options: Any) -> None:
        """Send whoever asks for *match_path* to *destination_path* on this host, with the query string kept."""
        options.setdefault("_place", calling_place())
        status, options = redirect_options(options)
        self.connect(match_path, **options)
        route = self.matchlist[-1]
        target = self.make_route(
            None,
            destination_path,
            converters=self.converters,
            place=route.place,
            requirements={name: part.requirement for name, part in route.variables.items()},
        )
        route.lead_to(target, status)

    def extend(self, routes: Iterable[Route], path_prefix: str = "") -> None:
        """Connect copies of *routes*, below *path_prefix*."""
        place = calling_place()
        for route in routes:
            options = {key: value for key, value in route._kargs.items() if not key.startswith("_")}
            self.connect(
                route.name, path_prefix + route.routepath, conditions=route.conditions, _place=place, **options
            )

    # ------------------------------------------------------------------ freezing

    def freeze(self) -> None:
        """Work out everything that finding needs; connecting afterwards is refused."""
        if self.frozen:
            return
        self._shelves = build_shelves(self.matchlist)
        self._actions = {}
        for route in self.matchlist:
            self._actions.setdefault((route.controller, route.action), []).append(route)
        paths = dict.fromkeys(path for route in self.matchlist for path in route.concrete_paths())
        self._exact = {path: self._answers(path) for path in paths}
        self._exact = {path: answers for path, answers in self._exact.items() if answers}
        self.frozen = True

    def create_regs(self, *args: Any, **kwargs: Any) -> None:
        """Routes' name for :meth:`freeze`."""
        self.freeze()

    def mistakes(self) -> list[str]:
        """What is wrong with the table, with file and line: broken paths, names taken twice, routes never reached."""
        return [*self._clashes, *find_mistakes(self)]

    def _answers(self, path: str) -> dict[str | None, Match]:
        """What to answer for one known path, by method; empty where a condition has to be asked each time."""
        found = list(self.every(path))
        if any(route.conditional for route, _ in found):
            return {}
        allowed = sorted({method for route, _ in found for method in route.answers or ()} | {"OPTIONS"})
        answers: dict[str | None, Match] = {}
        for method in [*allowed, None]:
            for route, values in found:
                if route.answers is None or method in route.answers:
                    answers[method] = Match(route, values)
                    break
        answers.setdefault(None, Match(None, {}, tuple(allowed)))
        return answers

    # ------------------------------------------------------------------ finding

    def find(self, path: str, method: str, environ: dict[str, Any] | None = None) -> Match:
        """The first route connected that answers *method* on *path* (decoded); GET routes answer HEAD.

        A miss is a Match without a route; where the path is known for other methods, `allowed` lists them.
        """
        if not self.frozen:
            self.freeze()
        answers = self._exact.get(path)
        if answers is not None:
            answer = answers.get(method) or answers[None]
            return Match(answer.route, answer.urlvars.copy(), answer.allowed)
        keys = KEYS.findall(path)
        shelf = self._shelves[min(len(keys), len(self._shelves) - 1)]
        left = shelf.everything
        for position, table, anything in shelf.tests:
            left &= table.get(keys[position], anything)
        allowed: set[str] = set()
        while left:
            lowest = left & -left
            left ^= lowest
            route = shelf.routes[lowest.bit_length() - 1]
            found = route.regmatch.match(path)
            if found is None:
                continue
            # The loop of Route.read, spelled out here: a request pays for every call.
            values = route.constants.copy()
            try:
                for name, group, convert in route.readers:
                    text = found[group]
                    values[name] = text if convert is None or text is None else convert(text)
            except ValueError:
                continue
            if route.conditional and not route.accepts(environ or {}, values, self.sub_domain(environ)):
                continue
            if route.answers is None or method in route.answers:
                return Match(route, values)
            allowed |= route.answers
        return Match(None, {}, tuple(sorted(allowed | {"OPTIONS"})) if allowed else ())

    def every(self, path: str) -> Iterator[tuple[Route, dict[str, Any]]]:
        """Each route whose path matches, in the order they were connected, whatever its method and conditions."""
        for route in candidates(self._shelves, path):
            values = route.read(path)
            if values is not None:
                yield route, values

    def sub_domain(self, environ: dict[str, Any] | None) -> str | None:
        """The sub-domain that a request asks for, seen from `mapper.domains`; None for the domain itself."""
        host = str((environ or {}).get("HTTP_HOST", ""))
        return sub_domain_of(host, self.domains, self.sub_domains_ignore)

    # ------------------------------------------------------------------ the names of Routes

    def match(self, url: str | None = None, environ: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Routes' match: the variables with controller and action, or None."""
        found = self.routematch(url, environ)
        return None if found is None else found[0]

    def routematch(
        self, url: str | None = None, environ: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], Route] | None:
        """Routes' routematch: the variables and the route, or None. Without an environ any method will do."""
        if url is None and environ is None:
            raise RouteError("match needs a URL or an environ")
        path = decoded_path(environ or {}) if url is None else url
        if path is None:
            return None
        method = (environ or {}).get("REQUEST_METHOD")
        route, values, _ = self.find(path, method, environ) if method else self._first(path, environ)
        return None if route is None else ({"controller": route.controller, "action": route.action, **values}, route)

    def _first(self, path: str, environ: dict[str, Any] | None) -> Match:
        self.freeze()
        for route, values in self.every(path):
            if not route.conditional or route.accepts(environ or {}, values, self.sub_domain(environ)):
                return Match(route, values)
        return Match(None, {})

    def generate(self, *args: Route, **arguments: Any) -> str | None:
        """Routes' generate: a URL by controller and action (or by the routes given), or None."""
        self.freeze()
        environ = arguments.pop("_environ", None) or {}
        wanted = arguments.pop("controller", None), arguments.pop("action", None)
        given = arguments.keys()
        fitting = sorted(self._actions.get(wanted, ()), key=lambda route: -len(route.variables.keys() & given))
        for route in args or fitting:
            if url := route.generate(**arguments):
                return str(environ.get("SCRIPT_NAME", "")) + str(url)
        return None

    def url(self, name: str, /, **arguments: Any) -> str:
        """The URL of the route called *name*; what is no variable of its path becomes the query string.

        :raises RouteError: for an unknown name, a missing argument, or a value that the route would not match.
        """
        route = self.names.get(name)
        if route is None:
            raise RouteError(f"there is no route called {name!r}. {did_you_mean(name, self.names)}")
        return build(route, arguments)

    def __str__(self) -> str:
        """The table of routes, one line each."""
        return aligned(
            [
                ("Name", "Methods", "Path", "Controller", "Action"),
                *(
                    (
                        route.name or "",
                        ",".join(sorted(route.methods or ())),
                        route.routepath,
                        route.controller or "",
                        route.action or "",
                    )
                    for route in self.matchlist
                ),
            ]
        )
