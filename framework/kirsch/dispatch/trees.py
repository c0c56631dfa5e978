"""Controllers as a tree: attributes that are controllers stand below each other, and each action gets its routes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kirsch.controller import Controller, actions_of
from kirsch.dispatch.methods import ByMethod, methods_of
from kirsch.dispatch.naming import SEPARATORS, paths_of
from kirsch.dispatch.parts import Form, forms_of
from kirsch.routing import Mapper, RouteError
from kirsch.routing.place import calling_place
from kirsch.xmlrpc import XMLRPC

#: Fixed words stand before variables, these before what the controller itself takes, and what takes the rest is last.
#: Variables with a type take less than others, so they are tried first.
FIXED, TYPED, VARIABLE, INDEX, DEFAULT = range(5)


def tree(mapper: Mapper, path: str, root: type[Controller], *, name_prefix: str = "", separators: str = "_") -> None:
    """Connect the controller *root* and all below it at *path*.

    An action answers at its name, ``index`` at the path of its controller, ``default`` wherever nothing else below
    that does. An attribute that is a controller class stands below, at its name. What an action takes before `/` or as
    ``*rest`` are further parts of the path. Routes are named after the controller, ``albums``, and for other actions
    than ``index``, ``albums.show``.

    :param name_prefix: what the names of the routes begin with.
    :param separators: what stands for the underscore of a name in a path; the first is used in URLs.
    :raises RouteError: when *root* is no controller, or *path* none of a tree.
    """
    place = calling_place()
    if not isinstance(mapper, Mapper):
        raise RouteError(f"{place}: tree takes a Mapper, and the whole path where a submapper would have a prefix")
    if not (isinstance(root, type) and issubclass(root, Controller)):
        raise RouteError(f"{place}: tree takes the class of a controller, not {root!r}")
    if not separators or set(separators) - set(SEPARATORS):
        raise RouteError(f"{place}: separators={separators!r} may hold {' '.join(SEPARATORS)} and nothing else")
    Tree(mapper, place, name_prefix, separators).connect(path.rstrip("/"), root)


class Entry(NamedTuple):
    """Something that stands below a controller: an action, or another controller."""

    rank: int
    name: str
    paths: list[str]
    controller: type[Controller] | None = None


class Row(NamedTuple):
    """A route to be connected."""

    action: str
    form: Form
    conditions: Mapping[str, Any]


class Tree:
    """The routes of one tree while they are connected."""

    def __init__(self, mapper: Mapper, place: str, name_prefix: str, separators: str) -> None:
        self.mapper = mapper
        self.place = place
        self.name_prefix = name_prefix
        self.separators = separators
        self.standing: dict[type, str] = {}

    def connect(self, path: str, kind: type[Controller], above: tuple[type, ...] = (), named: bool = True) -> None:
        """Connect *kind* at *path*, and what stands below it; *named* unless it answers at another path, too."""
        if kind in above:
            return self._complain(f"{kind.__name__} stands below itself, at {path}; a tree ends somewhere")
        if reason := getattr(kind, "no_tree", ""):
            return self._complain(f"{kind.__name__} at {path or '/'}: {reason}")
        if named and (other := self.standing.setdefault(kind, path)) != path:
            mend = "make a subclass of it for one of the two, so that each has names for its routes"
            return self._complain(f"{kind.__name__} stands at {other or '/'} and at {path}; {mend}")
        if issubclass(kind, XMLRPC):
            return self._connect_procedures(path, kind, named)
        entries = sorted(self._entries(kind, path), key=lambda entry: entry.rank)
        if not entries:
            return self._complain(f"{kind.__name__} at {path or '/'} has no action and no controller below it")
        for entry in entries:
            if entry.controller is not None:
                for at, below in enumerate(entry.paths):
                    self.connect(f"{path}/{below}", entry.controller, (*above, kind), named and at == 0)
            else:
                self._connect_action(path, kind, entry, named)
        return None

    def _connect_procedures(self, path: str, kind: type[XMLRPC], named: bool) -> None:
        """Calls may be sent to the path with a slash at its end and without."""
        for target in dict.fromkeys((path or "/", f"{path}/")):
            name = [f"{self.name_prefix}{kind.name}"] if named and target == (path or "/") else []
            conditions = {"method": ["POST"]}
            self.mapper.connect(*name, target, controller=kind, action="call", conditions=conditions, _place=self.place)

    def _entries(self, kind: type[Controller], path: str) -> Iterator[Entry]:
        for name, below in children_of(kind).items():
            paths = paths_of(name, below, self.separators)
            yield Entry(_rank(paths), name, paths, below)
        if issubclass(kind, ByMethod):
            if methods_of(kind):
                yield Entry(INDEX, "", [])
            return
        for name, action in actions_of(kind).items():
            if name in ("index", "default"):
                typed = _rank([form.suffix for form in forms_of(action, path)]) == TYPED
                yield Entry(DEFAULT if name == "default" else TYPED if typed else INDEX, name, [])
            else:
                paths = paths_of(name, action, self.separators)
                yield Entry(_rank(paths), name, paths)

    def _connect_action(self, path: str, kind: type[Controller], entry: Entry, named: bool) -> None:
        own = f"{self.name_prefix}{kind.name}"
        if not entry.name:
            rows = [
                Row(action, form, {"method": [method]})
                for action, method in methods_of(kind).items()
                for form in forms_of(getattr(kind, action), path)
            ]
            return self._connect_rows(own if named else None, path, kind, rows)
        forms = forms_of(getattr(kind, entry.name), path)
        if entry.name == "default" and "index" in actions_of(kind):
            taken = {form.suffix for form in forms_of(actions_of(kind)["index"], path)}
            forms = [form for form in forms if form.suffix not in taken]
        rows = [Row(entry.name, form, {}) for form in forms]
        name = own if entry.name == "index" else f"{own}.{entry.name}"
        for at, below in enumerate(entry.paths or [""]):
            base = f"{path}/{below}" if below else path
            self._connect_rows(name if named and at == 0 else None, base, kind, rows, last=entry.rank == DEFAULT)
        return None

    def _connect_rows(
        self, name: str | None, path: str, kind: type[Controller], rows: Iterable[Row], last: bool = False
    ) -> None:
        """Connect *rows*, of which the shortest has the *name*, and the others make the URLs that have more."""
        shortest = min((row.form.suffix for row in rows), key=lambda suffix: suffix.count("/"), default="")
        longer = []
        for action, form, conditions in rows:
            arguments = [name, path + form.suffix] if form.suffix == shortest else [None, path + form.suffix]
            self.mapper.connect(
                arguments[0], arguments[1] or "/", controller=kind, action=action, conditions=conditions,
                requirements=form.requirements, _place=self.place,
            )  # fmt: skip
            route = self.mapper.matchlist[-1]
            route.last = last
            if form.suffix != shortest:
                longer.append(route)
        if name is not None and longer:
            self.mapper.names[name].longer = tuple(sorted(longer, key=lambda route: -len(route.variables)))

    def _complain(self, sentence: str) -> None:
        self.mapper.wrong.append(f"{self.place}: {sentence}.")


def children_of(kind: type[Controller]) -> dict[str, type[Controller]]:
    """The controllers that are public attributes of *kind*, by name, in the order in which they are written."""
    names = dict.fromkeys(name for parent in reversed(kind.__mro__) for name in vars(parent) if name[0] != "_")
    members = {name: getattr(kind, name) for name in names}
    return {
        name: member for name, member in members.items() if isinstance(member, type) and issubclass(member, Controller)
    }


def _rank(paths: list[str]) -> int:
    variables = [part for path in paths for part in path.split("/") if any(sign in part for sign in "{*:")]
    if not variables:
        return FIXED
    return TYPED if all(re.search(r"\{\w+:[^}]", part) for part in variables) else VARIABLE
