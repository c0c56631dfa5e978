"""A site whose answers are kept; each page says how often its action ran."""

from cached import Own, make_app
from kirsch.hashing import hashed

USERS = {"ada": hashed("lovelace", cost=16), "bob": hashed("builder", cost=16)}


def make(caching=None, site=None, users=False):
    """The pages of `cached`, with these options of the tool and these settings; *users* have to sign in."""
    signing_in = {"tools.basicauth.passwords": USERS} if users else {}
    return make_app(Own, {**signing_in, **(site or {})}, **(caching or {}))
