"""What actions and controllers are called in a path."""

from collections.abc import Callable
from typing import Any, TypeVar

from kirsch.errors import UsageError

Named = TypeVar("Named", bound=Callable[..., Any])

#: What may stand in a path for the underscore of a name.
SEPARATORS = "_-.~"


def at(*paths: str) -> Callable[[Named], Named]:
    """Let an action or a controller of a :func:`tree` answer at *paths*, below its parent, instead of its own name.

    The first is the one that :meth:`Mapper.url` makes. A path is written as in a route, so it may have variables:
    ``@at("{id:int}")``, which every action below takes.

    :raises UsageError: for a path that is none.
    """
    if not paths:
        raise UsageError('at() names at least one path: @at("sitemap.xml").')
    for path in paths:
        if not isinstance(path, str) or not path or path.startswith("/") or path.endswith("/"):
            raise UsageError(f"at({path!r}) is no path below another one; leave out the slashes at both ends.")

    def name(target: Named) -> Named:
        target.__at__ = paths  # type: ignore[attr-defined]
        return target

    return name


def paths_of(name: str, target: Any, separators: str) -> list[str]:
    """Where the attribute *name* answers, below its parent: where :func:`at` says, or by its name.

    A trailing underscore, as in ``class_``, is no part of the path.
    """
    named: tuple[str, ...] = vars(target).get("__at__", ())
    word = name[:-1] if name.endswith("_") else name
    return list(named or dict.fromkeys(word.replace("_", separator) for separator in separators))
