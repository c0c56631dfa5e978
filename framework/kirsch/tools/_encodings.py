"""Content codings: which one a client takes, and what packs a body in it.

Source: RFC 9110, sections 8.4.1 and 12.5.3.
"""

import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

from kirsch.headers import varies_by

#: The codings by name, best first, and the package that each needs.
PACKAGES = {"br": "brotli", "zstd": "zstandard", "gzip": "zlib"}
#: A coding and its weight; where the weight is none, nothing is said of that coding.
MEMBER = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?", re.ASCII)
#: Old names that mean the same (RFC 9110, section 8.4.1.3).
ALIASES = {"x-gzip": "gzip"}
#: Characters of the longest Accept-Encoding whose meaning is kept.
LONGEST_KEPT = 256
VARY = ("Vary", "Accept-Encoding")
#: What is added to the name of a file that is kept in a coding beside the file itself.
ENDINGS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}


class Choice(NamedTuple):
    """What a client is sent: the body in one of these codings, the one it likes best first, or as it is."""

    liked: tuple[str, ...] = ()
    #: Whether the client refuses the body as it is.
    required: bool = False

    @property
    def encoding(self) -> str | None:
        """The coding that the client likes best; None where it takes none, or rather takes the body as it is."""
        return self.liked[0] if self.liked else None


class Packing(NamedTuple):
    """One body on its way through a compressor."""

    feed: Callable[[bytes], bytes]
    #: All that was fed so far, in bytes that can be unpacked already.
    flush: Callable[[], bytes]
    finish: Callable[[], bytes]


def choose(header: str | None, offered: tuple[str, ...]) -> Choice:
    """Which codings of *offered* the header Accept-Encoding likes; of several alike, the first offered comes first.

    Without the header nothing is packed, and a member that is malformed is no member.
    """
    if header is None:
        return Choice()
    return read_header(header, offered) if len(header) <= LONGEST_KEPT else read_header.__wrapped__(header, offered)


@lru_cache(maxsize=256)
def read_header(header: str, offered: tuple[str, ...]) -> Choice:
    """What :func:`choose` says, remembered."""
    weights: dict[str, float] = {}
    for text in header.lower().split(","):
        if member := MEMBER.fullmatch(text.strip(" \t")):
            weights.setdefault(ALIASES.get(member[1], member[1]), float(member[2] or 1))
    others = weights.get("*", 0)
    plain = weights.get("identity", 0)
    liked = [name for name in offered if weights.get(name, others) > 0 and weights.get(name, others) >= plain]
    liked.sort(key=lambda name: -weights.get(name, others))
    return Choice(tuple(liked), required=bool(liked) and weights.get("identity", weights.get("*")) == 0)


def missing_package(encoding: str) -> str | None:
    """The package that *encoding* needs and that is not installed; None where it can be used."""
    try:
        import_module(PACKAGES[encoding])
    except ModuleNotFoundError:
        return PACKAGES[encoding]
    return None


def packing(encoding: str, level: int) -> Packing:
    """A compressor for one body."""
    if encoding == "br":
        br = import_module("brotli").Compressor(quality=level)
        return Packing(br.process, br.flush, br.finish)
    if encoding == "zstd":
        zstandard = import_module("zstandard")
        zstd = zstandard.ZstdCompressor(level=level).compressobj()
        return Packing(zstd.compress, lambda: zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK), zstd.flush)
    gzip = zlib.compressobj(level, wbits=zlib.MAX_WBITS | 16)
    return Packing(gzip.compress, lambda: gzip.flush(zlib.Z_SYNC_FLUSH), gzip.flush)


def add_vary(headers: list[tuple[str, str]]) -> None:
    """Say that the answer depends on Accept-Encoding, for caches, unless that is said already."""
    if not varies_by(headers) & {"*", "accept-encoding"}:
        headers.append(VARY)
