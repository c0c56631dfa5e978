"""The routes of a CRUD resource."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from kirsch.errors import did_you_mean
from kirsch.routing.converters import RouteError
from kirsch.routing.place import calling_place

FORMAT = "{.format:json|csv}"

#: (action, name, path, methods); {member} and {collection} stand for the names given.
TABLE = (
    ("index", "{collection}", "" + FORMAT, ("GET",)),
    ("create", "{collection}", "" + FORMAT, ("POST",)),
    ("new", "new_{member}", "/new", ("GET",)),
    ("show", "{member}", "/{id}" + FORMAT, ("GET",)),
    ("edit", "edit_{member}", "/{id}/edit", ("GET",)),
    ("update", "{member}", "/{id}" + FORMAT, ("PUT", "PATCH", "POST")),
    ("confirm", "delete_{member}", "/{id}/delete", ("GET",)),
    ("delete", "delete_{member}", "/{id}/delete", ("POST",)),
    ("delete", "{member}", "/{id}" + FORMAT, ("DELETE",)),
)
ACTIONS = tuple(dict.fromkeys(action for action, _, _, _ in TABLE))


class Connects(Protocol):
    """A mapper or a submapper."""

    def connect(self, *args: Any, **options: Any) -> None: ...


def connect_resource(
    mapper: Connects,
    member_name: str,
    collection_name: str,
    *,
    controller: str | type | None = None,
    collection: Mapping[str, str] | None = None,
    member: Mapping[str, str] | None = None,
    new: Mapping[str, str] | None = None,
    path_prefix: str | None = None,
    name_prefix: str | None = None,
    parent_resource: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
    exclude: Collection[str] = (),
    **options: Any,
) -> None:
    """Connect index, create, new, show, edit, update, confirm and delete of one resource.

    *collection*, *member* and *new* add actions (`member={"publish": "POST"}` is POST /albums/{id}/publish called
    publish_album); *only* and *exclude* leave actions of the table out. *parent_resource* nests it below
    `/{parents}/{parent_id}`. Other options, requirements among them, reach every route.

    :raises RouteError: for an action in *only* or *exclude* that is not in the table.
    """
    options.setdefault("_place", calling_place())
    parent = dict(parent_resource or {})
    if path_prefix is None:
        path_prefix = f"/{parent['collection_name']}/{{{parent['member_name']}_id}}" if parent else ""
    if name_prefix is None:
        name_prefix = f"{parent['member_name']}_" if parent else ""
    root = f"/{path_prefix.strip('/')}/{collection_name.strip('/')}".replace("//", "/")
    names = {"member": member_name, "collection": collection_name.strip("/")}
    options |= {
        "controller": controller or names["collection"],
        "_member_name": member_name,
        "_collection_name": collection_name,
        "_parent_resource": parent_resource,
    }
    left_out = _left_out(only, exclude, options["_place"])

    def add(action: str, name: str, path: str, methods: Collection[str]) -> None:
        conditions = {**options.get("conditions", {}), "method": list(methods)}
        mapper.connect(name_prefix + name, root + path, **{**options, "action": action, "conditions": conditions})

    # Fixed words stand before {id}, so that none of them is taken for a key.
    for action, method in (collection or {}).items():
        add(action, f"{action}_{collection_name}", f"/{action}", _methods(method))
    for action, method in (new or {}).items():
        add(action, f"{action}_new_{member_name}", f"/new/{action}", _methods(method))
    for action, name, path, methods in TABLE:
        if action not in left_out:
            add(action, name.format(**names), path, methods)
    for action, method in (member or {}).items():
        add(action, f"{action}_{member_name}", f"/{{id}}/{action}", _methods(method))


def _methods(given: str | Collection[str]) -> list[str]:
    words = given.replace(",", " ").split() if isinstance(given, str) else given
    return [] if list(words) == ["any"] else [word.upper() for word in words]


def _left_out(only: Collection[str] | None, exclude: Collection[str], place: str) -> set[str]:
    for name in [*(only or ()), *exclude]:
        if name not in ACTIONS:
            raise RouteError(f"{place}: a resource has no action {name!r}. {did_you_mean(name, ACTIONS)}")
    return set(exclude) | (set(ACTIONS) - set(only) if only is not None else set())
