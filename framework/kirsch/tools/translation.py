"""Texts, dates and numbers in the language of the visitor, by Babel."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone

from kirsch.cookies import VARY, SetCookie
from kirsch.errors import NotFound, UsageError
from kirsch.negotiation import preferred_language
from kirsch.request import Request
from kirsch.response import Response
from kirsch.settings import folder_of
from kirsch.tool import Setup, Tool
from kirsch.tools._catalogues import Catalogues
from kirsch.tools._localized import Localized
from kirsch.translation import OFFER, filled

logger = logging.getLogger("kirsch")

#: The name under which a session keeps the language.
KEPT = "_language"


@dataclass
class Translation(Tool, order=42):
    """Give every visitor the site in a language of theirs: texts by gettext catalogues, dates and numbers by Babel.

    The language is that of the address, else the one that the visitor has chosen before, else the one that the browser
    prefers, else the first. Answers that show a translated text name their language and what it depends on.
    """

    #: The languages of the site, as "de" or "pt-BR"; the first is that of visitors who understand none of them.
    languages: list[str]
    #: The language that the texts in the code are written in, which needs no catalogue.
    source: str = "en"
    #: Folders with catalogues, `de/LC_MESSAGES/messages.mo`, relative to the site or "package:folder"; the first wins.
    directories: list[str] = field(default_factory=lambda: ["locale"])
    #: What the files of the catalogues are called.
    domain: str = "messages"
    #: The variable of a route that names the language: another value than one of the languages is a 404.
    variable: str = "language"
    #: The cookie that keeps a language which the visitor has chosen; none where it is empty.
    cookie: str = "language"
    #: Whether a chosen language is kept in the session instead.
    session: bool = False
    #: Whether the browser's languages count.
    accept: bool = True
    #: The time zone that moments are shown in; one without a zone is taken as UTC.
    timezone: str = "UTC"
    #: Read catalogues, uncompiled ones too, whenever they have changed; by default where the site is developed.
    reload: bool | None = None

    def prepare(self, setup: Setup) -> None:
        """Read the catalogues.

        :raises UsageError: for a language, a time zone, a folder or a catalogue that does not exist.
        """
        if not self.languages:
            raise UsageError('languages is empty. Name those of the site: languages = ["en", "de"]')
        self.locales = {tag: locale_of(tag) for tag in self.languages}
        locale_of(self.source)
        try:
            self.zone: tzinfo = get_timezone(self.timezone)
        except LookupError:
            raise UsageError(f'timezone is {self.timezone!r}, which is none. Write it as "Europe/Berlin".') from None
        folders = [folder_of(directory, setup.root) for directory in self.directories]
        fresh = setup.debug if self.reload is None else self.reload
        self.catalogues = {tag: Catalogues(tag, folders, self.domain, fresh) for tag in self.languages}
        for tag, catalogues in self.catalogues.items():
            catalogues.texts()
            if not catalogues.state and tag.partition("-")[0] != self.source.partition("-")[0]:
                if not self.directories:
                    raise UsageError(
                        f'directories is empty, so there is nothing in {tag!r}. Set it: directories = ["locale"]'
                    )
                file = f"{tag.replace('-', '_')}/LC_MESSAGES/{self.domain}.mo"
                raise UsageError(
                    f"languages has {tag!r}, but there is no {file} in {', '.join(self.directories)}. "
                    f"Run: pybabel compile -d {self.directories[0]}"
                )
        self._set = SetCookie(self.cookie, max_age=365 * 24 * 3600) if self.cookie and not self.session else None
        if self.session:
            self.needs = {"session": "tools.sessions, which keeps the language"}  # type: ignore[misc]  # only then

    def offers(self) -> Mapping[str, Callable[[Request], "Translations"]]:
        """The texts, dates and numbers of the request's language."""
        return {OFFER: lambda request: Translations(self, request)}

    def start(self, request: Request) -> None:
        """Refuse an address in a language that the site does not have.

        :raises NotFound: with the languages that it has.
        """
        said = request.urlvars.get(self.variable)
        if said is not None and said not in self.locales:
            raise NotFound(f"This site speaks {', '.join(self.languages)}.")

    def after(self, request: Request, response: Response) -> None:
        spoken: Translations | None = request.taken(OFFER)
        if spoken is None:
            return
        headers = response.headerlist
        if "Content-Language" not in response.headers:
            headers.append(("Content-Language", spoken.language))
        if self.variable not in request.urlvars:
            if self.cookie and not self.session and VARY not in headers:
                headers.append(VARY)
            if self.accept:
                headers.append(("Vary", "Accept-Language"))
        if spoken.kept and self._set is not None:
            headers.append(self._set.header(spoken.kept, request.environ["wsgi.url_scheme"] == "https"))

    def choose(self, request: Request) -> str:
        """The language of *request*."""
        said = request.urlvars.get(self.variable)
        if said in self.locales:
            return str(said)
        kept = request.take("session").get(KEPT) if self.session else self.cookie and request.cookie(self.cookie)
        if kept in self.locales:
            return str(kept)
        asked = request.environ.get("HTTP_ACCEPT_LANGUAGE") if self.accept else None
        return (preferred_language(asked, tuple(self.languages)) if asked else None) or self.languages[0]


