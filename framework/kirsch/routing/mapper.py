"""Which action answers a URL, and which URL leads to an action: Routes' Mapper with order, types and an index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import routes

from kirsch.errors import did_you_mean
from kirsch.routing.address import decoded_path, sub_domain_of
from kirsch.routing.checks import find_mistakes
from kirsch.routing.converters import CONVERTERS, RouteError
from kirsch.routing.copying import connect_copies
from kirsch.routing.generate import build
from kirsch.routing.index import Entry, Index
from kirsch.routing.place import calling_place, snake_case
from kirsch.routing.redirect import redirect_options
from kirsch.routing.resource import connect_resource
from kirsch.routing.route import Route
from kirsch.routing.submapper import SubMapper, open_collection
from kirsch.routing.table import aligned

#: What `find` found: the route with its converted variables, or no route and the methods that would do.
Match = tuple[Route | None, dict[str, Any], tuple[str, ...]]

#: What does the work of the settings of Routes' Mapper that change every route at once.
OFFERED = "write paths in full, below submapper(path_prefix=...) where they share one"


class Mapper(routes.Mapper):
    """The table of routes; the first one connected that matches wins, and names make URLs.

    Connect everything, then hand it to an `Application`, which freezes it. A mapper never registers itself
    anywhere and needs no environ: paths come in decoded, URLs go out without SCRIPT_NAME.
    """

    #: The types of variables by name; a site adds its own: a Converter, an Enum class, or a function of a text.
    converters: dict[str, Any]
    default_converters: ClassVar[dict[str, Any]] = CONVERTERS
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
        #: What is wrong with the table as far as connecting showed it; said at start with all other mistakes.
        self.wrong: list[str] = []
        self._index = Index(())
        self._tables, self._deep = self._index.tables(())
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
        if isinstance(kind := options.get("controller"), type):
            options["controller"] = self._keep_class(kind, place)
        route = self.make_route(name, path, converters=self.converters, place=place, **options)
        route.kind = kind if isinstance(kind, type) else None
        self._add(route)

    def make_route(self, *args: Any, **options: Any) -> Route:
        """A new route; override it to use a class of your own."""
        return Route(*args, **options)

    def _keep_class(self, controller: type, place: str) -> str:
        name = controller.__dict__.get("name") or getattr(controller, "name", None) or snake_case(controller.__name__)
        known = self.classes.setdefault(str(name), controller)
        if known is not controller:
            self.wrong.append(f"{place}: {controller!r} and {known!r} are both called {name!r}; set `name` on one")
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
            self.wrong.append(
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
        self.lead(self.matchlist[-1], destination_path, status)

    def lead(self, route: Route, destination_path: str, status: int) -> None:
        """Make *route*, which is connected, a redirect."""
        target = self.make_route(
            None,
            destination_path,
            converters=self.converters,
            place=route.place,
            requirements={name: part.converter for name, part in route.variables.items()},
        )
        route.lead_to(target, status)

    def extend(self, routes: Iterable[Route], path_prefix: str = "") -> None:
        """Connect copies of *routes*, below *path_prefix*; redirects among them lead below it, too."""
        connect_copies(self, routes, path_prefix, calling_place())

    # ------------------------------------------------------------------ freezing

    def freeze(self) -> None:
        """Work out everything that finding needs; connecting afterwards is refused."""
        if self.frozen:
            return
        self._index = Index(self.matchlist)
        self._tables, self._deep = self._index.tables(())
        self._actions = {}
        for route in self.matchlist:
            self._actions.setdefault((route.controller, route.action), []).append(route)
        self.frozen = True
        paths = dict.fromkeys(path for route in self.matchlist for path in route.paths or ())
        exact = {path: self._answers(path) for path in paths}
        self._exact = {path: answers for path, answers in exact.items() if answers}
        known = {route for route in self.matchlist if route.paths and self._exact.keys() >= {*route.paths}}
        self._tables, self._deep = self._index.tables(known)

    def create_regs(self, *args: Any, **kwargs: Any) -> None:
        """Routes' name for :meth:`freeze`."""
        self.freeze()

    def mistakes(self) -> list[str]:
        """What is wrong with the table, with file and line: broken paths, names taken twice, routes never reached."""
        ignored = [name for name in ("prefix", "append_slash", "minimization", "always_scan") if getattr(self, name)]
        return [*(f"mapper.{name} is not offered; {OFFERED}" for name in ignored), *self.wrong, *find_mistakes(self)]

    def _answers(self, path: str) -> dict[str | None, Match]:
        """What to answer for one known path, by method; empty where a condition has to be asked each time."""
        possible = list(self._index.candidates(path))
        if any(route.conditional for route in possible):
            return {}
        methods = {None, *(method for route in possible for method in route.answers or ())}
        found = {method: self.find(path, method) for method in methods}
        return {method: answer for method, answer in found.items() if answer[0] is not None or method is None}

    # ------------------------------------------------------------------ finding

    def find(  # noqa: PLR0912  # one call, whatever the route
        self, path: str, method: str | None, environ: dict[str, Any] | None = None
    ) -> Match:
        """The first route connected that answers *method* on *path* (decoded), and its variables; GET answers HEAD.

        A miss is no route; where the path is known for other methods, the third value lists them.
        """
        if not self.frozen:
            self.freeze()
        answers = self._exact.get(path)
        if answers is not None:
            known, values, others = answers.get(method) or answers[None]
            return known, values.copy(), others
        segments = path.split("/")
        if segments[0]:
            return None, {}, ()
        entries: Sequence[Entry] = ()
        for key_of, table in self._tables.get(len(segments), self._deep):
            if found := table.get(key_of(segments)):
                entries = sorted([*entries, *found]) if entries else found
        segments[0] = path
        allowed: frozenset[str] = frozenset()
        for _, route, hint, readers in entries:
            if hint is not None and hint[1] not in segments[hint[0]]:
                continue
            values = route.constants.copy()
            for name, at, matches, read in readers:
                text = segments[at]
                if matches is None:
                    if not text:
                        break
                    values[name] = text
                elif (match := matches(text)) is None:
                    break
                elif read is None:
                    values[name] = text
                else:
                    try:
                        if name:
                            values[name] = read(text)
                        else:
                            values.update(read(match))
                    except ValueError:
                        break
            else:
                if route.conditional and not route.accepts(environ or {}, values, self.sub_domain(environ)):
                    continue
                if (route.answers is None or method in route.answers) and not (allowed and route.last):
                    return route, values, ()
                allowed |= route.answers or frozenset()
        return None, {}, tuple(sorted(allowed | {"OPTIONS"})) if allowed else ()

    def every(self, path: str) -> Iterator[tuple[Route, dict[str, Any]]]:
        """Each route whose path matches, in the order they were connected, whatever its method and conditions."""
        for route in self._index.candidates(path):
            values = route.read(path)
            if values is not None:
                yield route, values

    def sub_domain(self, environ: Mapping[str, Any] | None) -> str | None:
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
                return route, values, ()
        return None, {}, ()

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
        return build(route.fitting(arguments) if route.longer else route, arguments)

    def __str__(self) -> str:
        """The table of routes, one line each."""
        titles = ("Name", "Methods", "Path", "Controller", "Action")
        return aligned([titles, *(route.row for route in self.matchlist)])
