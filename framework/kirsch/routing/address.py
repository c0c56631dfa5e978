"""What a WSGI environ says about where a request goes: the path, decoded, and the sub-domain."""

from collections.abc import Collection, Mapping
from typing import Any


def decoded_path(environ: Mapping[str, Any]) -> str | None:
    """The path as text; None where it is not UTF-8. PEP 3333 hands it over as bytes in the guise of Latin-1."""
    try:
        return str(environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8") or "/"
    except UnicodeError:
        return None


def sub_domain_of(host: str, domains: Collection[str], ignored: Collection[str] = ()) -> str | None:
    """What stands before the site's own domain in a Host header; None where nothing does.

    Without *domains* the last two labels are taken for it. Addresses such as 127.0.0.1 have no sub-domain.
    """
    name = host.lower()
    if not name.startswith("["):
        name = name.rsplit(":", 1)[0]
    if not name or name.startswith("[") or name.replace(".", "").isdigit():
        return None
    own = [domain for domain in domains or [".".join(name.split(".")[-2:])] if name.endswith(f".{domain}")]
    if not own:
        return None
    before = name.removesuffix(f".{max(own, key=len)}")
    return None if before in ignored else before
