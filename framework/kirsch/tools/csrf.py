"""No form of another site may act for a visitor of this one."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from itsdangerous import BadSignature, Signer

from kirsch.errors import Forbidden
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: Bodies that a page of any other site can send without asking first (Fetch standard, "CORS-safelisted").
FORM_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


@dataclass
class CSRF(Tool, order=45):
    """Refuse requests that change something and come from a page of another site, with 403.

    A request whose `Sec-Fetch-Site` or `Origin` names another site is refused. One that the browser vouches for
    (``Sec-Fetch-Site: same-origin``) passes. Any other form must carry the token that ``csrf()`` puts into forms, as
    the field ``csrf_token`` or the header ``X-CSRF-Token``. Other bodies, such as JSON, cannot be sent across sites
    without the browser asking first.
    """

    #: Name of the cookie that holds the signed token.
    cookie: str = "csrf"
    #: Origins besides our own that may send requests: "https://admin.example.org".
    trusted_origins: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Take the key.

        :raises KeyMissing: without a secret key.
        """
        self._signer = Signer(setup.key(), salt="kirsch.csrf")

    def start(self, request: Request) -> None:
        request.offer("csrf_token", self._maker(request))

    def before(self, request: Request) -> Response | None:
        if request.method in SAFE_METHODS or self._vouched_for(request):
            return None
        kind = request.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind not in FORM_TYPES or request.method not in ("POST",):
            return None
        sent = request.headers.get("X-CSRF-Token") or request.POST.get("csrf_token", "")
        known = self._token_in_cookie(request)
        if known is None or not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), known.encode()):
            raise Forbidden(
                "This form has expired or did not come from this site. Go back, reload the page, try again."
            )
        return None

    def after(self, request: Request, response: Response) -> None:
        token = request.taken("csrf_token")
        if token is None:
            return
        response.headers.add("Vary", "Cookie")
        if token != self._token_in_cookie(request):
            value = self._signer.sign(token).decode()
            secure = request.scheme == "https"
            response.set_cookie(self.cookie, value, path="/", httponly=True, samesite="Lax", secure=secure)

    def _maker(self, request: Request) -> Callable[[], str]:
        return lambda: self._token_in_cookie(request) or secrets.token_urlsafe(24)

    def _token_in_cookie(self, request: Request) -> str | None:
        try:
            return self._signer.unsign(request.cookies.get(self.cookie, "")).decode()
        except (BadSignature, UnicodeError):
            return None

    def _vouched_for(self, request: Request) -> bool:
        """Whether the browser says that a page of ours sent the request.

        :raises Forbidden: when it says that another site's did.
        """
        origin = request.headers.get("Origin")
        if origin is not None and origin in self.trusted_origins:
            return True
        site = request.headers.get("Sec-Fetch-Site")
        if site == "same-origin":
            return True
        if site == "cross-site" or (origin is not None and not self._is_ours(origin, request)):
            raise Forbidden("This request came from another site.")
        return False

    def _is_ours(self, origin: str, request: Request) -> bool:
        # The scheme is not compared: behind a proxy that ends TLS the two differ.
        return "://" in origin and origin.partition("://")[2] == request.headers.get("Host", "")
