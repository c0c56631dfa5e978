"""What is loaded by name: things that configuration names, and what other packages bring in their entry points."""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from kirsch.errors import UsageError


def named(option: str, place: str) -> Any:
    """The thing that "package.module:name" names.

    :param option: what names it, "names.money", for the sentence where it cannot be had.
    :raises UsageError: when it cannot be loaded, or there is none.
    """
    module, _, attribute = place.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        mend = "Write it as package.module:name."
        raise UsageError(f"{option} is {place!r}, which does not exist: {error}. {mend}") from error


def brought(group: str) -> dict[str, str]:
    """What packages bring in an entry-point *group*, by name: "module:Class"."""
    return {point.name: point.value for point in entry_points(group=group)}


def load_brought(group: str, name: str, setting: str) -> Any:
    """What a package brings as *name* in *group*; its module is imported now.

    :param setting: what asks for it, "tools.greeting", for the sentence where it cannot be had.
    :raises UsageError: when it cannot be loaded, or when several packages bring something else by that name.
    """
    points = list(entry_points(group=group, name=name))
    if len({point.value for point in points}) > 1:
        packages = " and ".join(sorted(package_of(point) for point in points))
        raise UsageError(f"{setting} is brought by {packages}; uninstall all but one.")
    point = points[0]
    package = package_of(point)
    try:
        found = import_module(point.module)
    except ModuleNotFoundError as error:
        if error.name and f"{point.module}.".startswith(f"{error.name}."):
            raise UsageError(f"{setting} is {point.value} of {package}, which has no such module.") from error
        raise UsageError(f"{setting} needs the package {error.name!r}. Run: pip install {error.name!r}") from error
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise UsageError(f"{setting} of {package} cannot be loaded ({why}). Mend or uninstall {package}.") from error
    try:
        for part in point.attr.split("."):
            found = getattr(found, part)
    except AttributeError as error:
        raise UsageError(f"{setting} is {point.value} of {package}, which does not exist.") from error
    return found


def package_of(point: EntryPoint) -> str:
    """The distribution that brings it."""
    return point.dist.name if point.dist else point.module
