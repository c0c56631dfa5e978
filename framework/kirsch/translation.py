"""Texts in the visitor's language where ``tools.translation`` is on, and as they are where it is off."""

from typing import Any

from kirsch.request import Request

#: What a tool offers that translates: an object with ``gettext`` and ``ngettext``.
OFFER = "translations"


def N_(text: str) -> str:  # noqa: N802  # the name that programs which collect texts know
    """*text* as it is: marks one that is translated later, with ``_(label)``, when it is shown to somebody."""
    return text


def gettext(request: Request, text: str, /, **values: Any) -> str:
    """*text* in the language of *request*, with ``%(name)s`` filled in; it is text, whatever it holds, not markup."""
    if request.offers(OFFER):
        return str(request.take(OFFER).gettext(text, **values))
    return filled(text, values)


def ngettext(request: Request, singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The text for that many things; ``%(num)s`` is *number*."""
    if request.offers(OFFER):
        return str(request.take(OFFER).ngettext(singular, plural, number, **values))
    return filled(singular if number == 1 else plural, {"num": number} | values)


def filled(text: str, values: dict[str, Any]) -> str:
    """*text* with its places filled; a text without values may hold any ``%``."""
    return text % values if values else text


__all__ = ["N_", "filled", "gettext", "ngettext"]
