"""One route: a path pattern, the controller and action behind it, and the conditions under which it answers."""

import re
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import routes.route

from kirsch.errors import did_you_mean
from kirsch.headers import is_token, local_location
from kirsch.routing.converters import CONVERTERS, RouteError
from kirsch.routing.generate import LITERAL, Writer, build, writers_of
from kirsch.routing.parts import Part, read_path
from kirsch.routing.segments import (
    Reader,
    Segment,
    competing,
    expression,
    hint_of,
    readers_of,
    segments_of,
    separated,
    spans,
)

CONDITIONS = ("method", "sub_domain", "function")
NUMBERS = {3: "three", 4: "four", 5: "five"}
_NEVER = re.compile(r"(?!)")


class Route(routes.route.Route):
    """A route as Routes knows it, with typed variables, strict anchors and its mistakes kept for the start-up report.

    `controller` and `action` are names; `methods` is the declared set or None for any, `answers` the same with HEAD
    beside GET; `variables` maps the names in the path to their :class:`Part`; `place` is where it was
    connected; `conditional` says that a sub-domain or a function decides as well, `spans` that a variable may hold
    slashes.
    """

    controller: str | None
    #: The class it was connected with, where that was given.
    kind: type | None = None
    action: str | None
    parts: tuple[str | Part, ...]
    variables: dict[str, Part]
    constants: dict[str, Any]
    methods: frozenset[str] | None
    answers: frozenset[str] | None
    segments: list[Segment]
    readers: tuple[Reader, ...]
    writers: tuple[Writer, ...]
    #: Routes of this name with more variables, the longest first; the first for which all are given makes the URL.
    longer: "tuple[Route, ...]" = ()
    #: Whether it leaves alone what an earlier route answers, though by other methods: that is a 405.
    last: bool = False

    def __init__(
        self,
        name: str | None,
        routepath: str,
        *,
        converters: Mapping[str, object] = CONVERTERS,
        place: str = "",
        **options: Any,
    ) -> None:
        self.converters = converters
        self.place = place
        self.mistakes: list[str] = []
        self.target: Route | None = None  # where a redirect leads
        for option in ("_minimize", "_encoding"):
            if options.pop(option, None) not in (None, False, "utf-8"):
                self.mistakes.append(f"{option} is not offered; paths are UTF-8 and written in full")
        options["_explicit"] = True
        options["conditions"] = dict(options.get("conditions") or {})
        options["requirements"] = dict(options.get("requirements") or {})
        super().__init__(name, routepath, **options)

    def __repr__(self) -> str:
        return f"<Route {self.label} ({self.place})>" if self.place else f"<Route {self.label}>"

    @property
    def label(self) -> str:
        """How messages call the route: methods, path and name."""
        methods = ",".join(sorted(self.methods)) + " " if self.methods else ""
        return f"{methods}{self.routepath}" + (f" ({self.name})" if self.name else "")

    @property
    def row(self) -> tuple[str, ...]:
        """Its line in the table: name, methods, path, controller and action."""
        methods = ",".join(sorted(self.methods or ()))
        return self.name or "", methods, self.routepath, self.controller or "", self.action or ""

    @property
    def destination(self) -> str:
        """Controller and action as in `albums.show`, or where a redirect leads."""
        return f"redirect to {self.target.routepath}" if self.target else f"{self.controller}.{self.action}"

    def _setup_route(self) -> None:
        """Work out once what matching and generation need; Routes calls this at the end of its own `__init__`."""
        try:
            self.parts = read_path(self.routepath, self.reqs, self.converters, self.static)
        except RouteError as error:
            self.parts = (self.routepath,)
            self.mistakes.append(str(error))
        self.variables = {part.name: part for part in self.parts if isinstance(part, Part)}
        self.segments = segments_of(self.parts)
        self.spans = any(map(spans, self.segments))
        self.pieces, self.writers = writers_of(self.parts)
        self.hint = hint_of(self.segments)
        self._read_expressions()
        self.conditional = "sub_domain" in self.conditions or "function" in self.conditions
        self._read_options()
        self._fill_routes_attributes()

    def _read_expressions(self) -> None:
        self.readers = ()
        texts = [self.parts] if self.spans else self.segments
        self.ambiguous = not self.static and any(sum(isinstance(part, Part) for part in text) > 1 for text in texts)
        self.separated = all(map(separated, texts))
        if self.ambiguous and (most := max(map(competing, texts))) > 2:
            # Three make matching a long path cubic: 170 ms for 800 bytes.
            what = "that take slashes" if self.spans else "of any length in one segment"
            self.mistakes.append(
                f"{NUMBERS.get(most, most)} variables {what} make long paths slow to match; use at most two, "
                "or give them types or regexes that leave out the text between them"
            )
        self.regexp = expression(self.parts) if self.spans or self.static else "/" + "/".join(map(expression, texts))
        if self.mistakes:
            return
        try:
            self.readers = readers_of(self.parts, self.segments)
            if any(part.is_own for part in self.variables.values()):
                _ = self.regmatch
        except re.error as error:
            self.mistakes.append(f"its regex is broken: {error}")

    @cached_property
    def regmatch(self) -> re.Pattern[str]:
        """The regular expression for a whole path; one that matches nothing where the route is broken."""
        return _NEVER if self.mistakes else re.compile(rf"{self.regexp}\Z")

    @cached_property
    def req_regs(self) -> dict[str, re.Pattern[str]]:
        """The regular expressions of the variables, each for the text of one."""
        return {name: re.compile(rf"(?:{part.converter.pattern})\Z") for name, part in self.variables.items()}

    def _read_options(self) -> None:
        options = {key: value for key, value in self._kargs.items() if key != "requirements"}
        self.defaults = options
        self.controller = options.get("controller")
        self.action = options.get("action", "index" if self.controller else None)
        self.constants = {
            key: value
            for key, value in options.items()
            if key not in ("controller", "action") and key not in self.variables
        }
        for reserved in ("controller", "action"):
            if reserved in self.variables:
                self.mistakes.append(
                    f"{{{reserved}}} in a path would open every public method to the web; "
                    f"connect one route for each {reserved}"
                )
        for unknown in self.conditions.keys() - set(CONDITIONS):
            self.mistakes.append(f"there is no condition {unknown!r}. {did_you_mean(unknown, CONDITIONS)}")
        if not self.routepath.startswith("/") and not self.static:
            self.mistakes.append("a path starts with '/'")
        self.methods = self._read_methods(self.conditions.get("method"))
        self.answers = self.methods | {"HEAD"} if self.methods and "GET" in self.methods else self.methods

    def _read_methods(self, given: str | list[str] | tuple[str, ...] | None) -> frozenset[str] | None:
        if not given or given == "any":
            return None
        words = re.split(r"[,\s]+", given.strip()) if isinstance(given, str) else list(given)
        for word in words:
            if not isinstance(word, str) or not is_token(word):
                self.mistakes.append(f"{word!r} is no HTTP method")
        methods = frozenset(str(word).upper() for word in words)
        self.conditions["method"] = sorted(methods)
        return methods

    def _fill_routes_attributes(self) -> None:
        """The attributes by which code written for Routes looks at a route."""
        prefixes = {"format": ".", "rest": "*"}
        self.routelist = [
            {"type": prefixes.get(part.kind, ":"), "name": part.name} if isinstance(part, Part) else part
            for part in self.parts
        ]
        self.routebackwards = self.routelist[::-1]
        self.dotkeys = frozenset(part.name for part in self.variables.values() if part.kind == "format")
        self.minkeys = frozenset(self.variables)
        self.maxkeys = frozenset(self.defaults) | self.minkeys
        self.hardcoded = frozenset(key for key in self.defaults if key not in self.variables)
        self._default_keys = frozenset(self.defaults)

    def lead_to(self, target: "Route", status: int) -> None:
        """Make this a redirect to *target*, which shares its variables and stays on this host."""
        self.redirect, self.redirect_status = True, f"{status} {HTTPStatus(status).phrase}"
        self.target = target
        if "://" in target.routepath or target.routepath.startswith("//"):
            target.mistakes.clear()
            self.mistakes.append("a redirect stays on this host; let an action answer with a Redirect elsewhere")
        for name in target.variables.keys() - self.variables.keys() - self.constants.keys():
            self.mistakes.append(f"it leads to {target.routepath}, but has no variable {name!r}")

    def location(self, values: Mapping[str, Any], query: str = "", script_name: str = "") -> str:
        """Where a redirect leads, for the *values* of its match; *query* and *script_name* as in the environ.

        :raises RouteError: when the values make no URL of the target.
        """
        if self.target is None:
            raise RouteError(f"{self.label} is no redirect")
        path = build(self.target, {name: values[name] for name in self.target.variables if name in values})
        whole = quote(script_name.encode("latin-1"), safe=LITERAL) + path
        return local_location(whole, local=True) + (f"?{query}" if query else "")

    @cached_property
    def paths(self) -> list[str] | None:
        """All the paths it matches, where they can be listed: it has no variable but a format of certain words."""
        if self.mistakes or self.static:
            return None
        stem = "".join(part for part in self.parts if isinstance(part, str))
        last = self.parts[-1]
        if not self.variables:
            return [stem]
        if len(self.variables) > 1 or isinstance(last, str) or last.kind != "format" or last.words is None:
            return None
        return [stem, *(f"{stem}.{word}" for word in last.words)]

    def makeregexp(self, clist: object = None, include_names: bool = True) -> str | None:
        """The route's regular expression; made when the route is."""
        return None if include_names else self.regexp

    def read(self, path: str) -> dict[str, Any] | None:
        """The converted variables of *path*, or None where the route does not match it."""
        found = self.regmatch.match(path)
        if found is None:
            return None
        values = dict(self.constants)
        for name, part in self.variables.items():
            text, read = found[name], part.converter.read
            try:
                values[name] = text if read is None or text is None else read(text)
            except ValueError:
                return None
        return values

    def match(
        self,
        url: str,
        environ: Mapping[str, Any] | None = None,
        sub_domains: bool = False,
        sub_domains_ignore: list[str] | None = None,
        domain_match: str = "",
    ) -> dict[str, Any] | bool:
        """The variables with controller and action, or False; the signature of Routes."""
        method = (environ or {}).get("REQUEST_METHOD")
        if self.static or (method and self.answers is not None and method not in self.answers):
            return False
        values = self.read(url)
        if values is None:
            return False
        return {"controller": self.controller, "action": self.action, **values}

    def accepts_sub_domain(self, sub_domain: str | None) -> bool:
        """Whether the condition of that name holds: one name, several, True for any, None or False for none."""
        wanted = self.conditions["sub_domain"]
        if isinstance(wanted, (list, tuple, set, frozenset)):
            return sub_domain in wanted
        return sub_domain == wanted if isinstance(wanted, str) and wanted else bool(wanted) == bool(sub_domain)

    def accepts(self, environ: Mapping[str, Any], values: dict[str, Any], sub_domain: str | None) -> bool:
        """Whether the conditions beside path and method hold; a function may change *values*."""
        if "sub_domain" in self.conditions:
            if not self.accepts_sub_domain(sub_domain):
                return False
            values["sub_domain"] = sub_domain
        function = self.conditions.get("function")
        return function is None or bool(function(environ, values))

    def fitting(self, given: Mapping[str, Any]) -> "Route":
        """Which of :attr:`longer`, or itself, makes the URL of what is *given*."""
        known = {name for name, value in given.items() if value is not None and value not in ("", (), [])}
        return next((route for route in self.longer if route.variables.keys() <= known), self)

    def generate(self, _ignore_req_list: bool = False, _append_slash: bool = False, **kargs: Any) -> str | bool:
        """The URL for these arguments, or False where the route cannot make one; the signature of Routes."""
        method = kargs.pop("method", None)
        if method and self.answers is not None and str(method).upper() not in self.answers:
            return False
        try:
            return build(self, kargs)
        except RouteError:
            return False
