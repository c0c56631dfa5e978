"""Configuration: layers of settings from dicts, TOML files and the environment, each value with its origin.

Sections: ``[site]`` (name, environment, secret_key), ``[server]``, ``[tools.NAME]``, ``[paths."/PREFIX".tools.TOOL]``,
``[controllers.NAME.tools.TOOL]``, ``[controllers.NAME.actions.ACTION.tools.TOOL]`` and ``[plugins.NAME]``,
each of them also below ``[environments.ENVIRONMENT]``. Values are literals.
"""

import copy
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias, TypeVar

from kirsch.errors import ConfigError, did_you_mean

Source: TypeAlias = Mapping[str, Any] | str | Path | IO[bytes] | IO[str]
Key = tuple[str, ...]
AnyKey = TypeVar("AnyKey", str, Key)

SECTIONS = ("site", "server", "tools", "paths", "controllers", "plugins", "environments")
#: What a site may run as; the first is meant where nothing is said.
ENVIRONMENTS = ("production", "development", "test")
PREFIX = "KIRSCH__"
#: What the name of an option ends with where a file holds its value.
FILE = "_file"
BARE = re.compile(r"[A-Za-z0-9_-]+")


class _Setting(NamedTuple):
    value: Any
    origin: str


class Setting(_Setting):
    """A value of configuration and the place it comes from."""

    #: The weaker setting that this one lies over.
    over: "Setting | None" = None

    def above(self, weaker: "Setting | None") -> "Setting":
        """This setting, and those it lies over already, over a *weaker* one."""
        found = Setting(*self)
        found.over = weaker if self.over is None else self.over.above(weaker)
        return found

    def weaker(self) -> Iterator["Setting"]:
        """Those it lies over, the strongest first."""
        below = self.over
        while below is not None:
            yield below
            below = below.over


class Config:
    """The settings of one scope: several sources laid over each other, later ones stronger.

    What a source says for the environment that the site runs in lies over the rest of that source.

    :param sources: dicts (nested, or with dotted keys), paths of TOML files, open files.
    :param environ: environment variables; ``KIRSCH__TOOLS__MAKO__TEMPLATE=x`` sets ``tools.mako.template`` and is
        stronger than every source.
    :param root: the folder that relative paths in the settings start from; the current folder if it is not given.
    :raises ConfigError: when a source cannot be read, with every mistake.
    """

    def __init__(
        self, *sources: Source, environ: Mapping[str, str] | None = None, root: Path | str | None = None
    ) -> None:
        self.root = Path(root) if root is not None else Path.cwd()
        self._layers: list[dict[Key, Setting]] = []
        mistakes: list[str] = []
        for source in sources:
            try:
                self._layers.append(read_settings(*read_source(source, self.root)))
            except ConfigError as error:
                mistakes += error.mistakes
        self._layers.append(read_environ(environ or {}))
        mistakes += unknown_sections(self._layers)
        said = [layer[key] for layer in self._layers if (key := ("site", "environment")) in layer]
        for name, origin in said:
            if name not in ENVIRONMENTS:
                mistakes.append(f"{origin}: there is no environment {name!r}. {did_you_mean(str(name), ENVIRONMENTS)}")
        if mistakes:
            raise ConfigError(mistakes)
        #: What [site] environment says; empty where it says nothing.
        self.environment = str(said[-1].value) if said else ""
        self.settings = self._laid(self.environment or ENVIRONMENTS[0])

    def within(self, environment: str) -> "Config":
        """The same sources, as they are in *environment*."""
        found = copy.copy(self)
        found.settings = self._laid(environment)
        return found

    def _laid(self, environment: str) -> dict[Key, Setting]:
        found: dict[Key, Setting] = {}
        for layer in self._layers:
            found = laid(found, {key: setting for key, setting in layer.items() if key[0] != "environments"})
            profile = ("environments", environment)
            found = laid(found, {key[2:]: setting for key, setting in layer.items() if key[:2] == profile and key[2:]})
        return found

    def section(self, *prefix: str) -> dict[str, Setting]:
        """The settings directly or deeper under a section, by the rest of their names joined with dots."""
        size = len(prefix)
        return {
            ".".join(key[size:]): setting
            for key, setting in self.settings.items()
            if key[:size] == prefix and len(key) > size
        }

    def names(self, *prefix: str) -> dict[str, Setting]:
        """The names one level under a section, each with the first setting below it."""
        size = len(prefix)
        found: dict[str, Setting] = {}
        for key, setting in self.settings.items():
            if key[:size] == prefix and len(key) > size:
                found.setdefault(key[size], setting)
        return found


