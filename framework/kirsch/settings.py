"""Values of configuration as the types that options want, and the folders they name."""

import importlib.util
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, Union

from kirsch.config import FILE, Setting
from kirsch.errors import UsageError, did_you_mean

Filled = TypeVar("Filled")

UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
SIZE = re.compile(r"(\d+(?:\.\d+)?) *([a-z]*)", re.ASCII | re.IGNORECASE)
WORDS = {
    str: "must be a text",
    int: "must be a whole number",
    float: "must be a number",
    bool: "must be true or false",
    Path: "must be a path",
    list: "must be a list",
    dict: "must be a table",
}


def checked(
    given: Mapping[str, Setting], kinds: Mapping[str, Any], place: str, root: Path | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The given values as the types of *kinds*, and what is wrong with the others.

    *place* is what mistakes call the section, "tools.mako". The value of an option may lie in a file, which the option
    with ``_file`` at its end names, relative to *root*.
    """
    values: dict[str, Any] = {}
    settings, mistakes = from_files(given, kinds, place, root or Path())
    for name, (value, origin) in settings.items():
        if name not in kinds:
            mistakes.append(f"{origin}: {place} has no option {name!r}. {did_you_mean(name, kinds)}")
            continue
        try:
            values[name] = as_type(value, kinds[name])
        except ValueError as error:
            seen = f"not {value!r}" if name in given and given[name].value == value else "unlike what the file holds"
            mistakes.append(f"{origin}: {place}.{name} {error}, {seen}.")
    return values, mistakes


def filled(
    kind: type[Filled], place: str, given: Mapping[str, Setting], root: Path | None = None
) -> tuple[Filled | None, list[str]]:
    """An instance of the dataclass *kind* with the options that are *given*, or None and what is wrong with them.

    Options that are not set keep their defaults; what has none must be set. *place* and *root* are as for
    :func:`checked`.
    """
    hints = typing.get_type_hints(kind)
    known = {item.name: item for item in fields(kind) if item.init}  # type: ignore[arg-type]
    values, mistakes = checked(given, {option: hints[option] for option in known}, place, root)
    wanting = [
        option
        for option, item in known.items()
        if not is_set(option, given) and item.default is MISSING and item.default_factory is MISSING
    ]
    if wanting:
        mistakes.append(f"{place} is on but {', '.join(wanting)} is not set. Set it under [{place}].")
    return (None, mistakes) if mistakes else (kind(**values), [])


def from_files(
    given: Mapping[str, Setting], kinds: Mapping[str, Any], place: str, root: Path
) -> tuple[dict[str, Setting], list[str]]:
    """The given values, those in files read; and what is wrong with the files."""
    found, mistakes = dict(given), []
    for key, setting in given.items():
        name = key.removesuffix(FILE)
        if key in kinds or name == key or name not in kinds:
            continue
        del found[key]
        own = given.get(name)
        if own is not None and setting in own.weaker():
            continue
        if own is not None and own not in setting.weaker():
            mistakes.append(f"{setting.origin}: {place}.{name} is set beside it. Leave one of the two out.")
            continue
        try:
            found[name] = Setting(_as_lines(read_secret(setting.value, root), kinds[name]), setting.origin)
        except UsageError as error:
            found.pop(name, None)
            mistakes.append(f"{setting.origin}: {error}")
    return found, mistakes


def read_secret(path: Any, root: Path) -> str:
    """The text of a file, without the newline at its end.

    :raises UsageError: when it cannot be read, is empty or is no text.
    """
    if not isinstance(path, str | Path) or not str(path):
        raise UsageError(f"it must be the path of a file, not {path!r}.")
    try:
        text = Path(root, path).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the file {str(path)!r} cannot be read: {error.strerror}.") from error
    except (UnicodeError, ValueError):
        raise UsageError(f"the file {str(path)!r} is not UTF-8 text.") from None
    if not (found := text.removesuffix("\n").removesuffix("\r")):
        raise UsageError(f"the file {str(path)!r} is empty.")
    return found


def _as_lines(text: str, kind: Any) -> str | list[str]:
    """A list of texts stands in a file line by line."""
    return text.splitlines() if typing.get_origin(kind) in (list, tuple) else text


def is_set(name: str, given: Mapping[str, Any]) -> bool:
    """Whether a value is given for an option, or the file that holds it."""
    return name in given or name + FILE in given


def as_type(value: Any, kind: Any) -> Any:
    """*value* as *kind* wants it: a whole number does for a number, a text for a path, one text for a list of texts.

    :raises ValueError: with the end of a sentence that says what is wanted.
    """
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        return _as_one_of(value, parts)
    if origin is Literal:
        if value not in parts:
            raise ValueError(f"must be one of {', '.join(map(repr, parts))}")
        return value
    if origin in (list, tuple):
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise ValueError(WORDS[list])
        return origin(as_type(item, parts[0]) for item in items)
    if origin is dict or kind is dict:
        if not isinstance(value, dict):
            raise ValueError(WORDS[dict])
        return value
    return _as_plain(value, kind)


def _as_plain(value: Any, kind: Any) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is Path and isinstance(value, str):
        return Path(value)
    if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
        return value
    raise ValueError(WORDS.get(kind, f"must be a {kind.__name__}"))


def _as_one_of(value: Any, kinds: tuple[Any, ...]) -> Any:
    if value is None and types.NoneType in kinds:
        return None
    wanted = [kind for kind in kinds if kind is not types.NoneType]
    for kind in wanted[:-1]:
        try:
            return as_type(value, kind)
        except ValueError:
            continue
    return as_type(value, wanted[-1])


def size(option: str, value: int | str) -> int:
    """The bytes that *value* stands for.

    :raises UsageError: when it is no size.
    """
    found = SIZE.fullmatch(str(value).strip())
    if found is None or found[2].lower() not in UNITS:
        raise UsageError(f'{option} must be a size, such as "10 MiB", "500 kB" or a number of bytes, not {value!r}.')
    return int(float(found[1]) * UNITS[found[2].lower()])


def folder_of(directory: str, root: Path) -> Path:
    """The folder that "package:folder" or a path relative to *root* names.

    :raises UsageError: when it does not exist.
    """
    package, colon, inside = directory.partition(":")
    if colon and package.replace(".", "").isidentifier():
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise UsageError(f"{directory!r}: there is no package {package!r}.")
        folder = Path(found.submodule_search_locations[0], inside)
    else:
        folder = Path(root, directory)
    if not folder.is_dir():
        raise UsageError(f"The folder {directory!r} does not exist. Make it, or mend the path ({folder}).")
    return folder
