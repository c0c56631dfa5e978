"""Tokens that programs send with every request."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

from kirsch.authentication import Authentication, Finding, User, credentials, lists, quoted, texts
from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.signing import Signer
from kirsch.tokens import PURPOSE, make_token, read_token
from kirsch.tool import Setup

__all__ = ["Bearer", "make_token"]

DIGEST = re.compile("[0-9a-f]{64}")
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


@dataclass
class Bearer(Authentication):
    """Let programs in that send a token (RFC 6750): one whose digest is known here, or one that this site has signed.

    A token is taken from the Authorization header alone, never from an address. `kirsch token` makes one.
    """

    scheme: ClassVar[str] = "bearer"

    #: SHA-256 digests of random tokens, in hex, by the name of the program: ``reports = "9f86d0..."``.
    tokens: dict[str, Any] = field(default_factory=dict)
    #: What these may do: ``reports = ["read"]``.
    scopes: dict[str, Any] = field(default_factory=dict)
    #: Whether tokens that were signed with the site's secret key are taken.
    signed: bool = False

    def prepare(self, setup: Setup) -> None:
        """Read the digests.

        :raises KeyMissing: without a secret key, where signed tokens are taken.
        :raises UsageError: for digests or scopes that are none, and where no token would be taken.
        """
        tokens = texts("tokens", self.tokens)
        for name, digest in tokens.items():
            if not DIGEST.fullmatch(digest):
                raise UsageError(
                    f"tokens must hold SHA-256 digests, 64 digits of lower-case hex; that of {name!r} is none."
                )
        if not tokens and not self.signed:
            raise UsageError("tokens is empty. Set some, or signed = true, so that some token is taken.")
        scopes = lists("scopes", self.scopes, tokens)
        self._known = {
            bytes.fromhex(digest): User(name, scopes=scopes.get(name, frozenset())) for name, digest in tokens.items()
        }
        self._signer = Signer(setup.keys(), PURPOSE) if self.signed else None
        self._challenge = f"Bearer realm={quoted('realm', self.realm)}"

    def look(self, request: Request) -> Finding:
        scheme, token = credentials(request)
        if scheme != self.scheme:
            return Finding(challenges=(self._challenge,))
        user = self._user(token) if TOKEN.fullmatch(token) else None
        if user is None:
            return Finding(refused=True, challenges=(self._challenge + ', error="invalid_token"',))
        return Finding(user, insufficient=self._challenge + ', error="insufficient_scope"')

    def _user(self, token: str) -> User | None:
        # Looked up by its digest, so that time tells nothing of the tokens.
        user = self._known.get(sha256(token.encode()).digest())
        return user or (read_token(self._signer, token) if self._signer else None)
