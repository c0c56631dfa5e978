"""What a WSGI environ says about where a request goes: the path, decoded, and the sub-domain."""

from collections.abc import Collection, Mapping
from typing import Any

from kirsch.errors import BadRequest
from kirsch.target import decode_path


def decoded_path(environ: Mapping[str, Any]) -> str | None:
    """The path as text; None where it is not UTF-8."""
    try:
        return decode_path(environ.get("PATH_INFO") or "/")
    except BadRequest:
        return None


def sub_domain_of(host: str, domains: Collection[str], ignored: Collection[str] = ()) -> str | None:
    """What stands before the site's own domain in a Host header; None where nothing does.

    Without *domains* the last two labels are taken for it, three below the likes of co.uk. Addresses such as 127.0.0.1
    have no sub-domain.
    """
    name = host.lower()
    if not name.startswith("["):
        name = name.rsplit(":", 1)[0]
    if not name or name.startswith("[") or name.replace(".", "").isdigit():
        return None
    own = [domain for domain in domains or [_registered(name)] if name.endswith(f".{domain}")]
    if not own:
        return None
    before = name.removesuffix(f".{max(own, key=len)}")
    return None if before in ignored else before


#: What countries keep for registrations below them; a list of all is thousands of lines long, so a site may say its own
#: domains.
SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gob", "gov", "ltd", "ne", "net", "or", "org", "plc", "sch"))


def _registered(name: str) -> str:
    labels = name.split(".")
    below_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    return ".".join(labels[-3:] if below_country else labels[-2:])
