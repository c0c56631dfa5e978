"""Resources: a model with its list, pages, forms, JSON and CSV.

The templates and assets in this package serve every site; the packages behind a resource are loaded with it.
"""

from typing import TYPE_CHECKING, Any

from kirsch.errors import UsageError

if TYPE_CHECKING:
    from kirsch.crud.resource import Resource

__all__ = ["Resource"]


def __getattr__(name: str) -> Any:
    if name != "Resource":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from kirsch.crud.resource import Resource
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("kirsch"):
            raise
        raise UsageError(
            f"A Resource needs the package {missing.name!r}. Run: pip install 'kirsch[sql,forms]'"
        ) from missing
    return Resource
