"""An OpenID provider, as a site sees it: what it says of itself, its keys, and the tokens that it gives for codes."""

import json
import logging
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from hmac import compare_digest
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.error import HTTPError as Refused
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, build_opener
from urllib.request import Request as Asked

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kirsch.errors import BadRequest, ServiceUnavailable, UsageError

log = logging.getLogger("kirsch.oidc")

#: How id_tokens may be signed: with keys that the provider publishes, never with a shared one, never not at all.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
#: Bytes of an answer of the provider.
MOST = 1024 * 1024
#: Seconds for which its description and its keys are good, and for which it is left alone when it is away.
LASTING, PAUSE = 3600, 5
#: Seconds between two looks for a key that nobody knows, and by which the clocks may differ.
AGAIN, LEEWAY = 30, 60
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
EXPIRED = "This sign-in has expired. Begin anew."
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """What is asked of a provider; all threads share it.

    Whatever it does not answer, or answers wrongly, is a 503: it is not the visitor's fault.
    """

    def __init__(self, issuer: str, client: str, secret: str, timeout: float) -> None:
        if not is_safe(issuer):
            raise UsageError(f"issuer must be the https address of a provider, not {issuer!r}.")
        self.issuer = issuer
        self.client = client
        self._secret = secret
        self._timeout = timeout
        self._opener = opener()
        self._lock = Lock()
        self._kept: dict[str, tuple[float, Any]] = {}
        self._away_until = 0.0

    def about(self) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0, section 4)."""
        return self._lasting("about", self._discover)  # type: ignore[no-any-return]

    def exchange(self, code: str, verifier: str, back: str) -> Mapping[str, Any]:
        """The tokens for *code* (RFC 6749, section 4.1.3, and RFC 7636, section 4.5).

        :raises BadRequest: where the code is good no more.
        """
        about = self.about()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if not self._secret:
            form["client_id"] = self.client
        elif takes_basic(about.get("token_endpoint_auth_methods_supported")):
            pair = f"{quote(self.client, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": self.client, "client_secret": self._secret}
        asked = Asked(about["token_endpoint"], urlencode(form).encode(), headers, method="POST")
        found = self._ask(asked, refusals={"invalid_grant"})
        if found.get("error"):
            raise BadRequest(EXPIRED)
        return found

    def claims(self, token: object, nonce: str) -> dict[str, Any]:
        """What an id_token says, if it is the provider's, for this site, for this sign-in, and not over.

        Source: OpenID Connect Core 1.0, section 3.1.3.7.

        :raises BadRequest: for any other token.
        """
        try:
            found = jwt.decode(str(token), self._key, algorithms=ALGORITHMS).claims
            wrong = self._fault(found, nonce)
        except (JoseError, ValueError, TypeError) as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            log.warning("an id_token of %s was refused: %s", self.issuer, wrong)
            raise BadRequest("The provider's answer is not for this sign-in. Begin anew.")
        return dict(found)

    def user_info(self, access_token: object, subject: str) -> dict[str, Any]:
        """What else the provider says of somebody (OpenID Connect Core 1.0, section 5.3)."""
        endpoint = self.about().get("userinfo_endpoint", "")
        if not is_safe(endpoint):
            raise self._trouble("has no userinfo_endpoint; set userinfo = false")
        found = self._ask(Asked(endpoint, headers={"Authorization": f"Bearer {access_token}"}))
        if found.get("sub") != subject:
            raise self._trouble("told of somebody else at its userinfo_endpoint")
        return found

    def _discover(self) -> Mapping[str, Any]:
        about = self._ask(Asked(self.issuer.rstrip("/") + "/.well-known/openid-configuration"))
        if about.get("issuer") != self.issuer:
            raise self._trouble(f"calls itself {about.get('issuer')!r}")
        for name in ENDPOINTS:
            if not is_safe(about.get(name)):
                raise self._trouble(f"has no {name} that is an https address")
        return about

    def _key(self, guest: Any) -> Any:
        """The key that a token says it is signed with; the provider's keys are read again where it is a new one."""
        wanted = guest.headers().get("kid")
        keys = self._lasting("keys", self._read_keys)
        if wanted is not None and wanted not in {key.kid for key in keys} and self._may_look_again():
            keys = self._lasting("keys", self._read_keys, anew=True)
        fitting = [key for key in keys if key.kid == wanted] if wanted is not None else keys
        if len(fitting) != 1:
            raise ValueError(f"{len(fitting)} keys fit the key id {wanted!r}")
        return fitting[0]

    def _read_keys(self) -> list[Any]:
        found = self._ask(Asked(self.about()["jwks_uri"])).get("keys")
        read = []
        for key in found if isinstance(found, list) else []:
            try:
                read += list(KeySet.import_key_set({"keys": [key]})) if is_for_signing(key) else []
            except (JoseError, ValueError, TypeError) as error:
                log.warning("a key of %s cannot be read: %s", self.issuer, error)
        return read

    def _may_look_again(self) -> bool:
        with self._lock:
            now = time.monotonic()
            until, _ = self._kept.get("looked", (0.0, None))
            if now < until:
                return False
            self._kept["looked"] = now + AGAIN, None
            return True

    def _fault(self, claims: Mapping[str, Any], nonce: str) -> str:
        """What is wrong with claims that are signed; empty if they will do."""
        now = time.time()
        audience = claims.get("aud")
        named = [audience] if isinstance(audience, str) else audience
        times = {name: claims.get(name, now) for name in ("exp", "iat", "nbf")}
        checks = {
            "iss": claims.get("iss") == self.issuer,
            "sub": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
            "aud": isinstance(named, list) and self.client in named,
            "azp": claims.get("azp", self.client) == self.client and (len(named or ()) == 1 or "azp" in claims),
            "exp": "exp" in claims and is_moment(times["exp"]) and times["exp"] > now - LEEWAY,
            "iat": "iat" in claims and is_moment(times["iat"]) and times["iat"] < now + LEEWAY,
            "nbf": is_moment(times["nbf"]) and times["nbf"] < now + LEEWAY,
            "nonce": compare_digest(str(claims.get("nonce")).encode("utf-8", "replace"), nonce.encode()),
        }
        return ", ".join(name for name, good in checks.items() if not good)

    def _lasting(self, name: str, make: Callable[[], Any], anew: bool = False) -> Any:
        """What *make* gives, kept for an hour. Where it cannot be made anew, what was kept goes on."""
        until, kept = self._kept.get(name, (0.0, None))
        if time.monotonic() < until and not anew:
            return kept
        try:
            made = make()
        except ServiceUnavailable:
            if kept is None:
                raise
            made = kept
        self._kept[name] = time.monotonic() + LASTING, made
        return made

    def _ask(self, asked: Asked, refusals: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
        """The JSON object that the provider answers; an error among *refusals* is given back as one.

        :raises ServiceUnavailable: when it answers anything else, or not in time.
        """
        if time.monotonic() < self._away_until:  # Others have just waited in vain.
            raise unavailable()
        try:
            with self._opener.open(asked, timeout=self._timeout) as answer:
                found = json.loads(answer.read(MOST))
        except Refused as error:
            found = self._refused(error, refusals)
        except (OSError, ValueError, HTTPException, RecursionError) as error:
            self._away_until = time.monotonic() + PAUSE
            raise self._trouble(f"cannot be asked: {error}") from error
        if not isinstance(found, dict):
            raise self._trouble("does not answer with an object of JSON")
        return found

    def _refused(self, error: Refused, refusals: frozenset[str] | set[str]) -> Any:
        with error:
            try:
                found = json.loads(error.read(MOST))
            except (OSError, ValueError, HTTPException, RecursionError):
                found = {}
        code = found.get("error") if isinstance(found, dict) else None
        if code not in refusals:
            raise self._trouble(f"answers {error.code} {code or ''} at {urlsplit(error.url).path}") from error
        return found

    def _trouble(self, words: str) -> ServiceUnavailable:
        log.error("the provider %s %s", self.issuer, words)
        return unavailable()


class NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: whoever sends us elsewhere is not the provider that the site trusts."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Leave it an error."""


def opener() -> OpenerDirector:
    """What opens addresses of a provider."""
    return build_opener(NoRedirects)


def unavailable() -> ServiceUnavailable:
    """The answer while the provider is no help."""
    return ServiceUnavailable("Signing in is not possible at the moment.", headers=[("Retry-After", str(PAUSE))])


def is_safe(address: object) -> bool:
    """Whether *address* is one that may be asked: by https, or on this machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL))


def takes_basic(methods: object) -> bool:
    """Whether a provider takes a site's secret as a password, which it does where it says nothing of it."""
    return not isinstance(methods, list) or "client_secret_basic" in methods


def is_for_signing(key: object) -> bool:
    """Whether a key of a provider is a public one that signs; others are passed over."""
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"


def is_moment(value: object) -> bool:
    """Whether *value* can be seconds since 1970."""
    return isinstance(value, int | float) and not isinstance(value, bool)
