"""Bring a database to the shape of a project's models, and write down each step: Alembic, in plain words.

A project needs `migrations/env.py` (two lines that call :func:`run`) and `migrations/versions/`; no ini file. *root* is
the project's folder and *package* the name of its Python package, whose `models` holds `Base`.
"""

import importlib
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.autogenerate import produce_migrations
from alembic.config import Config
from alembic.operations.ops import MigrationScript
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import DBAPIError, SAWarning

from kirsch import database
from kirsch.data.comparison import named_schemas, ours, same_in_sqlite
from kirsch.data.keeping import everything_kept
from kirsch.data.revision import sentences, summary, write_revision
from kirsch.data.tolerance import found_before, prune, same_kind
from kirsch.errors import RunError, UsageError

LOCK = 0x4B697273  # "Kirs": the number under which PostgreSQL lets one migration run at a time


@dataclass(frozen=True)
class Migration:
    """One step of the database's history: its revision and what it is about."""

    revision: str
    message: str

    def __str__(self) -> str:
        return f"{self.revision} {self.message}"


def run(**options: Any) -> None:
    """Apply migrations on behalf of `migrations/env.py`; *options* go to Alembic's `context.configure`.

    `version_table` is one of them: the table that holds how far the database is, where `alembic_version` is another's.
    """
    connection = context.config.attributes.get("connection")
    if connection is None:
        raise UsageError("Migrations of this project are run with: python manage.py migrate.")
    metadata = context.config.attributes["metadata"]
    sqlite, versions = connection.dialect.name == "sqlite", Path(context.script.versions)
    settings = {
        "compare_type": same_kind(same_in_sqlite if sqlite else True),
        "render_as_batch": sqlite,
        # SQLite undoes CREATE TABLE as well; Alembic's caution is about the driver's own transactions, which are off.
        "transactional_ddl": connection.dialect.name in {"sqlite", "postgresql"},
        "include_object": found_before(ours(connection, metadata, versions), connection, versions),
        **named_schemas(metadata),
        **options,
    }
    context.configure(connection=connection, target_metadata=metadata, **settings)
    with context.begin_transaction(), _alone(connection), _nothing_lost(connection) if sqlite else nullcontext():
        context.run_migrations()


def migrate(root: Path, package: str, engine: Engine, revision: str = "head") -> list[Migration]:
    """Bring the database to *revision* and return the migrations that were applied or, going back, undone.

    *revision* is "head" (the newest), "base" (before the first), the start of a revision, or "-1" for one step back.
    """
    with _open(root, package, engine, write=True) as project:
        before = project.applied()
        if revision.startswith("-") and revision[1:].isdigit() and int(revision[1:]) > len(before):
            raise UsageError(f"There is no way back by {revision[1:]}: {count(before)} applied.")
        target = project.find(revision)
        backwards = revision == "base" or revision.startswith("-") or target in {step.revision for step in before}
        act = command.downgrade if backwards else command.upgrade
        project.act(lambda: act(project.config, revision if revision.startswith("-") else target))
        after = project.applied()
        return [step for step in before if step not in after][::-1] if backwards else after[len(before) :]


def pending(root: Path, package: str, engine: Engine) -> list[Migration]:
    """The migrations that the database still lacks, oldest first."""
    with _open(root, package, engine) as project:
        applied = project.applied()
        return [step for step in project.history() if step not in applied]


def stamp(root: Path, package: str, engine: Engine, revision: str = "head") -> None:
    """Note that the database already has the shape of *revision*, without changing its tables."""
    with _open(root, package, engine, write=True) as project:
        target = project.find(revision)
        project.act(lambda: command.stamp(project.config, target))


def differences(root: Path, package: str, engine: Engine) -> list[str]:
    """What the models have that the database has not, and the other way round, as sentences."""
    with _open(root, package, engine) as project:
        script, _ = project.compare()
    return sentences(script)


def make_migration(root: Path, package: str, engine: Engine, message: str) -> Path | None:
    """Write the migration that brings the database to the models; None where they agree.

    Without a *message* it says which tables it creates or changes.

    :raises UsageError: when older migrations are still pending: what they do would be written a second time.
    """
    if waiting := pending(root, package, engine):
        raise UsageError(f"{count(waiting)} pending: run python manage.py migrate first.")
    with _open(root, package, engine) as project:
        script, migration_context = project.compare()
        if script.upgrade_ops is None or script.upgrade_ops.is_empty():
            return None
        return write_revision(project.scripts, script, migration_context, message or summary(script))


def count(migrations: Sequence[Migration]) -> str:
    """How many there are, as the beginning of a sentence: "2 migrations are"."""
    return "1 migration is" if len(migrations) == 1 else f"{len(migrations)} migrations are"


