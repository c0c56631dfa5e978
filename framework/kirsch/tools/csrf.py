"""No form of another site may act for a visitor of this one."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from kirsch.cookies import VARY, SetCookie
from kirsch.errors import Forbidden
from kirsch.request import SAFE_METHODS, Request, media_type
from kirsch.response import Response
from kirsch.signing import Signer
from kirsch.tool import Setup, Tool

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

    def offers(self) -> Mapping[str, Callable[[Request], str]]:
        """The token that forms carry."""
        return {"csrf_token": self._token}

    def before(self, request: Request) -> None:
        environ = request.environ
        method = environ["REQUEST_METHOD"]
        if method in SAFE_METHODS or self._vouched_for(environ) or method != "POST":
            return
        if media_type(environ) not in FORM_TYPES:
            return
        sent = environ.get("HTTP_X_CSRF_TOKEN") or request.POST.get("csrf_token", "")
        known = self._known(request)
        if known is None or not isinstance(sent, str) or not same(sent, known):
            raise Forbidden(
                "This form has expired or did not come from this site. Go back, reload the page, try again."
            )

    def after(self, request: Request, response: Response) -> None:
        token = request.taken("csrf_token")
        if token is None:
            return
        if VARY not in response.headerlist:
            response.headerlist.append(VARY)
        if token != self._known(request):
            https = request.environ["wsgi.url_scheme"] == "https"
            response.headerlist.append(self._set.header(self._signer.sign(token), https))

    def _token(self, request: Request) -> str:
        return self._known(request) or secrets.token_urlsafe(24)

    def _known(self, request: Request) -> str | None:
        """The token in the cookie, if it is one of ours."""
        return self._signer.unsign(request.cookie(self.cookie) or "")

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


def same(sent: str, known: str) -> bool:
    """Whether two texts agree, in a time that does not say where they differ."""
    return compare_digest(sent.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass"))
