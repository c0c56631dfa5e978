"""Texts in the visitor's language where ``tools.translation`` is on, and as they are where it is off."""

from collections.abc import Sequence
from functools import partial
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


def pgettext(request: Request, context: str, text: str, /, **values: Any) -> str:
    """*text* in the language of *request*, where one text means several things, told apart by *context*."""
    if request.offers(OFFER):
        return str(request.take(OFFER).pgettext(context, text, **values))
    return filled(text, values)


def npgettext(request: Request, context: str, singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The text for that many things, where it means several, told apart by *context*."""
    if request.offers(OFFER):
        return str(request.take(OFFER).npgettext(context, singular, plural, number, **values))
    return filled(singular if number == 1 else plural, {"num": number} | values)


def translated(request: Request, links: Sequence[Any]) -> list[Any]:
    """*links*, named tuples with a label, with the label translated."""
    if not request.offers(OFFER):
        return list(links)
    return [link._replace(label=gettext(request, link.label)) for link in links]


def words(request: Request) -> dict[str, Any]:
    """What templates may use of this, by name."""
    translate = partial(gettext, request)
    return {
        "_": translate,
        "gettext": translate,
        "ngettext": partial(ngettext, request),
        "pgettext": partial(pgettext, request),
        "npgettext": partial(npgettext, request),
        "locale": lambda: request.take(OFFER).locale,
    }


def filled(text: str, values: dict[str, Any]) -> str:
    """*text* with its places filled; a text without values may hold any ``%``."""
    return text % values if values else text


__all__ = ["N_", "filled", "gettext", "ngettext", "npgettext", "pgettext", "translated", "words"]
