"""Models with keys of every kind, a few rows of each, and what may be given as a key."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, String, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, composite, deferred, mapped_column, relationship, synonym

from kirsch.data.model import Versioned

CODE = UUID("6f0a3c1e-3a0b-4a55-9a6e-0c6a5b2f9d11")


class Base(DeclarativeBase):
    """Models by their keys."""


class Artist(Versioned, Base):
    """A number as its key, a version, a synonym, and rows that come with it by a join."""

    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    number = synonym("id")
    tours: Mapped[list["Tour"]] = relationship(lazy="joined", order_by="Tour.town")


class Tour(Base):
    """Two parts as its key, and a row that comes with it by a second statement."""

    __tablename__ = "tours"
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), primary_key=True)
    town: Mapped[str] = mapped_column(String(40), primary_key=True)
    ticket_code: Mapped[UUID | None] = mapped_column(ForeignKey("tickets.code"))
    ticket: Mapped["Ticket | None"] = relationship(lazy="selectin")


class Ticket(Base):
    """A UUID as its key, and a column that is not loaded with the rest."""

    __tablename__ = "tickets"
    code: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str] = deferred(mapped_column(String(40)))
    price: Mapped[Decimal | None]


@dataclass
class Spot:
    """A place on a plan."""

    x: int
    y: int


class Stand(Base):
    """A value of two columns as its key."""

    __tablename__ = "stands"
    spot: Mapped[Spot] = composite(mapped_column("x", primary_key=True), mapped_column("y", primary_key=True))


class Day(Base):
    """A date as its key; a loaded row is read again each time."""

    __tablename__ = "days"
    __mapper_args__ = {"always_refresh": True}  # noqa: RUF012  # SQLAlchemy's own form
    day: Mapped[date] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(String(40))


class Animal(Base):
    """One of several kinds."""

    __tablename__ = "animals"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal", "with_polymorphic": "*"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))


class Dog(Animal):
    """A kind with a table of its own."""

    __tablename__ = "dogs"
    __mapper_args__ = {"polymorphic_identity": "dog"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(ForeignKey("animals.id"), primary_key=True)
    breed: Mapped[str] = mapped_column(String(40))


class Cat(Animal):
    """A kind in the table of all."""

    __mapper_args__ = {"polymorphic_identity": "cat"}  # noqa: RUF012
    lives: Mapped[int | None]


class Unmapped(Artist):
    """A class that no table knows."""

    __abstract__ = True


ROWS = (
    (Artist, {"id": 1, "name": "Abbey"}), (Artist, {"id": 2, "name": "Bird"}), (Artist, {"id": 3, "name": "Chet"}),
    (Ticket, {"code": CODE, "text": "row 1"}), (Stand, {"spot": Spot(1, 2)}),
    (Day, {"day": date(1959, 3, 2), "note": "a"}),
    (Tour, {"artist_id": 1, "town": "Oslo", "ticket_code": CODE}), (Tour, {"artist_id": 1, "town": "Rome"}),
    (Animal, {"id": 1}), (Dog, {"id": 2, "breed": "pug"}), (Cat, {"id": 3, "lives": 9}),
)  # fmt: skip
KEYS = (1, 2, 3, 4, -1, 2**70, True, 1.0, "1", "one", "", "\0", None, (), (1,), (1, None), (None, None), (1, "Oslo"),
        ("1", "Oslo"), [1, "Rome"], ["x"], {"id": 1}, {"number": 2}, {"nothing": 1}, {"town": "Oslo", "artist_id": 1},
        CODE, str(CODE), CODE.bytes, Spot(1, 2), (1, 2), date(1959, 3, 2), Decimal(1), object)  # fmt: skip
KINDS = (Artist, Tour, Ticket, Stand, Day, Animal, Dog, Cat, Unmapped, object, None, inspect(Artist), aliased(Artist))
