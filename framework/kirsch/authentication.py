"""Who asks: the user of a request, the tools that find out, and the answer to those whom none of them knows."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

from kirsch.errors import HTTPError, Redirect, Unauthorized, UsageError, did_you_mean
from kirsch.request import Request
from kirsch.response import Response
from kirsch.target import address_of, local_path
from kirsch.tool import Tool

#: What the offers of authentication tools begin with; the name of their scheme follows.
WAY = "authentication."
#: The offer of a policy: where there is one, it decides who may pass.
POLICY = "policy"
#: The offer of a text that says which sign-in a request belongs to; empty before it. Tokens of forms are bound to it.
BINDING = "binding"
#: Where an environ says who asks, apart from cookies: to a tool, from a server, by a certificate.
WHO = ("HTTP_AUTHORIZATION", "REMOTE_USER", "SSL_CLIENT_S_DN")
#: Characters of an Authorization header; a longer one is no sign-in.
LONGEST = 8192
#: What lets shared caches keep the answer to a request with an Authorization header (RFC 9111, section 3.5).
SHARING = frozenset({"public", "s-maxage", "must-revalidate"})
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
#: One parameter and what parts it from the next (RFC 9110, section 11.2).
PARAMETER = re.compile(rf'[ \t]*({TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({TOKEN}))[ \t]*(?:,|\Z)', re.DOTALL)


@dataclass(frozen=True)
class User:
    """Somebody who is signed in."""

    name: str
    roles: frozenset[str] = frozenset()
    #: What a token allows (RFC 6749, section 3.3).
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Account:
    """What a site keeps of somebody who may sign in with a password."""

    name: str
    #: The hash of the password, as `kirsch.hashing.hashed` makes it.
    password: str
    roles: frozenset[str] = frozenset()
    #: A text that changes when all sign-ins of the account are to end; where it is empty the hash is that text.
    generation: str = ""


class Accounts(Protocol):
    """Where accounts are kept: what :mod:`kirsch.tools.login` needs to know of it."""

    def find(self, name: str, request: Request) -> Account | None:
        """The account of *name*; None where there is none, or where it may not sign in."""
        ...

    def store(self, account: Account, password: str, request: Request) -> None:
        """Keep *password*, a newer hash of the same password, if the account still has the old one."""
        ...


class Finding(NamedTuple):
    """What one way of signing in says of a request."""

    user: User | None = None
    #: Whether the client sent credentials of this way that are not good.
    refused: bool = False
    #: Values of ``WWW-Authenticate`` that ask for better ones.
    challenges: tuple[str, ...] = ()
    #: The value of ``WWW-Authenticate`` that goes with a 403 for this user; empty for none.
    insufficient: str = ""
    #: The path of the page where people sign in; empty where this way has none.
    page: str = ""


@dataclass
class Authentication(Tool, order=7):
    """A tool that finds out who asks; subclasses say what they find in a request.

    Several may be on for one action: any of them may know the user, and a 401 asks for all their credentials. Where
    ``tools.allow`` is on it decides who passes; elsewhere everybody who is signed in.
    """

    #: The scheme of the Authorization header.
    scheme: ClassVar[str] = ""

    #: What is protected, as the client shows it.
    realm: str = "This site"

    def look(self, request: Request) -> Finding:
        """What the request says in this way; asked once for each request."""
        raise NotImplementedError

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The user, and what this way finds."""
        return {WAY + self.scheme: self.look, "user": signed_in}

    def start(self, request: Request) -> None:
        # Where no route leads the answer is 404 for everybody, as it is for what a policy hides.
        if request.route is not None and not request.offers(POLICY) and request.take("user") is None:
            raise unauthorized(request)

    def after(self, request: Request, response: Response) -> None:
        if request.taken("user") is not None:
            keep_private(response)


@dataclass
class Named(Authentication):
    """Authentication by names that the configuration knows, and what these may do."""

    #: The roles of users: ``ada = ["editor"]``.
    roles: dict[str, Any] = field(default_factory=dict)

    def users(self, names: Iterable[str]) -> dict[str, User]:
        """A user for each of *names*, with their roles.

        :raises UsageError: for roles of somebody else.
        """
        roles = lists("roles", self.roles, names)
        return {name: User(name, roles=roles.get(name, frozenset())) for name in names}


def signed_in(request: Request) -> User | None:
    """The user that one of the ways found, or None."""
    user = next((finding.user for finding in findings(request) if finding.user is not None), None)
    if user is not None:  # for the access log, as text is written in an environ (PEP 3333)
        request.environ["REMOTE_USER"] = user.name.encode("utf-8", "surrogatepass").decode("latin-1")
    return user


def findings(request: Request) -> Iterator[Finding]:
    """What the ways of signing in that are on say of the request."""
    for name in request.offered:
        if name.startswith(WAY):
            yield request.take(name)


