"""A SQLAlchemy session for each request that asks for one, committed with a success and rolled back otherwise."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool

from kirsch.database import make_engine, trouble
from kirsch.errors import BadRequest, Conflict, Forbidden, HTTPError, ServiceUnavailable
from kirsch.outage import busy, unfit, unreachable
from kirsch.prepared import ByKey, PreparedSession
from kirsch.request import SAFE_METHODS, Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._timed import given_up, prepare_timing, time_statements

logger = logging.getLogger("kirsch")


# Commits before sessions are saved and cookies set, so that nobody is told of a success that was none.
@dataclass
class SQLAlchemy(Tool, order=60):
    """Offer `self.db`, a session that is opened at its first use and ends with the request.

    It is committed when the answer's status is below 400, whatever the method, and rolled back otherwise. On SQLite a
    request that may change something (any but GET, HEAD, OPTIONS and TRACE) waits at its first use until no other one
    writes, so that what it reads stays true until it has written. A GET may write too, but SQLite refuses it where
    another request has written since it began to read.
    """

    lazy: ClassVar[bool] = True

    #: Where the database is: "sqlite:///data/shop.sqlite" (relative to the site's root), "postgresql://user@host/name".
    url: str
    #: Whether every statement is logged.
    echo: bool = False
    #: Whether nothing may be changed: what would change rows is a 403, and a SQLite file is opened to be read.
    read_only: bool = False
    #: How many connections are kept open; twice as many more are opened when all are in use.
    pool_size: int = 10

    def prepare(self, setup: Setup) -> None:
        """Make the engine; nothing is connected yet.

        :raises UsageError: when the URL cannot be right.
        """
        pool = {"pool_size": self.pool_size, "max_overflow": 2 * self.pool_size}
        self.engine: Engine = make_engine(self.url, root=setup.root, echo=self.echo, read_only=self.read_only, **pool)
        prepare_timing(self.engine)
        self._statements: dict[Mapper[Any], ByKey] = {}
        self._debug = setup.debug
        self._writing = self.engine if self.read_only else self.engine.execution_options(kirsch_write=True)

    def close(self) -> None:
        """Close the connections that wait in the pool."""
        if hasattr(self, "engine"):
            self.engine.dispose()

    def offers(self) -> Mapping[str, Callable[[Request], Session]]:
        """The session."""
        return {"db": self._open}

    def figures(self) -> Mapping[str, int | float | str]:
        """The connections of the pool, where it keeps any."""
        pool = self.engine.pool
        if not isinstance(pool, QueuePool):
            return {}
        return {"pool": pool.size(), "in use": pool.checkedout(), "at rest": pool.checkedin()}

    def after(self, request: Request, response: Response) -> None:
        """Commit a success, roll back the rest.

        :raises Conflict: when the database refuses what was to be committed, because others changed it.
        """
        session: Session | None = request.taken("db")
        if session is None:
            return
        if response.status_code >= 400:
            session.rollback()
            return
        try:
            session.commit()
        except HTTPError:
            session.rollback()
            raise
        except SQLAlchemyError as error:
            session.rollback()
            raise self._refusal(request, error) from error

    def error(self, request: Request, exception: Exception) -> HTTPError | None:
        """Undo what was done; what will pass is answered 503, what no column can hold 400."""
        if (session := request.taken("db")) is None:
            return None
        session.rollback()
        return self._late(request, exception) or self._passing(exception) or self._unfit(request, exception)

    def end(self, request: Request) -> None:
        """Give back the connection of what was done after the answer's status was known."""
        if (session := request.taken("db")) is not None and session.in_transaction():
            session.close()

    def _open(self, request: Request) -> Session:
        safe = request.environ["REQUEST_METHOD"] in SAFE_METHODS
        # Rows stay readable after the commit, for answers that are sent piece by piece.
        session = PreparedSession(self.engine if safe else self._writing, self._statements, expire_on_commit=False)
        if self.read_only:
            event.listen(session, "before_flush", _refuse_changes)
        if request.offers("deadline"):
            time_statements(session, request.take("deadline").remaining)
        if safe:
            return session
        try:
            session.connection()
        except SQLAlchemyError as error:
            session.close()
            raise self._unavailable(error) from error
        return session

    def _unavailable(self, error: SQLAlchemyError) -> ServiceUnavailable:
        logger.error("%s", trouble(error, self.engine))
        return ServiceUnavailable(
            "The database cannot be reached. Try again in a moment.", headers=[("Retry-After", "5")]
        )

    def _refusal(self, request: Request, error: SQLAlchemyError) -> Exception:
        if isinstance(error, StaleDataError):
            return Conflict("Somebody else has changed this in the meantime. Load it again and repeat your change.")
        if isinstance(error, IntegrityError):
            logger.warning("request %s: %s", request.id, error.orig)
            return Conflict("This does not go together with what is stored already. Nothing was changed.")
        return self._late(request, error) or self._passing(error) or self._unfit(request, error) or error

    def _late(self, request: Request, error: Exception) -> HTTPError | None:
        """The answer where the time of the request was over in the middle of a statement."""
        if not given_up(error) or not request.offers("deadline"):
            return None
        logger.warning("request %s: %s", request.id, getattr(error, "orig", error))
        refusal: HTTPError = request.take("deadline").refusal()
        return refusal

    def _unfit(self, request: Request, error: Exception) -> BadRequest | None:
        """The answer to a value that the database cannot hold; while a site is developed, its error page says more."""
        if self._debug or not unfit(error):
            return None
        logger.warning("request %s: %s", request.id, getattr(error, "orig", error))
        return BadRequest("A value is too long, too large or of characters that cannot be stored. Nothing was changed.")

    def _passing(self, error: Exception) -> ServiceUnavailable | None:
        if isinstance(error, SQLAlchemyError) and busy(error):
            sentence = "Somebody else is changing the same. Try again in a moment."
            return ServiceUnavailable(sentence, headers=[("Retry-After", "1")])
        return self._unavailable(error) if isinstance(error, SQLAlchemyError) and unreachable(error) else None


def _refuse_changes(*_: object) -> None:
    raise Forbidden("This site shows its data and does not change it.")
