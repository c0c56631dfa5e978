"""Texts in the visitor's language where ``tools.translation`` is on, and as they are where it is off."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

from kirsch.errors import UsageError
from kirsch.request import Request

#: What a tool offers that translates: an object with the methods of :class:`AsTheyAre`, and a ``locale``.
OFFER = "translations"


class AsTheyAre:
    """The translations where no tool translates: texts stay what they are, with their places filled."""

    def gettext(self, text: str, /, **values: Any) -> str:
        return filled(text, values)

    def ngettext(self, singular: str, plural: str, number: int, /, **values: Any) -> str:
        return filled(singular if number == 1 else plural, {"num": number} | values)

    def pgettext(self, _context: str, text: str, /, **values: Any) -> str:
        return filled(text, values)

    def npgettext(self, _context: str, singular: str, plural: str, number: int, /, **values: Any) -> str:
        return self.ngettext(singular, plural, number, **values)

    def locale(self) -> NoReturn:
        raise UsageError("There is no locale here. Switch on tools.translation for this action.")


AS_THEY_ARE = AsTheyAre()


def translations_of(request: Request) -> Any:
    """What translates for *request*."""
    return request.take(OFFER) if request.offers(OFFER) else AS_THEY_ARE


def N_(text: str) -> str:  # noqa: N802  # the name that programs which collect texts know
    """*text* as it is: marks one that is translated later, with ``_(label)``, when it is shown to somebody."""
    return text


def gettext(request: Request, text: str, /, **values: Any) -> str:
    """*text* in the language of *request*, with ``%(name)s`` filled in; it is text, whatever it holds, not markup."""
    return str(translations_of(request).gettext(text, **values))


def ngettext(request: Request, singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The text for that many things; ``%(num)s`` is *number*."""
    return str(translations_of(request).ngettext(singular, plural, number, **values))


def pgettext(request: Request, context: str, text: str, /, **values: Any) -> str:
    """*text* in the language of *request*, where one text means several things, told apart by *context*."""
    return str(translations_of(request).pgettext(context, text, **values))


def npgettext(request: Request, context: str, singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The text for that many things, where it means several, told apart by *context*."""
    return str(translations_of(request).npgettext(context, singular, plural, number, **values))


def translated(request: Request, links: Sequence[Any]) -> list[Any]:
    """*links*, named tuples with a label, with the label translated."""
    if not request.offers(OFFER):
        return list(links)
    return [link._replace(label=gettext(request, link.label)) for link in links]


#: What templates use where no tool translates, the same for every request.
UNTRANSLATED = {
    "_": AS_THEY_ARE.gettext,
    "gettext": AS_THEY_ARE.gettext,
    "ngettext": AS_THEY_ARE.ngettext,
    "pgettext": AS_THEY_ARE.pgettext,
    "npgettext": AS_THEY_ARE.npgettext,
    "locale": AS_THEY_ARE.locale,
}


def words(request: Request) -> dict[str, Any]:
    """What templates may use of this, by name."""
    if not request.offers(OFFER):
        return UNTRANSLATED
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
