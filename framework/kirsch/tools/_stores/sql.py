"""Session texts in a table of a database, which is made at its first use."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    Engine,
    Executable,
    Table,
    bindparam,
    delete,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.mysql import LONGBLOB
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from kirsch.database import make_engine, parse, trouble
from kirsch.errors import ServiceUnavailable, UsageError
from kirsch.outage import busy, unreachable
from kirsch.tools._stores.keyed import Kept, Place, away

#: Sessions that are removed with one statement.
BATCH = 500


class Crowded(ServiceUnavailable):
    """Others were at the same rows, and nothing was done."""


class SQL:
    """A backend of :class:`kirsch.tools._stores.keyed.KeyedStore`: SQLite, PostgreSQL or MariaDB.

    Every statement is a transaction of its own.
    """

    def __init__(self, place: Place) -> None:
        if not place.url:
            raise UsageError(
                'url is not set. Write "sqlite:///data/sessions.sqlite" or "postgresql://user:password@localhost/shop".'
            )
        server = parse(place.url).get_backend_name() != "sqlite"
        options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if server else {}
        self.engine: Engine = make_engine(place.url, root=place.root, max_overflow=-1, **options)
        self._writing = self.engine.execution_options(kirsch_write=True)
        self.table = described(place.table)
        self._ask = Statements(self.table)
        self._made = False
        self._mutex = threading.Lock()

    def get(self, key: str) -> Kept | None:
        with self._connected(self.engine) as connection:
            row = connection.execute(self._ask.get, {"named": key, "now": time.time()}).first()
        return Kept(row.version, row.text.decode("utf-8", "surrogatepass")) if row else None

    def put(self, key: str, text: str, seconds: int, version: int) -> bool:
        values = {
            "version": version + 1,
            "ends": time.time() + seconds,
            "text": text.encode("utf-8", "surrogatepass"),
        }
        if version:
            return self._changed(self._ask.replace, {"named": key, "known": version, **values})
        with self._connected(self._writing) as connection:
            connection.execute(self._ask.insert, {"key": key, **values})
        return True

    def drop(self, key: str, version: int | None = None) -> bool:
        if version is not None:
            return self._changed(self._ask.drop_known, {"named": key, "known": version})
        with self._connected(self._writing) as connection:
            connection.execute(self._ask.drop, {"named": key})
        return True

    def hold(self, key: str, token: str, seconds: int) -> bool:
        now = time.time()
        values = {"named": key, "now": now, "holder": token, "held": now + seconds}
        return self._changed(self._ask.hold, values) or self.get(key) is None

    def release(self, key: str, token: str) -> None:
        with self._connected(self._writing) as connection:
            connection.execute(self._ask.release, {"named": key, "token": token})

    def clean(self, most: int | None = None) -> int:
        if most is not None:
            return self._removed(most)
        total = removed = self._removed(BATCH)
        while removed:
            removed = self._removed(BATCH)
            total += removed
        return total

    def close(self) -> None:
        self.engine.dispose()

    def _changed(self, statement: Executable, values: dict[str, Any]) -> bool:
        """Whether *statement* has changed a row; not where others were at it at the same time."""
        try:
            with self._connected(self._writing) as connection:
                return connection.execute(statement, values).rowcount == 1
        except Crowded:
            return False

    def _removed(self, most: int) -> int:
        now = time.time()
        with self._connected(self._writing) as connection:
            ended = connection.scalars(self._ask.ended, {"now": now, "most": most}).all()
            return connection.execute(self._ask.remove, {"now": now, "names": ended}).rowcount if ended else 0

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            if not self._made:
                self._make_table()
            with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            if busy(error):
                sentence = "Others change the same session. Try again in a moment."
                raise Crowded(sentence, headers=[("Retry-After", "1")]) from error
            self._made = False  # The next request looks whether the table is still there.
            if not (isinstance(error, OperationalError | ProgrammingError) or unreachable(error)):
                raise
            raise away(trouble(error, self.engine)) from error

    def _make_table(self) -> None:
        with self._mutex:
            try:
                self.table.create(self._writing, checkfirst=True)
            except DBAPIError:
                # Another process was quicker, between the look and the making.
                if not inspect(self.engine).has_table(self.table.name):
                    raise
            self._made = True


def described(name: str) -> Table:
    """The table called *name*. A text is kept as bytes, since it may hold half a surrogate pair."""
    return Table(
        name,
        sqlalchemy.MetaData(),
        Column("key", sqlalchemy.String(40), primary_key=True),
        Column("version", sqlalchemy.Integer, nullable=False),
        Column("ends", sqlalchemy.Double, nullable=False, index=True),
        Column("text", sqlalchemy.LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb"), nullable=False),
        Column("holder", sqlalchemy.String(32)),
        Column("held", sqlalchemy.Double),
    )


class Statements:
    """Everything that is said to the database about the table, put together once."""

    def __init__(self, table: Table) -> None:
        named, version, ends = table.c.key == bindparam("named"), table.c.version, table.c.ends
        now: BindParameter[float] = bindparam("now")
        known: BindParameter[int] = bindparam("known")
        free = or_(table.c.holder.is_(None), table.c.held <= now)
        self.get = select(version, table.c.text).where(named, ends > now)
        self.insert = insert(table)
        self.replace = update(table).where(named, version == known)
        self.drop = delete(table).where(named)
        self.drop_known = self.drop.where(version == known)
        self.hold = update(table).where(named, free).values(holder=bindparam("holder"), held=bindparam("held"))
        self.release = update(table).where(named, table.c.holder == bindparam("token")).values(holder=None)
        self.ended = select(table.c.key).where(ends <= now).limit(bindparam("most"))
        self.remove = delete(table).where(table.c.key.in_(bindparam("names", expanding=True)), ends <= now)
