"""Stories from TOML files: requests and what must come back. README.md says what they may hold."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

HERE = Path(__file__).parent
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Vector:
    """One request of a story, and what must come back."""

    target: str
    status: int
    method: str = "GET"
    headers: tuple[str, ...] = ()
    body: str | None = None
    body_hex: str | None = None
    json: Any = None
    form: Mapping[str, Any] | None = None
    version: str = "1.1"
    scheme: str = "http"
    cookies: bool = True
    times: int = 1
    way: str = ""
    why: str = ""
    expect: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    text: str | None = None
    text_match: Any = ()
    text_miss: Any = ()
    equals: Any = None
    size: int | None = None
    keep: Mapping[str, str] = field(default_factory=dict)

    def request(self, kept: Mapping[str, str]) -> "Request":
        """What is sent, with what earlier answers gave put in."""

        def filled(text: str) -> str:
            return re.sub(r"\{\{(\w+)\}\}", lambda found: kept[found[1]], text)

        pairs = [tuple(part.strip() for part in filled(line).split(":", 1)) for line in self.headers]
        body, kind = self._body(filled)
        named = {name.lower() for name, _ in pairs}
        if "host" not in named and self.version != "1.0":
            pairs.insert(0, ("Host", "localhost"))
        if kind and "content-type" not in named:
            pairs.append(("Content-Type", kind))
        if (body or self.method in ("POST", "PUT", "PATCH")) and not named & {"content-length", "transfer-encoding"}:
            pairs.append(("Content-Length", str(len(body))))
        return Request(self.method, filled(self.target), self.version, self.scheme, pairs, body)

    def _body(self, filled: Any) -> tuple[bytes, str]:
        if self.json is not None:
            return filled(json.dumps(self.json)).encode(), "application/json"
        if self.form is not None:
            values = {name: [filled(str(each)) for each in listed(value)] for name, value in self.form.items()}
            return urlencode(values, doseq=True).encode(), FORM
        if self.body_hex is not None:
            return bytes.fromhex(self.body_hex), ""
        return filled(self.body or "").encode(), ""


@dataclass(frozen=True)
class Request:
    """A request ready to be sent."""

    method: str
    target: str
    version: str
    scheme: str
    headers: list[Any]
    body: bytes


@dataclass(frozen=True)
class Story:
    """Requests of one visitor to one fresh site."""

    file: str
    site: str
    name: str
    vectors: tuple[Vector, ...]
    options: Mapping[str, Any]

    def told(self, way: str) -> tuple[Vector, ...]:
        """The requests that can be made in this way."""
        return tuple(vector for vector in self.vectors if vector.way in ("", way))

    def is_slow(self, way: str) -> bool:
        """Whether it can be told sooner in another way."""
        return way == "socket" and bool(self.told("process"))

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def stories() -> list[Story]:
    """All stories of this folder, by file."""
    return [story for path in sorted(HERE.glob("*.toml")) for story in read(path)]


def read(path: Path) -> Iterator[Story]:
    """The stories of one file.

    :raises ValueError: for a key that is unknown, and for two stories of one name.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    names = set()
    for told in table["story"]:
        unknown = told.keys() - {"name", "options", "request"}
        if unknown or told["name"] in names:
            raise ValueError(f"{path.name}, story {told['name']!r}: told twice, or unknown keys {sorted(unknown)}")
        names.add(told["name"])
        vectors = tuple(vector(path, told["name"], given) for given in told["request"])
        yield Story(path.stem, table["site"], told["name"], vectors, told.get("options", {}))


def vector(path: Path, name: str, given: Mapping[str, Any]) -> Vector:
    """One request.

    :raises ValueError: for a key that is unknown, and for one that is missing.
    """
    unknown = given.keys() - {item.name for item in fields(Vector)}
    if unknown or not {"target", "status"} <= given.keys() or (given.get("way") and not given.get("why")):
        raise ValueError(f"{path.name}, story {name!r}, {given}: unknown keys {sorted(unknown)}, or one is missing")
    lists = {key: tuple(given[key]) for key in ("headers", "expect", "forbid") if key in given}
    return Vector(**{**given, **lists})


def listed(value: Any) -> list[Any]:
    """*value*, or the one of which a list is made."""
    return list(value) if isinstance(value, list | tuple) else [value]
