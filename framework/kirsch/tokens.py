"""Tokens that a site signs for programs: whom they are for, what they allow, and when they end."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence

from kirsch.authentication import User
from kirsch.errors import UsageError
from kirsch.signing import Signer

PURPOSE = "kirsch.bearer"


def make_token(keys: Sequence[str], subject: str, scopes: Iterable[str] = (), seconds: int = 3600) -> str:
    """A token for the program called *subject*, good for *scopes* and for so many seconds.

    :param keys: those of the site, ``setup.keys()``; the first signs.
    :raises UsageError: for scopes that are one text, and for a token without a name.
    """
    if isinstance(scopes, str) or not subject:
        raise UsageError('A token needs a name, and its scopes as a list such as ["read"].')
    text = json.dumps([subject, sorted(scopes), int(time.time()) + seconds], separators=(",", ":"))
    return Signer(keys, PURPOSE).sign(urlsafe_b64encode(text.encode()).decode().rstrip("="))


def read_token(signer: Signer, token: str) -> User | None:
    """The user that a token names; None for one that is not ours or whose time is over."""
    text = signer.unsign(token)
    if text is None:
        return None
    name, scopes, until = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return User(name, scopes=frozenset(scopes)) if until > time.time() else None
