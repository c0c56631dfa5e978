"""Hashes of passwords that cost too little to guess, where signing in makes no newer ones of them."""

from collections.abc import Callable, Iterator
from typing import Any

from kirsch.hashing import ARGON, COST, outdated


def cheap(named: Callable[[str], list[Any]]) -> Iterator[str]:
    """A sentence for each tool whose configuration holds such hashes.

    :param named: the tools of a name that are on.
    """
    for tool in named("login"):
        if tool.hash == "scrypt" and tool.cost < COST:
            yield (
                f"Passwords whose hashes were stolen can be found by trying, since tools.login has cost = {tool.cost}. "
                f"Set [tools.login] cost = {COST}, or leave it out"
            )
        else:
            yield from told("login", tool)
    for tool in named("basicauth"):
        yield from told("basicauth", tool)


def told(word: str, tool: Any) -> Iterator[str]:
    """A sentence where the configuration of *tool* holds some."""
    kept = [(name, text) for name, text in tool.passwords.items() if isinstance(text, str)]
    if found := [name for name, text in kept if not text.startswith(ARGON) and outdated(text)]:
        more = f" and of {len(found) - 1} more" if found[1:] else ""
        yield (
            f"The hash of {found[0]!r}{more} in tools.{word} was cheap to make, and so is guessing the password. "
            f"Set [tools.{word}] passwords to what this prints: kirsch password"
        )
