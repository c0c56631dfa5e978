"""Which resource serves which model, and where its pages are."""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from kirsch.request import Request
from kirsch.routing import Route


class Siblings:
    """The resources of an application by their models, and the routes to their actions.

    A resource is a subclass of *kind* that has a model.
    """

    def __init__(self, kind: type[Any], controllers: Mapping[str, type], routes: Iterable[Route]) -> None:
        self.routes: dict[tuple[str, str], Route] = {}
        for route in routes:
            if route.controller and route.action and route.name:
                self.routes.setdefault((route.controller, route.action), route)
        served = {controller for controller, _ in self.routes}
        kinds: list[Any] = [one for one in controllers.values() if issubclass(one, kind) and hasattr(one, "model")]
        self._kind = kind
        self._kinds: dict[type, type[Any]] = {}
        for one in sorted(kinds, key=lambda one: one.name not in served):
            self._kinds.setdefault(one.model, one)

    def kind_for(self, model: type) -> type[Any]:
        """The resource that serves *model* or the nearest of its parents; else one without pages."""
        for parent in model.__mro__:
            if parent in self._kinds:
                return self._kinds[parent]
        unserved = type(model.__name__, (self._kind,), {"model": model, "name": "", "label": None})
        return self._kinds.setdefault(model, unserved)


_SIBLINGS: WeakKeyDictionary[Any, Siblings] = WeakKeyDictionary()


def siblings_of(request: Request, kind: type[Any]) -> Siblings:
    """The resources of the application that serves *request*, made at its first use."""
    application: Any = request.application
    found = _SIBLINGS.get(application)
    if found is None:
        found = _SIBLINGS[application] = Siblings(kind, application.controllers, application.mapper.matchlist)
    return found
