"""Models of people who sign in, for tests of `tools.login`."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from kirsch.data.passwords import Password


class Base(DeclarativeBase):
    """The models."""


class Role(Base):
    """What somebody may do."""

    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))


class Person(Base):
    """Somebody who signs in by an address."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(80))
    secret: Mapped[str | None] = mapped_column(Password(255))
    active: Mapped[bool] = mapped_column(default=True)
    roles: Mapped[list[Role]] = relationship()


class Plain(Base):
    """The fewest columns that will do, the hash as a text."""

    __tablename__ = "plain"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    password: Mapped[str] = mapped_column(sa.String(255))
