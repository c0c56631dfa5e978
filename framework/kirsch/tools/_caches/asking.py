"""Who asks for what: what an answer is found by, and what of a request its answer may have been made of."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from kirsch.authentication import POLICY, WAY, WHO
from kirsch.cookies import OWN, cookies_of
from kirsch.request import Request
from kirsch.tools._caches.directives import NOTHING, Wishes, wishes
from kirsch.tools._caches.entries import Key, digest
from kirsch.translation import OFFER as TRANSLATIONS

#: Conditions that are answered from what is kept.
READING = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"})
#: What an action may take of what tools offer while its answer is one for others, too: user and host are part of the
#: key, and what language and media type were chosen by is in Vary.
HARMLESS = frozenset({"user", "host", "media", TRANSLATIONS, "db", "deadline", "ratelimit", POLICY})


class Watched(dict[str, Any]):
    """What a request has taken so far, and the names of what it takes from now on."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        super().__init__(made)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)

    def harmless(self) -> bool:
        """Whether nothing was taken that is one visitor's or one request's."""
        return all(name in HARMLESS or name.startswith(WAY) for name in self.names)


class Asked(NamedTuple):
    """What a request asks of the cache."""

    environ: Mapping[str, Any]
    #: What an answer to it is kept under, unless it is for everybody.
    own: Key
    wanted: Wishes
    #: Whether a tool has found its user, who is given nothing that was made for everybody.
    signed_in: bool


def can_be_kept(environ: Mapping[str, Any]) -> bool:
    """Whether a request is one whose answer a cache may know: it reads, has no body, and no condition of a change."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
        and not ("HTTP_TRANSFER_ENCODING" in environ or "HTTP_IF_MATCH" in environ)
        and "HTTP_IF_UNMODIFIED_SINCE" not in environ
    )


def asked_of(request: Request, cookies: Collection[str], headers: Collection[str], heeded: bool) -> Asked | None:
    """What a request asks of the cache; None for nothing.

    :param cookies: names of the cookies that make another answer, ``*`` for all.
    :param headers: keys in the environ that do.
    :param heeded: whether it may want an answer made anew.
    """
    environ = request.environ
    if type(environ) is not dict:  # one that watches what an action reads, which this is not
        environ = dict(environ)
    if request.route is None or not can_be_kept(environ):
        return None
    wanted = wishes(environ)
    if not heeded and wanted is not NOTHING:
        wanted = Wishes(only_kept=wanted.only_kept, no_store=wanted.no_store)
    offered = request.offered
    user = request.take("user") if "user" in offered else None
    if user is not None:
        who: list[Any] = ["user", user.name, sorted(user.roles), sorted(user.scopes)]
    else:
        who = [(name, environ[name]) for name in WHO if environ.get(name)]
    if cookies and "HTTP_COOKIE" in environ:
        who += counted(environ["HTTP_COOKIE"], cookies, offered)
    if headers:
        who += [(name, environ[name]) for name in headers if name in environ]
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    key = Key(
        path_of(environ), environ.get("QUERY_STRING", ""), environ["wsgi.url_scheme"], host.lower(),
        digest(who) if who else "",
    )  # fmt: skip
    return Asked(environ, key, wanted, user is not None)


def path_of(environ: Mapping[str, Any]) -> str:
    """The path of a request, with what the application is mounted under."""
    return str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))


def counted(header: str, names: Collection[str], offered: Collection[str]) -> list[tuple[str, str, str]]:
    """The cookies that count, sorted; not those that a tool alone reads, for whoever takes what is in them.

    Each is marked as one: clients choose the names, and could call one REMOTE_USER.
    """
    own = {name.removeprefix(OWN) for name in offered if name.startswith(OWN)}
    sent = cookies_of(header).items()
    return sorted(
        ("cookie", name, value) for name, value in sent if name not in own and ("*" in names or name in names)
    )


def paths_changed(request: Request, headers: list[tuple[str, str]]) -> set[str]:
    """The paths that an answer to a change makes out of date: its own, and those of the same origin that it names.

    Source: RFC 9111, section 4.4.
    """
    environ = request.environ
    origin = environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "").lower()
    paths = {path_of(environ)}
    for name, value in headers:
        if name.lower() in ("location", "content-location"):
            try:
                found = urlsplit(urljoin(f"{origin[0]}://{origin[1]}{request.path}", value))
            except ValueError:  # an address of no host that there could be
                continue
            if (found.scheme, found.netloc.lower()) == origin:
                paths.add(as_path(found.path))
    return paths


def as_path(path: str) -> str:
    """The path of an address as an environ has it."""
    return unquote_to_bytes(path).decode("latin-1") or "/"