def laid(weaker: Mapping[AnyKey, Setting], stronger: Mapping[AnyKey, Setting]) -> dict[AnyKey, Setting]:
    """The settings of both by name; each remembers what it lies over. ``key`` and ``key_file`` lie over each other."""
    found = dict(weaker)
    for key, setting in stronger.items():
        below = _strongest(weaker.get(key), weaker.get(_twin(key)))
        found[key] = setting if below is None or setting.value == {} else setting.above(below)
    return found


def _strongest(one: Setting | None, other: Setting | None) -> Setting | None:
    if one is None or (other is not None and one in other.weaker()):
        return other
    return one


def _twin(key: AnyKey) -> AnyKey:
    """What else names the same option: the file that holds it, or the option itself."""
    if isinstance(key, str):
        return key.removesuffix(FILE) if key.endswith(FILE) else key + FILE
    return (*key[:-1], _twin(key[-1]))


def unknown_sections(layers: list[dict[Key, Setting]]) -> Iterator[str]:
    """What is said of sections that do not exist, those of environments among them."""
    inner: tuple[str, ...] = tuple(name for name in SECTIONS if name != "environments")
    named = set()
    for key, setting in (item for layer in layers for item in layer.items()):
        known: tuple[str, ...] = SECTIONS
        size = 1
        if key[0] == "environments":
            known, size = (inner, 3) if key[1:2] and key[1] in ENVIRONMENTS else (ENVIRONMENTS, 2)
        if size == 3 and key[2:] == ("site", "environment"):
            yield f"{setting.origin}: only [site] itself says which environment it is."
        if len(key) < size or key[size - 1] in known or key[:size] in named:
            continue
        named.add(key[:size])
        name = key[size - 1]
        yield f"{setting.origin}: there is no section [{dotted(key[:size])}]. {did_you_mean(name, known)}"


def read_settings(table: Mapping[str, Any], place: str) -> dict[Key, Setting]:
    """The values of a source by their whole names, each with its place."""
    return {
        key: Setting(value, f"{place} [{dotted(key[:-1])}] {key[-1]}" if key[1:] else place)
        for key, value in flatten(table)
    }


def dotted(key: Key) -> str:
    """A name as TOML writes it."""
    return ".".join(part if BARE.fullmatch(part) else f'"{part}"' for part in key)


def read_source(source: Source, root: Path) -> tuple[Mapping[str, Any], str]:
    """The table that a source holds, and what to call the source.

    :raises ConfigError: when it cannot be read or is not TOML.
    """
    if isinstance(source, Mapping):
        return source, "the given settings"
    if isinstance(source, str | Path):
        return _read_file(Path(root, source), root)
    place = str(getattr(source, "name", "an open file"))
    text = source.read()
    return _parse(text if isinstance(text, str) else _decode(text, place), place), place


def _read_file(path: Path, root: Path) -> tuple[Mapping[str, Any], str]:
    place = os.path.relpath(path, root) if path.is_relative_to(root) else str(path)
    try:
        return _parse(_decode(path.read_bytes(), place), place), place
    except OSError as error:
        raise ConfigError([f"The configuration file {place} cannot be read: {error.strerror}."]) from error


def _decode(data: bytes, place: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeError:
        raise ConfigError([f"{place} is not UTF-8."]) from None


def _parse(text: str, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{place} is not TOML: {error}."]) from None


def flatten(table: Mapping[str, Any], prefix: Key = ()) -> Iterator[tuple[Key, Any]]:
    """The values of nested tables by their whole names; a dotted key counts as nested, an empty table as itself.

    What begins with a slash is a path, whose dots are its own.
    """
    for name, value in table.items():
        key = (*prefix, *([name] if str(name).startswith("/") else str(name).split(".")))
        if isinstance(value, Mapping) and (value or len(key) > 1):
            yield key, {}
            yield from flatten(value, key)
        elif not isinstance(value, Mapping):
            yield key, value


def read_environ(environ: Mapping[str, str]) -> dict[Key, Setting]:
    """The settings that environment variables make; a value that is no TOML literal is a text."""
    found = {}
    for name, text in environ.items():
        if name.startswith(PREFIX) and len(name) > len(PREFIX):
            key = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
            found[key] = Setting(_literal(text), f"the environment variable {name}")
    return found


def _literal(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except tomllib.TOMLDecodeError:
        return text