class _Project:
    """The migrations of one project beside one open connection to its database."""

    def __init__(self, root: Path, metadata: MetaData, connection: Connection) -> None:
        folder = root / "migrations"
        if not (folder / "env.py").is_file():
            raise UsageError(f"There is no {folder / 'env.py'}; run this inside a project that Kirsch made.")
        (folder / "versions").mkdir(exist_ok=True)
        self.connection = connection
        self.metadata = metadata
        self.config = Config()
        self.config.set_main_option("script_location", str(folder).replace("%", "%%"))
        self.config.set_main_option("path_separator", "os")
        self.config.attributes.update(connection=connection, metadata=metadata)
        self.scripts = ScriptDirectory.from_config(self.config)

    def history(self) -> list[Migration]:
        """Every migration of the project, oldest first."""
        heads = self.act(self.scripts.get_heads)
        if len(heads) > 1:
            names = " and ".join(heads)
            raise UsageError(f"The migrations {names} follow the same one; let one follow the other (down_revision).")
        return [_migration(script) for script in self.act(lambda: list(self.scripts.walk_revisions()))][::-1]

    def applied(self) -> list[Migration]:
        """The migrations that the database has, oldest first."""
        history = self.history()
        current = self.current()
        known = [step.revision for step in history]
        if current is None:
            return []
        if current not in known:
            raise RunError(
                f"The database is at migration {current!r}, which migrations/versions does not have; "
                "fetch the newest version of the project, or use another database."
            )
        return history[: known.index(current) + 1]

    def current(self) -> str | None:
        """The migration that the database is at, from the table that `migrations/env.py` says."""
        found: list[str] = []

        def collect(heads: Any, _context: MigrationContext) -> list[Any]:
            found.extend([heads] if isinstance(heads, str) else heads)
            return []

        with EnvironmentContext(self.config, self.scripts, fn=collect, dont_mutate=True):
            self.act(self.scripts.run_env)
        self.connection.rollback()
        if len(found) > 1:
            raise RunError(f"The database is at the migrations {' and '.join(found)} at once; use another database.")
        return found[0] if found else None

    def find(self, revision: str) -> str:
        """The full name of *revision*, which may be the start of one."""
        if revision in {"base", "head"} or re.fullmatch(r"-\d+", revision):
            return revision
        found = [step.revision for step in self.history() if step.revision.startswith(revision)]
        if len(found) != 1:
            many = "There are several migrations" if found else "There is no migration"
            known = ", ".join(step.revision for step in self.history()) or "none"
            raise UsageError(f"{many} {revision!r}; the migrations of this project are: {known}.")
        return found[0]

    def compare(self) -> tuple[MigrationScript, MigrationContext]:
        """What would have to be done to the database, as Alembic's operations."""
        found: list[tuple[MigrationScript, MigrationContext]] = []

        def collect(_revision: Any, migration_context: MigrationContext) -> list[Any]:
            found.append((produce_migrations(migration_context, self.metadata), migration_context))
            return []

        with EnvironmentContext(self.config, self.scripts, fn=collect, dont_mutate=True):
            self.act(self.scripts.run_env)
        prune(found[0][0], self.metadata)
        return found[0]

    def act(self, action: Callable[[], Any]) -> Any:
        """Do it, with Alembic's and the database's words for what went wrong made into a sentence."""
        try:
            return action()
        except DBAPIError as error:
            reason = " ".join(str(error.orig).split()).rstrip(".")
            undone = " Nothing was changed." if self.connection.dialect.name in {"sqlite", "postgresql"} else ""
            raise RunError(f"A migration failed: {reason}.{undone}") from error
        except CommandError as error:
            raise UsageError(f"The migrations cannot be used: {str(error).rstrip('.')}.") from error
        except SyntaxError as error:
            raise UsageError(f"{error.filename}, line {error.lineno}: {error.msg}; correct that migration.") from error


@contextmanager
def _open(root: Path, package: str, engine: Engine, write: bool = False) -> Iterator[_Project]:
    metadata = _metadata(root, package)
    database.check(engine)
    with warnings.catch_warnings():
        # They name what they cannot read of a table; kirsch.data.keeping sees to it that this is not lost.
        warnings.simplefilter("ignore", SAWarning)
        warnings.filterwarnings("ignore", "Unnamed CHECK constraint", UserWarning)
        # SQLite then waits at BEGIN: one that had read first would be refused as soon as another has written.
        chosen = engine.execution_options(kirsch_write=True) if write else engine
        with chosen.connect() as connection, _without_foreign_keys(connection):
            yield _Project(root, metadata, connection)


def _metadata(root: Path, package: str) -> MetaData:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    models = importlib.import_module(f"{package}.models")
    try:
        metadata = models.Base.metadata
    except AttributeError:
        raise UsageError(f"{package}.models has no Base; import it there from {package}.models.base.") from None
    if not isinstance(metadata, MetaData):
        raise UsageError(f"{package}.models.Base is no declarative base; derive it from DeclarativeBase.")
    return metadata


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table that others refer to: with foreign keys on, it would delete their rows as well."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keep a second process from migrating at the same time; SQLite does so by itself."""
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    named_lock = kind in {"mysql", "mariadb"}
    if named_lock and connection.exec_driver_sql("SELECT GET_LOCK('kirsch migrations', 60)").scalar() != 1:
        raise RunError("Another process has been migrating this database for a minute; wait until it has ended.")
    try:
        yield
    finally:
        if named_lock:
            connection.exec_driver_sql("SELECT RELEASE_LOCK('kirsch migrations')")


@contextmanager
def _nothing_lost(connection: Connection) -> Iterator[None]:
    """Keep SQLite, whose foreign keys are off meanwhile, from losing what a row refers to, or a part of a table."""
    before = _dangling(connection)
    with everything_kept(connection):
        yield
    if lost := _dangling(connection) - before:
        tables = ", ".join(sorted({str(table) for table, *_ in lost}))
        raise RunError(f"The migration would leave rows of {tables} that refer to nothing; nothing was changed.")


def _dangling(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}


def _migration(script: Script) -> Migration:
    return Migration(script.revision, (script.doc or "").strip())
