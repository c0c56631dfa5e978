import threading
from collections.abc import Sequence
from typing import Any

from routes.route import Route

COLLECTION_ACTIONS: list[str]
MEMBER_ACTIONS: list[str]

class SubMapperParent:
    def submapper(self, **kargs: Any) -> SubMapper: ...

class SubMapper(SubMapperParent):
    kwargs: dict[str, Any]
    obj: Any
    collection_name: str | None
    resource_name: str | None
    formatted: bool
    member: Any
    def __init__(
        self,
        obj: Any,
        resource_name: str | None = None,
        collection_name: str | None = None,
        actions: Sequence[str] | None = None,
        formatted: bool | None = None,
        **kwargs: Any,
    ) -> None: ...
    def connect(self, *args: Any, **kwargs: Any) -> None: ...
    def link(
        self,
        rel: str | None = None,
        name: str | None = None,
        action: str | None = None,
        method: str = "GET",
        formatted: bool | None = None,
        **kwargs: Any,
    ) -> None: ...
    def action(
        self,
        name: str | None = None,
        action: str | None = None,
        method: str = "GET",
        formatted: bool | None = None,
        **kwargs: Any,
    ) -> None: ...
    def index(self, name: str | None = None, **kwargs: Any) -> None: ...
    def new(self, **kwargs: Any) -> None: ...
    def create(self, **kwargs: Any) -> None: ...
    def show(self, name: str | None = None, **kwargs: Any) -> None: ...
    def edit(self, **kwargs: Any) -> None: ...
    def update(self, **kwargs: Any) -> None: ...
    def delete(self, **kwargs: Any) -> None: ...
    def add_actions(self, actions: Sequence[str], **kwargs: Any) -> None: ...
    def __enter__(self) -> Any: ...
    def __exit__(self, *exc: object) -> None: ...

class Mapper(SubMapperParent):
    matchlist: list[Any]
    sub_domains: bool
    sub_domains_ignore: list[str]
    prefix: str | None
    create_regs_lock: threading.Lock
    _routenames: dict[str, Route]
    def __init__(
        self,
        controller_scan: object = ...,
        directory: str | None = None,
        always_scan: bool = False,
        register: bool = True,
        explicit: bool = True,
    ) -> None: ...
