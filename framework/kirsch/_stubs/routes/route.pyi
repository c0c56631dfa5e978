from collections.abc import Callable
from typing import Any

class Route:
    name: str | None
    filter: Callable[[dict[str, Any]], dict[str, Any]] | None
    routepath: str
    static: bool
    redirect: bool
    redirect_status: str
    conditions: dict[str, Any]
    defaults: dict[str, Any]
    reqs: dict[str, str]
    regexp: str
    routelist: list[str | dict[str, str]]
    routebackwards: list[str | dict[str, str]]
    dotkeys: frozenset[str]
    minkeys: frozenset[str]
    maxkeys: frozenset[str]
    hardcoded: frozenset[str]
    member_name: str | None
    collection_name: str | None
    parent_resource: dict[str, str] | None
    _kargs: dict[str, Any]
    _default_keys: frozenset[str]
    def __init__(self, name: str | None, routepath: str, **kargs: Any) -> None: ...
