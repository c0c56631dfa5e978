"""Which of the media types and languages on offer a client likes best."""

import re
import warnings
from functools import lru_cache

with warnings.catch_warnings():  # WebOb imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from webob.acceptparse import create_accept_header

#: Characters of the longest Accept header whose meaning is kept.
LONGEST_KEPT = 1024
#: Characters of the longest one that is read: the time it takes grows with the square of its media ranges.
LONGEST_READ = 8 * LONGEST_KEPT
#: A member of Accept-Language: the range, and its weight.
WEIGHT = r"(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
LANGUAGE_RANGE = re.compile(rf"[ \t]*(\*|[a-zA-Z]{{1,8}}(?:-[a-zA-Z0-9]{{1,8}}){{0,8}})[ \t]*{WEIGHT}")


def preferred(accept: str, offers: tuple[str, ...]) -> str | None:
    """The offer that the header *accept* likes best (RFC 9110, section 12.5.1); None if it takes none of them.

    Of offers that it likes as well as each other, one that it names wins over those that only its ``*/*`` takes:
    ``application/json, */*`` is sent by programs. A malformed header counts as none, which takes the first, and so
    does one that is too long to be read.
    """
    if len(accept) > LONGEST_READ:
        return offers[0]
    return read_accept(accept, offers) if len(accept) <= LONGEST_KEPT else read_accept.__wrapped__(accept, offers)


@lru_cache(maxsize=256)
def read_accept(accept: str, offers: tuple[str, ...]) -> str | None:
    """What :func:`preferred` says, remembered."""
    header = create_accept_header(accept.strip(" \t"))
    if not header.parsed:
        return offers[0]
    found = header.acceptable_offers(offers)
    best = [offer for offer, quality in found if quality == found[0][1]]
    named = {kind.lower() for kind, *_ in header.parsed}
    return next((offer for offer in best if offer in named), best[0] if best else None)


def preferred_language(accept: str, offers: tuple[str, ...]) -> str | None:
    """The offered language that the header *accept* likes best (RFC 9110, section 12.5.4); None if it names none.

    "de-AT" is content with "de", and "pt" with "pt-BR" (RFC 4647, section 3.4, and its inverse).
    """
    if len(accept) > LONGEST_READ:
        return None
    return read_languages(accept, offers) if len(accept) <= LONGEST_KEPT else read_languages.__wrapped__(accept, offers)


@lru_cache(maxsize=256)
def read_languages(accept: str, offers: tuple[str, ...]) -> str | None:
    """What :func:`preferred_language` says, remembered."""
    asked = [pair for item in accept.split(",") if (pair := language_range(item)) is not None]
    refused = {tag for tag, quality in asked if not quality}
    open_to = {offer.lower(): offer for offer in offers if not refused & set(shorter(offer.lower()))}
    for tag, quality in sorted(asked, key=lambda pair: -pair[1]):
        if not quality:
            break
        if tag == "*" and open_to:
            return next(iter(open_to.values()))
        near = [one for one in shorter(tag) if one in open_to] or [one for one in open_to if one.startswith(f"{tag}-")]
        if near:
            return open_to[near[0]]
    return None


def language_range(item: str) -> tuple[str, float] | None:
    """One member of the header: a language in small letters, and how much it is liked; None for what is no member."""
    found = LANGUAGE_RANGE.fullmatch(item)
    return (found[1].lower(), float(found[2] or 1)) if found else None


def shorter(tag: str) -> list[str]:
    """*tag*, and what it is a part of: de-at-1996, de-at, de."""
    parts = tag.split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