class Translations:
    """What one request says, in its language; ``request.take("translations")``."""

    def __init__(self, tool: Translation, request: Request) -> None:
        self.tool = tool
        self.request = request
        self.kept = ""
        self.speak(tool.choose(request))

    def speak(self, language: str) -> None:
        """Go on in *language*, for this request.

        :raises UsageError: for one that is none of the site's.
        """
        if language not in self.tool.locales:
            raise UsageError(f"The site does not speak {language!r}; it speaks {', '.join(self.tool.languages)}.")
        self.language = language
        self.texts = self.tool.catalogues[language].texts()
        self.__dict__.pop("locale", None)

    def keep(self, language: str) -> None:
        """Go on in *language* from now on: it is kept in the cookie or the session.

        :raises UsageError: for one that is none of the site's.
        """
        self.speak(language)
        if self.tool.session:
            self.request.take("session")[KEPT] = language
        self.kept = language

    @cached_property
    def locale(self) -> Localized:
        """Dates, numbers and sums as people of that language write them."""
        return Localized(self.tool.locales[self.language], self.tool.zone)

    def gettext(self, text: str, /, **values: Any) -> str:
        """*text* in this language, with ``%(name)s`` filled in."""
        return self._filled(self.texts.gettext(text), text, values)

    def ngettext(self, singular: str, plural: str, number: int, /, **values: Any) -> str:
        """The text for that many things; ``%(num)s`` is *number*."""
        usual = singular if number == 1 else plural
        return self._filled(self.texts.ngettext(singular, plural, number), usual, {"num": number} | values)

    def pgettext(self, context: str, text: str, /, **values: Any) -> str:
        """*text* where one text means several things, told apart by *context*."""
        return self._filled(self.texts.pgettext(context, text), text, values)

    def npgettext(self, context: str, singular: str, plural: str, number: int, /, **values: Any) -> str:
        """The text for that many things, told apart by *context*."""
        usual, translated = singular if number == 1 else plural, self.texts.npgettext(context, singular, plural, number)
        return self._filled(translated, usual, {"num": number} | values)

    def _filled(self, translated: str, text: str, values: dict[str, Any]) -> str:
        try:
            return filled(translated, values)
        except (KeyError, ValueError, TypeError) as error:
            if translated == text:
                raise
            logger.warning("The translation %r of %r into %s: %r.", translated, text, self.language, error)
            return filled(text, values)


def locale_of(tag: str) -> Locale:
    """The locale of a language tag (RFC 5646).

    :raises UsageError: for one that Babel does not know.
    """
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        raise UsageError(f'languages has {tag!r}, which is none. Write it as "de" or "pt-BR".') from None
