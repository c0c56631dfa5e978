"""The values of one visitor, and what becomes of them where two requests change them at the same time."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kirsch.errors import UsageError

# What holds itself is a RecursionError without the check as well, which costs every session a little.
written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
decode = json.JSONDecoder().raw_decode


def encode(values: Any) -> str:
    """*values*, those of a session or one of them, as JSON.

    :raises UsageError: for what JSON cannot hold.
    """
    try:
        return written(values)
    except TypeError as error:
        raise UsageError(f"A session keeps values that JSON can hold. {misfit(values)}") from error


def misfit(values: Any) -> str:
    """Which of the values JSON cannot hold, as a sentence."""
    for name, value in values.items() if isinstance(values, dict) else ():
        try:
            written(value)
        except TypeError:
            return f"That of {name!r}, of the type {type(value).__name__}, it cannot: keep a text, or an id."
    return "Keep texts, numbers, lists and dicts."


class Session(dict[str, Any]):
    """A visitor's values; saved after the request if they changed. Only what JSON can hold."""

    #: What the store knows the session by, or None for a new one.
    key: str | None = None
    #: The values as the store gave them, as JSON; empty for a new session.
    text = ""
    #: How often the store has kept the session since its key was made.
    version = 0
    #: When it began, in seconds since 1970; 0 where the store does not count that.
    began = 0
    #: Whether the cookie is to be sent again, though nothing has changed, so that a session that is used goes on.
    ageing = False
    #: Whether the store is to give it a new key.
    renewed = False
    #: Whether nothing of what it held may come back.
    forgotten = False
    #: The name of the lock that this request holds; empty without one.
    token = ""
    #: What :meth:`add` has added, by name, in order.
    added: Mapping[str, list[float]] = MappingProxyType({})
    #: The messages that were waiting when the request began.
    waiting: Sequence[Any] = ()

    def renew(self) -> None:
        """Go on under a new key, as at sign-in: whoever knew the old one has nothing of what comes."""
        self.renewed = True

    def forget(self) -> None:
        """Forget everything and go on under a new key, as at sign-out."""
        self.clear()
        self.renewed = self.forgotten = True

    def add(self, name: str, amount: float = 1) -> None:
        """Add *amount* to a number, which begins at 0.

        Where the session is kept on the server, what requests add at the same time all counts.
        """
        self[name] = self.get(name, 0) + amount
        self.added = {**self.added, name: [*self.added.get(name, ()), amount]}


def restored(text: str, ageing: bool, began: int) -> Session:
    """The session that *text* was written of."""
    session = Session(decode(text)[0])
    session.text = text
    session.ageing = ageing
    if began:
        session.began = began
    if "_flash" in session:
        session.waiting = session["_flash"]
    return session


def merged(session: Session, newer: str) -> str:
    """The *newer* values of the store with the changes of this request laid over them; empty where none are left."""
    before, mine, values = values_of(session.text), values_of(encode(session)), values_of(newer)
    for name in before.keys() | mine.keys():
        if name == "_flash":
            values[name] = messages(*(found.get(name, []) for found in (before, mine, values)))
        elif name not in mine:
            values.pop(name, None)
        elif name in before and encode(mine[name]) == encode(before[name]):
            continue
        elif only_added(session, name, before.get(name, 0)) and isinstance(values.get(name, 0), int | float):
            values[name] = values.get(name, 0) + sum(session.added[name])
        else:
            values[name] = mine[name]
    if not values.get("_flash", True):
        del values["_flash"]
    return encode(values) if values else ""


def values_of(text: str) -> dict[str, Any]:
    """The values that *text* was written of; none where it is empty."""
    found: dict[str, Any] = decode(text)[0] if text else {}
    return found


def only_added(session: Session, name: str, number: Any) -> bool:
    """Whether nothing but :meth:`Session.add` has made the value called *name* of the *number* it was."""
    if name not in session.added or not isinstance(number, int | float):
        return False
    for amount in session.added[name]:
        number += amount
    return bool(session[name] == number)


def messages(before: list[Any], mine: list[Any], newer: list[Any]) -> list[Any]:
    """The *newer* messages without those that this request has shown, and with those that it has added."""
    waiting = [message for message in newer if message in mine or message not in before]
    return [*waiting, *(message for message in mine if message not in before)]
