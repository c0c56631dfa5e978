"""The routes of one table in another."""

from collections.abc import Iterable
from typing import Any, Protocol

from kirsch.routing.route import Route


class Table(Protocol):
    """A mapper."""

    routes: list[Route]

    def connect(self, *args: Any, **options: Any) -> None: ...

    def lead(self, route: Route, destination_path: str, status: int) -> None: ...


def connect_copies(table: Table, routes: Iterable[Route], path_prefix: str, place: str) -> None:
    """Connect routes like *routes*, below *path_prefix*, where redirects among them then lead."""
    copies: dict[Route, Route] = {}
    for route in routes:
        options = {key: value for key, value in route._kargs.items() if not key.startswith("_")}
        if route.kind is not None:
            options["controller"] = route.kind
        table.connect(
            route.name, path_prefix + route.routepath, conditions=route.conditions, _filter=route.filter,
            _place=place, **options,
        )  # fmt: skip
        copies[route] = copy = table.routes[-1]
        copy.last = route.last
        if route.target is not None:
            table.lead(copy, path_prefix + route.target.routepath, int(route.redirect_status[:3]))
    for route, copy in copies.items():
        copy.longer = tuple(copies[longer] for longer in route.longer if longer in copies)
