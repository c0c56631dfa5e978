"""What a command may ask for: the project it runs in, its application, its database."""

import importlib
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kirsch.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kirsch.application import Application
    from kirsch.config import Source

ANSWERS = Path(".kirsch", "answers.toml")
JOURNAL = Path(".kirsch", "journal.json")
#: The extra of Kirsch that brings a package.
EXTRAS = {
    "sqlalchemy": "kirsch[sql]",
    "alembic": "kirsch[sql]",
    "psycopg": "kirsch[postgres]",
    "pymysql": "kirsch[mysql]",
    "jinja2": "kirsch[jinja]",
    "redis": "kirsch[redis]",
    "msgspec": "kirsch[msgspec]",
    "pydantic": "kirsch[pydantic]",
    "wtforms": "kirsch[forms]",
}


class Services:
    """The object that every command finds as click's `ctx.obj`.

    :param package: the name of the project's package, if it is known; else the project is looked for.
    :param debug: whether the traceback of an error is shown.
    """

    def __init__(self, package: str | None = None, debug: bool = False) -> None:
        self._package = package
        self.debug = debug

    @property
    def project(self) -> str | None:
        """The name of the project's package; None outside a project."""
        return self._found[0]

    @property
    def root(self) -> Path | None:
        """The project's folder; None outside a project."""
        return self._found[1]

    def settle(self) -> str:
        """Make the project whole again where a generator was killed; a sentence about it, empty where none was."""
        try:
            root = self.root
        except UsageError:  # whoever needs the project says what is wrong with it
            return ""
        if root is None or not os.path.isfile(root / JOURNAL):
            return ""
        told: str = importlib.import_module("kirsch_scaffold.journal").settle(root)
        return told

    def require(self) -> tuple[str, Path]:
        """The project's package and folder, which Python can import from now.

        :raises UsageError: outside a project.
        """
        package, root = self._found
        if package is None or root is None:
            raise UsageError("This is no Kirsch project; go to the folder of one, or make one with: kirsch new shop")
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
        return package, root

    def application(self, *overrides: "Source") -> "Application":
        """The project's application, made now; *overrides* are stronger than its configuration files.

        :raises UsageError: outside a project, or when the project has no application or lacks a package.
        """
        package, _ = self.require()
        with plain_imports(package):
            module = importlib.import_module(f"{package}.app")
            if not hasattr(module, "make_app"):
                raise UsageError(f"{package}/app.py has no make_app; define one that returns the Application.")
            application = module.make_app(*overrides)
        if not isinstance(application, importlib.import_module("kirsch.application").Application):
            raise UsageError(f"make_app in {package}/app.py returns {application!r}; let it return the Application.")
        made: Application = application
        return made

    def front(self, application: "Application") -> Any:
        """What `make_front` of the project makes of its application, such as several hosts; None where it has none."""
        package, _ = self.require()
        with plain_imports(package):
            make = getattr(importlib.import_module(f"{package}.app"), "make_front", None)
            made = make(application) if make is not None else None
        if make is not None and not callable(made):
            raise UsageError(f"make_front in {package}/app.py returns {made!r}; let it return a WSGI application.")
        return made

    @contextmanager
    def database(self) -> Iterator[tuple[Path, str, "Engine"]]:
        """The project's folder and package, and the engine of its database, closed afterwards."""
        package, root = self.require()
        application = self.application()
        try:
            tool: Any = application.tool("sqlalchemy")
            with plain_imports(package):
                yield root, package, tool.engine
        finally:
            application.close()

    def describe(self, url: str) -> dict[str, Any]:
        """The tables of the database at *url*, for the generator."""
        reflection = importlib.import_module("kirsch.data.reflection")
        described: dict[str, Any] = reflection.describe(url)
        return described

    @cached_property
    def _found(self) -> tuple[str | None, Path | None]:
        if self._package is not None:
            return self._package, _folder_of_script(self._package)
        for folder in (Path.cwd(), *Path.cwd().parents):
            if os.path.isfile(folder / ANSWERS):  # Path.is_file raises where a folder above may not be entered
                return _project_in(folder), folder
        return None, None


@contextmanager
def plain_imports(package: str = "") -> Iterator[None]:
    """Say what to install or to mend where an import fails.

    :raises UsageError: instead of the ModuleNotFoundError of a known package, or of the project itself.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name in EXTRAS:
            raise UsageError(
                f"This needs the package {name!r}; install it with: pip install '{EXTRAS[name]}'"
            ) from error
        if error.name in {package, f"{package}.app", f"{package}.models"}:
            raise UsageError(
                f"There is no module {error.name}; run this in the folder that holds {package}/."
            ) from error
        raise


def _folder_of_script(package: str) -> Path:
    """The folder of the manage.py that runs, if the package lies beside it; else the current folder."""
    folder = Path(sys.argv[0]).resolve().parent
    return folder if (folder / package).is_dir() else Path.cwd()


def _project_in(folder: Path) -> str:
    answers = folder / ANSWERS
    try:
        project = tomllib.loads(answers.read_text(encoding="utf-8")).get("project")
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{answers} cannot be read ({error}); restore it, or run python manage.py.") from error
    if not isinstance(project, str) or not project.isidentifier():
        raise UsageError(f'{answers} names no project; it needs a line like: project = "shop".')
    return project