def unauthorized(request: Request) -> HTTPError:
    """The answer that asks for credentials: the page to sign in on for people, else the challenges of all ways.

    Source: RFC 9110, section 11.6.1.
    """
    found = list(findings(request))
    page = next((finding.page for finding in found if finding.page), "")
    if page and not any(finding.refused for finding in found):
        address = f"{page}?next={quote(here, safe='/')}" if (here := page_of(request)) else page
        if navigates(request):
            return _leading(address)
        also = [("HX-Redirect", address)] if "HTTP_HX_REQUEST" in request.environ else []
    else:
        also = []
    challenges = [("WWW-Authenticate", challenge) for finding in found for challenge in finding.challenges]
    return Unauthorized(headers=[*challenges, *also])


def navigates(request: Request) -> bool:
    """Whether a browser shows the answer as a page: no script has asked for it, and no program."""
    environ = request.environ
    if "HTTP_HX_REQUEST" in environ or environ.get("HTTP_X_REQUESTED_WITH", "").lower() == "xmlhttprequest":
        return False
    if environ.get("HTTP_SEC_FETCH_MODE", "navigate") != "navigate" or request.urlvars.get("format") in ("json", "csv"):
        return False
    return request.prefers("text/html", "application/json", "application/problem+json") == "text/html"


def page_of(request: Request) -> str:
    """The path of the page that the visitor is on, to come back to; empty where that is not known."""
    environ = request.environ
    shown = environ.get("HTTP_HX_CURRENT_URL") or environ.get("HTTP_REFERER", "")
    if request.method in ("GET", "HEAD") and "HTTP_HX_REQUEST" not in environ:
        return local_path(address_of(request.environ, environ.get("PATH_INFO", "")))
    try:
        address = urlsplit(shown)
    except ValueError:
        return ""
    if address.netloc != environ.get("HTTP_HOST"):
        return ""
    return local_path(f"{address.path}?{address.query}" if address.query else address.path)


def _leading(address: str) -> Redirect:
    redirect = Redirect(address, local=True)
    redirect.headers += [("Cache-Control", "no-store"), ("Vary", "Accept")]
    return redirect


def keep_private(response: Response) -> None:
    """Take back what would let shared caches keep the answer: it was for one user."""
    said = [word.strip() for word in response.headers.get("Cache-Control", "").split(",")]
    names = {word.partition("=")[0].lower(): word for word in said}
    if names.keys() & SHARING:
        rest = [word for name, word in names.items() if name not in ("public", "s-maxage", "private")]
        response.headers["Cache-Control"] = ", ".join(["private", *rest])


def credentials(request: Request) -> tuple[str, str]:
    """The scheme of the Authorization header in lower case, and what follows; empty where that is beyond reason."""
    scheme, _, rest = request.environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    return scheme.lower(), rest.strip() if len(rest) <= LONGEST else ""


def parameters(text: str) -> dict[str, str] | None:
    """The parameters ``name=value`` or ``name="value"`` of a header by name; None where they are not well-formed.

    Source: RFC 9110, section 11.2. A name that comes twice makes them malformed.
    """
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        part = PARAMETER.match(text, place)
        if part is None or part[1].lower() in found:
            return None
        found[part[1].lower()] = re.sub(r"\\(.)", r"\1", part[2], flags=re.DOTALL) if part[3] is None else part[3]
        place = part.end()
    return found


def quoted(option: str, text: str) -> str:
    r"""*text* as a quoted string: ``a "b"`` as ``"a \"b\""`` (RFC 9110, section 5.6.4).

    :raises UsageError: for what a header cannot hold.
    """
    if not (text.isascii() and text.isprintable() and text):
        raise UsageError(f"{option} cannot be {text!r}. Use one line of ASCII characters.")
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def texts(option: str, table: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a table of the configuration by name.

    :raises UsageError: for anything else in it.
    """
    # What a dotted name lies in counts as an empty table.
    found = {name: value for name, value in table.items() if value != {}}
    for name, value in found.items():
        if not isinstance(value, str):
            raise UsageError(f"{option} of {name!r} must be a text.")
    return found


def lists(option: str, table: Mapping[str, Any], known: Iterable[str]) -> dict[str, frozenset[str]]:
    """The lists of texts of a table of the configuration by name; one text is a list of one.

    :raises UsageError: for names that are not *known*, and for anything else than texts.
    """
    found = {}
    for name, value in table.items():
        if value == {}:
            continue
        if name not in known:
            raise UsageError(
                f"{option} has somebody called {name!r}, whom nothing else names. {did_you_mean(name, known)}"
            )
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise UsageError(f"{option} of {name!r} must be a list of texts.")
        found[name] = frozenset(words)
    return found
