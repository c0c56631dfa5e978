"""A renderer: the tool that shows what an action returns as a page."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, get_type_hints

from kirsch import translation
from kirsch.config import Setting
from kirsch.errors import KirschError
from kirsch.request import Request
from kirsch.settings import checked, folder_of
from kirsch.templating import csrf_field, csrf_meta, inside, piled, read_error_pages, read_names
from kirsch.tool import Setup, Tool

logger = logging.getLogger("kirsch")

#: What has to do with headers, so that a page which is sent while it is made takes it before.
BEFORE_HEADERS = ("csrf_token", "flash", "csp_nonce", "translations")


@dataclass(frozen=True)
class Shown:
    """What an action shows: the options of a renderer that are its own, while all actions share the renderer."""

    template: str = ""
    fragment: str = ""
    stream: bool = False


OF_AN_ACTION = tuple(item.name for item in fields(Shown))


@dataclass
class Renderer(Tool, order=70):
    """A tool that shows an action's dict as a page; subclasses only say how a template becomes text."""

    #: The ending of template files, by which the engine is known.
    suffix: ClassVar[str] = ""
    #: Templates that come with Kirsch, as "package:folder"; looked into last.
    library: ClassVar[str] = ""

    #: The template; by default ``controller/action`` with the engine's ending.
    template: str = ""
    #: The block or def of the template that is shown alone, for pages that load parts of themselves anew.
    fragment: str = ""
    #: Whether the page is sent while it is made.
    stream: bool = False
    #: Folders with templates, relative to the site's root or "package:folder"; the first that has it gives it.
    directories: list[str] = field(default_factory=list)
    #: The template for error pages; it sees status, title, detail and errors. None where it is empty.
    error_page: str = ""
    #: Other ones for some errors, by status, "4xx", "5xx" or "default": a template, or a function as "module:name".
    error_pages: dict[str, Any] = field(default_factory=dict)
    #: More names for all templates, as `money = "shop.words:money"`; a function is a filter, too.
    names: dict[str, Any] = field(default_factory=dict)

    def prepare(self, setup: Setup) -> None:
        """Find the folders, the pages of errors, and what ``names`` names.

        :raises UsageError: for what does not exist.
        """
        self.setup = setup
        self.folders = [folder_of(directory, setup.root) for directory in self.directories]
        if self.library:
            self.folders.append(folder_of(self.library, setup.root))
        self.known = read_names(self.names)
        self.pages_of_errors = read_error_pages(self.error_page, self.error_pages)
        for mistake in self.error_page_mistakes():
            logger.warning("%s", mistake)

    def error_page_mistakes(self) -> list[str]:
        """A sentence for each template of an error page that no folder has."""
        said = {page: option for option, page in [("error_page", self.error_page)] if page}
        for status, page in self.pages_of_errors.items():
            if isinstance(page, str):
                said.setdefault(page, f"error_pages.{status}")
        return [
            f"There is no template {page + self.suffix!r}, which {option} names."
            for page, option in said.items()
            if not self.has(page)
        ]

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The renderer itself, for tools that have a page to show."""
        return {"renderer": lambda _: self}

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        """The template *name* (with its ending) filled with *values*, everything escaped that is not Markup."""
        raise NotImplementedError

    def part(self, name: str, fragment: str, values: Mapping[str, Any]) -> str:
        """One block or def of the template *name* alone.

        :raises KirschError: where the template has none of that name.
        """
        raise KirschError(f"{type(self).__name__} shows whole pages only; {name} has no fragment {fragment!r}.")

    def fragments(self, name: str) -> list[str] | None:
        """The parts of the template *name*, which can be compiled; None where that is only known when it is shown."""
        return None

    def pieces(self, name: str, values: Mapping[str, Any]) -> Iterator[str]:
        """The page in pieces, each as soon as it is made; in one piece where the engine makes it at once."""
        yield self.page(name, values)

    def fault(self, name: str) -> str:
        """Where and why the template *name* cannot be compiled, as ", line 3: ...": empty if it can be."""
        return ""

    def has(self, name: str) -> bool:
        """Whether one of the folders holds the template *name*."""
        return any((folder / (name + self.suffix)).is_file() for folder in self.folders)

    def path(self, name: str) -> Path:
        """The file of the template *name* (with its ending).

        :raises KirschError: when no folder has it.
        """
        relative = inside(name).lstrip("/")
        for folder in self.folders:
            if (found := folder / relative).is_file():
                return found
        raise self.missing(name)

    def missing(self, name: str) -> KirschError:
        """What is said where no folder has the template *name*."""
        folders = ", ".join(str(folder) for folder in self.folders)
        mend = f"Write it, or switch pages off for the action: @tools.{type(self).__name__.lower()}(on=False)."
        return KirschError(f"There is no template {name!r} in {folders}. {mend}")

    def render(self, request: Request, name: str, values: Mapping[str, Any], fragment: str = "") -> str:
        """The HTML of the page *name* (without its ending) for *request*, or of one *fragment* of it."""
        words = self.words(request)
        words.update(values)
        name = inside(name + self.suffix)
        return self.part(name, fragment, words) if fragment else self.page(name, words)

    def streamed(self, request: Request, name: str, values: Mapping[str, Any]) -> Iterator[str]:
        """The HTML of the page *name* in pieces that are made one after the other."""
        for word in BEFORE_HEADERS:
            if request.offers(word):
                request.take(word)
        words = self.words(request)
        words.update(values)
        return piled(self.pieces(inside(name + self.suffix), words))

    def words(self, request: Request) -> dict[str, Any]:
        """What every template may use besides the action's dict."""
        return {
            "request": request,
            "site": self.setup.name,
            "url": request.url_for,
            "csrf": lambda: csrf_field(request),
            "csrf_meta": lambda: csrf_meta(request),
            "csp_nonce": lambda: request.take("csp_nonce") if request.offers("csp_nonce") else "",
            "flash": lambda: request.take("flash") if request.offers("flash") else [],
            "navigation": lambda: translation.translated(request, request.application.navigation(request)),
            "asset": lambda path: request.application.asset(request, path),
            **translation.words(request),
            **self.known,
        }


def shown_by(renderer: str, settings: Mapping[str, Setting], template: str) -> tuple[Shown, list[str]]:
    """What an action shows by *settings* of the renderer, and what is wrong with them; *template* is its usual one."""
    given = {option: settings[option] for option in OF_AN_ACTION if option in settings}
    options, mistakes = checked(given, get_type_hints(Shown), f"tools.{renderer}")
    return Shown(**({"template": template} | options)), mistakes
