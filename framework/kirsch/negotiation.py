"""Which of the media types on offer a client likes best."""

import warnings
from functools import lru_cache

with warnings.catch_warnings():  # WebOb imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from webob.acceptparse import create_accept_header

#: Characters of the longest Accept header whose meaning is kept.
LONGEST_KEPT = 1024
#: Characters of the longest one that is read: the time it takes grows with the square of its media ranges.
LONGEST_READ = 8 * LONGEST_KEPT


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
