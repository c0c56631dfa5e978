"""Configuration: layers of settings from dicts, TOML files and the environment, each value with its origin.

Sections: ``[site]`` (name, debug, secret_key), ``[server]``, ``[tools.NAME]``,
``[controllers.NAME.tools.TOOL]`` and ``[controllers.NAME.actions.ACTION.tools.TOOL]``. Values are literals.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias

from kirsch.errors import ConfigError, did_you_mean

Source: TypeAlias = Mapping[str, Any] | str | Path | IO[bytes] | IO[str]
Key = tuple[str, ...]

SECTIONS = ("site", "server", "tools", "controllers")
PREFIX = "KIRSCH__"


class Setting(NamedTuple):
    """A value of configuration and the place it comes from."""

    value: Any
    origin: str


class Config:
    """The settings of one scope: several sources laid over each other, later ones stronger.

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
        self.settings: dict[Key, Setting] = {}
        mistakes: list[str] = []
        for source in sources:
            try:
                self._lay(*read_source(source, self.root))
            except ConfigError as error:
                mistakes += error.mistakes
        self.settings |= read_environ(environ or {})
        mistakes += self._unknown_sections()
        if mistakes:
            raise ConfigError(mistakes)

    def _lay(self, table: Mapping[str, Any], place: str) -> None:
        for key, value in flatten(table):
            self.settings[key] = Setting(value, f"{place} [{'.'.join(key[:-1])}] {key[-1]}" if key[1:] else place)

    def _unknown_sections(self) -> Iterator[str]:
        named = set()
        for key, setting in self.settings.items():
            if key[0] not in SECTIONS and key[0] not in named:
                named.add(key[0])
                yield f"{setting.origin}: there is no section [{key[0]}]. {did_you_mean(key[0], SECTIONS)}"

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
    """The values of nested tables by their whole names; a dotted key counts as nested, an empty table as itself."""
    for name, value in table.items():
        key = (*prefix, *str(name).split("."))
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
