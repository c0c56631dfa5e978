"""The database behind every peer that is free to choose: SQLAlchemy's ORM on one SQLite file.

All peers share these few functions, so a difference between two peers is the framework's and not the query's.
"""

import operator
import random

from sqlalchemy import String, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

from .contract import DATABASE, EXTRA_FORTUNE, WORLD_ROWS


class Base(DeclarativeBase):
    pass


class World(Base):
    __tablename__ = "world"
    id: Mapped[int] = mapped_column(primary_key=True)
    randomNumber: Mapped[int]  # noqa: N815  # the name the column has

    def as_dict(self):
        return {"id": self.id, "randomNumber": self.randomNumber}


class Fortune(Base):
    __tablename__ = "fortune"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str] = mapped_column(String(2048))


engine = create_engine(f"sqlite:///{DATABASE}", pool_size=16, connect_args={"timeout": 30})
Session = sessionmaker(engine)
_by_message = operator.attrgetter("message")


@event.listens_for(engine, "connect")
def _pragmas(connection, record):
    # Write-ahead log without a sync per commit: the disk stays out of the figures.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def random_id():
    return random.randint(1, WORLD_ROWS)


def one(session):
    """One random row."""
    return session.get(World, random_id()).as_dict()


def many(session, n):
    """``n`` rows with distinct random ids, each by its own query."""
    return [session.get(World, i).as_dict() for i in random.sample(range(1, WORLD_ROWS + 1), n)]


def update(session, n):
    """The same with every row's number changed, which whoever made the session commits."""
    rows = [session.get(World, i) for i in sorted(random.sample(range(1, WORLD_ROWS + 1), n))]
    for row in rows:
        row.randomNumber = row.randomNumber % WORLD_ROWS + 1
    return [row.as_dict() for row in rows]


def fortunes(session):
    """All fortunes and the one added at request time, sorted by message."""
    rows = list(session.scalars(select(Fortune)))
    rows.append(Fortune(id=0, message=EXTRA_FORTUNE))
    rows.sort(key=_by_message)
    return rows
