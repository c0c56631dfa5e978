"""The pieces that models are put together from do what their names say."""

import time

import pytest
from sqlalchemy import CheckConstraint, ForeignKey, MetaData, String, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from kirsch.data.model import NAMING, Timestamps, Versioned, utc_now


class Base(DeclarativeBase):
    """As `models/base.py` of a project has it."""

    metadata = MetaData(naming_convention=NAMING)


class Shelf(Versioned, Timestamps, Base):
    """A shelf with every kind of constraint."""

    __tablename__ = "shelves"
    __table_args__ = (CheckConstraint("name <> ''", name="named"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    above: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"), index=True)


@pytest.fixture
def shelves(engine):
    """A session over a database with one shelf in it."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Shelf(name="first"))
        session.commit()
    yield engine
    Base.metadata.drop_all(engine)


def test_every_constraint_has_a_name():
    """So that a later migration can change it."""
    table = Shelf.__table__

    names = {str(constraint.name) for constraint in table.constraints} | {index.name for index in table.indexes}

    assert {"pk_shelves", "uq_shelves_name", "ck_shelves_named", "ix_shelves_above"} < names
    assert "fk_shelves_above_shelves" in {str(constraint.name) for constraint in table.foreign_key_constraints}


def test_time_stamps_are_kept(shelves):
    """Made once, changed with every change, both in UTC."""
    with Session(shelves) as session:
        shelf = session.query(Shelf).one()
        made, changed = shelf.created_at, shelf.updated_at
        time.sleep(1.1 if shelves.dialect.name != "sqlite" else 0.01)
        shelf.name = "renamed"
        session.commit()

        assert shelf.created_at == made
        assert shelf.updated_at > changed
        assert abs((utc_now() - shelf.updated_at).total_seconds()) < 60


def test_the_second_of_two_editors_is_told(shelves):
    """A change of a row that has changed since raises, and the first change stays."""
    with Session(shelves) as one, Session(shelves) as two:
        mine, yours = one.query(Shelf).one(), two.query(Shelf).one()
        one.expire_on_commit = two.expire_on_commit = False
        two.rollback()
        yours = two.query(Shelf).one()
        two.expunge(yours)
        two.rollback()
        mine.name = "mine"
        one.commit()

        two.add(yours)
        yours.name = "yours"
        with pytest.raises(StaleDataError):
            two.commit()
        two.rollback()

    with Session(shelves) as session:
        shelf = session.query(Shelf).one()
        assert (shelf.name, shelf.row_version) == ("mine", 2)


def test_the_bookkeeping_columns_come_last():
    """Lists and forms show what people wrote first."""
    columns = [column.name for column in inspect(Shelf).columns]

    assert columns == ["id", "name", "above", "row_version", "created_at", "updated_at"]
