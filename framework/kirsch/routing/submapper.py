"""Parts of the table whose routes share a prefix, a controller, requirements or conditions."""

from collections.abc import Sequence
from typing import Any

import routes.mapper
from routes.mapper import COLLECTION_ACTIONS, MEMBER_ACTIONS

from kirsch.routing.place import calling_place
from kirsch.routing.resource import Connects, connect_resource


class SubMapper(routes.mapper.SubMapper):
    """A submapper of Routes that nests fully: resources, redirects, collections and further submappers as well.

    Prefixes add up, dictionaries (requirements, conditions) merge, everything else overrides.
    """

    member: "SubMapper"

    def connect(self, *args: Any, **options: Any) -> None:
        """Connect `[name,] path` with what this submapper adds."""
        name, path = args if len(args) == 2 else (None, args[0])
        merged = {key: value for key, value in self.kwargs.items() if key not in ("path_prefix", "name_prefix")}
        for key, value in options.items():
            merged[key] = {**merged[key], **value} if isinstance(merged.get(key), dict) and value else value
        merged.setdefault("_place", calling_place())
        name = self.kwargs.get("name_prefix", "") + name if name else None
        self.obj.connect(name, self.kwargs.get("path_prefix", "") + path, **merged)

    def add_actions(self, actions: Sequence[str], **options: Any) -> None:
        """Connect the usual routes named in *actions*; what the submapper adds comes in by `connect`."""
        for action in actions:
            getattr(self, action)()

    def submapper(self, **options: Any) -> "SubMapper":
        """A submapper below this one."""
        return SubMapper(self, **options)

    def collection(self, collection_name: str, resource_name: str, **options: Any) -> "SubMapper":
        """A collection below this submapper."""
        return open_collection(self, collection_name, resource_name, **options)

    def resource(self, member_name: str, collection_name: str, **options: Any) -> None:
        """A CRUD resource below this submapper."""
        options.setdefault("_place", calling_place())
        connect_resource(self, member_name, collection_name, **options)

    def redirect(self, match_path: str, destination_path: str, **options: Any) -> None:
        """A redirect within this submapper; the prefix goes before both paths."""
        options.setdefault("_place", calling_place())
        prefix = self.kwargs.get("path_prefix", "")
        self.obj.redirect(prefix + match_path, prefix + destination_path, **options)


def open_collection(
    parent: Connects,
    collection_name: str,
    resource_name: str,
    *,
    path_prefix: str = "",
    member_prefix: str = "/{id}",
    controller: str | type | None = None,
    collection_actions: Sequence[str] = COLLECTION_ACTIONS,
    member_actions: Sequence[str] = MEMBER_ACTIONS,
    member_options: dict[str, Any] | None = None,
    **options: Any,
) -> SubMapper:
    """Routes' collection with its member submapper, made of our own submappers so that both nest.

    "new" is connected before the member routes, so that it is never taken for an id.
    """
    collection = SubMapper(
        parent,
        collection_name=collection_name,
        resource_name=resource_name,
        path_prefix=f"{path_prefix}/{collection_name}" if collection_name else path_prefix,
        controller=controller or resource_name or collection_name,
        actions=collection_actions,
        **options,
    )
    collection.member = SubMapper(
        collection, path_prefix=member_prefix, actions=member_actions, **(member_options or {})
    )
    return collection
