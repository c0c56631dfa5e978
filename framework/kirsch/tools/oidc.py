"""Signing in with an account of somewhere else: OpenID Connect."""

import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlencode

from kirsch.authentication import User
from kirsch.errors import BadRequest, Forbidden, Redirect, ServiceUnavailable, UsageError
from kirsch.request import Request
from kirsch.response import Markup, Response
from kirsch.tool import Setup
from kirsch.tools._provider import EXPIRED, Provider, unavailable
from kirsch.tools._signing_in import UNKEPT, SigningIn, is_door, leave

#: Where a session keeps the sign-ins that were begun: by state, the nonce, the verifier, the page wanted, and when.
PENDING = "_oidc"
#: How many may be begun at once, in several tabs, and the seconds for which each is good.
MOST, LASTING = 4, 600
#: Characters of a page to go on to: what is remembered of all of them fits into a cookie.
LONGEST_ONWARD = 400
#: What a provider says where it is not the visitor who is refused.
PASSING = frozenset({"temporarily_unavailable", "server_error"})
PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing out</title>'
    '<meta http-equiv="refresh" content="0;url={0}"></head><body><p><a href="{0}">Go on</a></p></body></html>'
)


@dataclass
class OIDC(SigningIn, order=7):
    """Let those in whom a provider of OpenID Connect knows (Core 1.0, authorization code flow with PKCE).

    Whoever comes to *path*, or to a page that asks who they are, is led to the provider and comes back to *back*, which
    must be registered there. What it tells is believed where its id_token is signed by a key that it publishes, and
    made for this site and this sign-in.
    """

    scheme: ClassVar[str] = "oidc"

    #: The address of the provider, as it writes it itself: "https://accounts.example.org".
    issuer: str = field(kw_only=True)
    #: What the provider calls this site.
    client_id: str = field(kw_only=True)
    #: The secret that it has given to this site; empty for a public client.
    client_secret: str = ""
    #: The path that the provider leads back to.
    back: str = "/login/back"
    #: What the provider is asked to tell.
    scopes: tuple[str, ...] = ("openid",)
    #: The claim that a user is called by. `sub` alone never changes and is nobody else's; an address may become so.
    name_claim: str = "sub"
    #: The claim that names the roles, with dots for what lies within: "realm_access.roles". None where it is empty.
    roles_claim: str = ""
    #: Whether more claims are asked of the provider, which some tell only there.
    userinfo: bool = False
    #: Whether signing out leads to the provider's page for it, where it has one.
    out_there: bool = True
    #: Seconds after which everybody is led to the provider again; 0 for never.
    seconds: int = 8 * 3600
    #: Seconds to wait for the provider.
    timeout: float = 5.0

    def prepare(self, setup: Setup) -> None:
        """Check the addresses; the provider itself is asked when somebody signs in.

        :raises UsageError: for addresses that cannot be.
        """
        super().prepare(setup)
        if not is_door(self.back) or self.back in self._doors:
            raise UsageError(f'back must be a path of its own, such as "/login/back", not {self.back!r}.')
        if not self.client_id:
            raise UsageError("client_id is empty. Set what the provider calls this site.")
        self._scope = " ".join(dict.fromkeys(("openid", *self.scopes)))
        self._provider = Provider(self.issuer, self.client_id, self.client_secret, self.timeout)
        self._doors[self.path] = (("GET", "HEAD"), self.open)
        self._doors[self.back] = (("GET",), self.come_back)

    def user(self, request: Request, name: str, more: Any) -> User | None:
        return User(name, roles=frozenset(more))

    def open(self, request: Request) -> Response:
        """Lead to the provider, and remember what it must bring back."""
        onward = self.onward(request, request.GET.get("next"))
        if len(onward) > LONGEST_ONWARD:
            onward = request.prefix + self.home
        if request.take("user") is not None:
            raise Redirect(onward, local=True)
        about = self._provider.about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        session = request.take("session")
        now = int(time.time())
        begun = [item for item in session.get(PENDING, {}).items() if now - item[1][3] < LASTING][1 - MOST :]
        session[PENDING] = {**dict(begun), state: [nonce, verifier, onward, now]}
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self._address(request, self.back),
            "scope": self._scope, "state": state, "nonce": nonce, "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }  # fmt: skip
        raise led(with_query(about["authorization_endpoint"], asked))

    def come_back(self, request: Request) -> Response:
        """Take what the provider has sent the visitor back with.

        :raises BadRequest: for a sign-in that was not begun here, or has been used, or is too old.
        """
        sent = {name: single(request, name) for name in ("state", "code", "error", "iss")}
        nonce, verifier, onward = self._begun(request, sent["state"])
        about = self._provider.about()
        expected = about.get("authorization_response_iss_parameter_supported") is True
        if sent["iss"] != self.issuer and (sent["iss"] or expected):
            raise BadRequest("This answer comes from another provider.")
        if sent["error"]:
            raise refusal(sent["error"])
        tokens = self._provider.exchange(sent["code"], verifier, self._address(request, self.back))
        claims = self._provider.claims(tokens.get("id_token"), nonce)
        if self.userinfo:
            claims = self._provider.user_info(tokens.get("access_token"), claims["sub"]) | claims
        user = self._user_of(claims)
        self.enter(request, user, sorted(user.roles))
        raise Redirect(onward, local=True)

    def leave(self, request: Request) -> Response:
        """Sign out here, and lead to where one signs out there."""
        leave(request)
        home = request.prefix + self.home
        try:
            end = self._provider.about().get("end_session_endpoint") if self.out_there else None
        except ServiceUnavailable:
            end = None
        if not isinstance(end, str) or not end.startswith(("https://", "http://")):
            raise Redirect(home, local=True)
        asked = {"client_id": self.client_id, "post_logout_redirect_uri": self._address(request, self.home)}
        # A redirect would be refused by pages whose policy lets forms lead nowhere else (`form-action 'self'`).
        return Response(PAGE.format(with_query(end, asked)), headers=[UNKEPT])

    def _begun(self, request: Request, state: str) -> tuple[str, str, str]:
        """What was remembered when the sign-in of *state* was begun; it is good once."""
        session = request.take("session")
        pending = dict(session.get(PENDING, {}))
        found = pending.pop(state, None)
        if found is None:
            if request.take("user") is not None:
                raise Redirect(request.prefix + self.home, local=True)
            raise BadRequest(EXPIRED)
        session[PENDING] = pending
        if not pending:
            del session[PENDING]
        nonce, verifier, onward, begun = found
        if time.time() - begun > LASTING:
            raise BadRequest(EXPIRED)
        return nonce, verifier, onward

    def _user_of(self, claims: Mapping[str, Any]) -> User:
        name = claim(claims, self.name_claim)
        if not isinstance(name, str) or not 0 < len(name) <= 255 or not name.isprintable():
            raise Forbidden(f"The provider does not tell {self.name_claim}, by which this site knows its users.")
        roles = claim(claims, self.roles_claim) if self.roles_claim else ()
        listed = [roles] if isinstance(roles, str) else roles if isinstance(roles, list) else []
        return User(name, roles=frozenset(role for role in listed if isinstance(role, str)))

    def _address(self, request: Request, path: str) -> str:
        return request.host_url + request.prefix + path


def led(address: str) -> Redirect:
    """The redirect to the provider, which nobody is to keep."""
    redirect = Redirect(address)
    redirect.headers.append(UNKEPT)
    return redirect


def single(request: Request, name: str) -> str:
    """A parameter of the query that may come once (RFC 6749, section 3.1); empty where it does not.

    :raises BadRequest: where it comes more often.
    """
    values = request.GET.getall(name)
    if len(values) > 1:
        raise BadRequest(f"The parameter {name} comes more than once.")
    return values[0] if values else ""


def refusal(error: str) -> Forbidden | ServiceUnavailable:
    """The answer to an error of the provider (RFC 6749, section 4.1.2.1)."""
    if error in PASSING:
        return unavailable()
    return Forbidden(f"The provider says {error if re.fullmatch('[a-z_]{1,40}', error) else 'no'}.")


def challenge(verifier: str) -> str:
    """What the provider is told of a verifier (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def with_query(address: str, values: Mapping[str, str]) -> str:
    """*address* with more parameters."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """The claim called *name*, or what dots in it lead to; None where there is no such thing."""
    found: Any = claims
    if name in claims:
        return claims[name]
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
