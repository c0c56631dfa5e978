"""No form of another site may act for a visitor of this one."""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kirsch.authentication import BINDING
from kirsch.conditional import ONCE
from kirsch.cookies import OWN, VARY, SetCookie
from kirsch.errors import Forbidden
from kirsch.request import SAFE_METHODS, Request, media_type
from kirsch.response import Response
from kirsch.signing import BYTES, CHARACTERS, Signer
from kirsch.tool import Setup, Tool

#: Bodies that a page of any other site can send without asking first (Fetch standard, "CORS-safelisted").
FORM_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
#: A token as forms carry it: two halves of 24 bytes.
TOKEN = re.compile(r"[\w-]{64}", re.ASCII)


@dataclass
class CSRF(Tool, order=45):
    """Refuse requests that change something and come from a page of another site, with 403.

    A request whose `Sec-Fetch-Site` or `Origin` names another site is refused. One that the browser vouches for
    (``Sec-Fetch-Site: same-origin``) passes. Any other form must carry the token that ``csrf()`` puts into forms, as
    the field ``csrf_token`` or the header ``X-CSRF-Token``. Other bodies, such as JSON, cannot be sent across sites
    without the browser asking first. The token belongs to the visitor's cookie, and to the sign-in where there is one;
    it is written differently each time, so that the length of a packed page says nothing of it.
    """

    #: Name of the cookie that holds the signed token.
    cookie: str = "csrf"
    #: Whether the cookie is sent over https only; by default where the request that sets it came by https.
    secure: bool | None = None
    #: Origins besides our own that may send requests: "https://admin.example.org".
    trusted_origins: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Take the keys.

        :raises KeyMissing: without a secret key.
        :raises UsageError: for a cookie that browsers would refuse.
        """
        self._set = SetCookie(self.cookie, secure=self.secure)
        self._signer = Signer(setup.keys(), "kirsch.csrf")
        self._tokens = Signer(setup.keys(), "kirsch.csrf.token")

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The token that forms carry, and the check itself, for tools that answer before an action would."""
        own = {OWN + self.cookie: lambda _: self.cookie}
        tokens = {"csrf_token": self._token, "csrf_secret": self._secret, ONCE: lambda _: {}}
        return {**tokens, "csrf_check": self._check, **own}

    def before(self, request: Request) -> None:
        self._check(request)

    def after(self, request: Request, response: Response) -> None:
        secret = request.taken("csrf_secret")
        if secret is None:
            return
        if VARY not in response.headerlist:
            response.headerlist.append(VARY)
        if secret != self._known(request):
            https = request.environ["wsgi.url_scheme"] == "https"
            response.headerlist.append(self._set.header(self._signer.sign(secret), https))

    def _check(self, request: Request) -> bool:
        """Let pass what comes from a page of this site.

        :raises Forbidden: for anything else that changes something.
        """
        environ = request.environ
        method = environ["REQUEST_METHOD"]
        if method in SAFE_METHODS or self._vouched_for(environ) or method != "POST":
            return True
        if media_type(environ) not in FORM_TYPES:
            return True
        sent = environ.get("HTTP_X_CSRF_TOKEN") or request.POST.get("csrf_token", "")
        known = self._known(request)
        if known is None or not self._tokens.unsign(unmasked(sent) + bound(request, known)):
            raise Forbidden(
                "This form has expired or did not come from this site. Go back, reload the page, try again."
            )
        return True

    def _token(self, request: Request) -> str:
        token = self._tokens.sign(bound(request, request.take("csrf_secret")))[:CHARACTERS]
        written = masked(token)
        request.take(ONCE)[written] = token
        return written

    def _secret(self, request: Request) -> str:
        return self._known(request) or secrets.token_urlsafe(24)

    def _known(self, request: Request) -> str | None:
        """What the cookie holds, if it is ours."""
        return self._signer.unsign(request.cookie(self.cookie) or "") or None

    def _vouched_for(self, environ: Mapping[str, str]) -> bool:
        """Whether the browser says that a page of ours sent the request.

        :raises Forbidden: when it says that another site's did.
        """
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin in self.trusted_origins:
            return True
        site = environ.get("HTTP_SEC_FETCH_SITE")
        if site == "same-origin":
            return True
        # The scheme is not compared: behind a proxy that ends TLS the two differ.
        ours = origin is None or origin.partition("://")[2] == (environ.get("HTTP_HOST") or None)
        if site == "cross-site" or not ours:
            raise Forbidden("This request came from another site.")
        return False


def bound(request: Request, secret: str) -> str:
    """What a token is made of: the visitor's cookie, and the sign-in where there is one."""
    return f"{secret}.{request.take(BINDING)}" if request.offers(BINDING) else secret + "."


def masked(token: str) -> str:
    """*token* (base64 of 24 bytes) in a form that is another each time."""
    mask, data = secrets.token_bytes(BYTES), a2b_base64(token)
    return urlsafe_b64encode(mask + mixed(mask, data)).decode()


def unmasked(sent: object) -> str:
    """The token that :func:`masked` was given; a text that is none where *sent* is no such form."""
    if not isinstance(sent, str) or not TOKEN.fullmatch(sent):
        return " " * CHARACTERS
    data = urlsafe_b64decode(sent)
    return b2a_base64(mixed(data[:BYTES], data[BYTES:]), newline=False).decode()


def mixed(one: bytes, other: bytes) -> bytes:
    """Two texts of one length, bit by bit."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))
