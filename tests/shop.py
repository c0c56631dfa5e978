"""A small bookshop with every kind of column, key and relation that a resource meets, and its site."""

import enum
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from kirsch import Application, Mapper
from kirsch.crud import Resource
from kirsch.crud.static import Static
from kirsch.data.model import NAMING
from kirsch.testing import Answer


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


class Mood(enum.Enum):
    light = "light"
    deep_blue = "deep blue"


book_tag = sa.Table(
    "book_tag",
    Base.metadata,
    sa.Column("book_id", sa.ForeignKey("book.id"), primary_key=True),
    sa.Column("tag_name", sa.ForeignKey("tag.name"), primary_key=True),
)


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(120), info={"kind": "email"})
    website: Mapped[str | None] = mapped_column(sa.String(200), info={"kind": "url"})
    born: Mapped[date | None]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Category(Base):
    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(40))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    parent: Mapped["Category | None"] = relationship(remote_side=[id])


class Tag(Base):
    __tablename__ = "tag"
    name: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    note: Mapped[str | None] = mapped_column(sa.String(30))


class Book(Base):
    __tablename__ = "book"
    __table_args__ = (
        sa.UniqueConstraint("author_id", "title"),
        sa.CheckConstraint("pages > 0", name="pages_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(60))
    isbn: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("author.id"))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id", ondelete="SET NULL"))
    pages: Mapped[int | None] = mapped_column(info={"help": "Without the cover."})
    price: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 2), info={"min": 0, "label": "Price in euro"})
    weight: Mapped[float | None]
    published: Mapped[date | None]
    reading_at: Mapped[datetime | None]
    opens: Mapped[time | None]
    mood: Mapped[Mood | None]
    stock: Mapped[str] = mapped_column(sa.Enum("in", "out", name="stock_state"), default="in")
    active: Mapped[bool] = mapped_column(default=True)
    rare: Mapped[bool | None]
    extra: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    blurb: Mapped[str | None] = mapped_column(sa.Text)
    cover: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.current_timestamp())
    author: Mapped[Author] = relationship(back_populates="books")
    category: Mapped[Category | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=book_tag)


class Shelf(Base):
    """A composite key of a text and a number."""

    __tablename__ = "shelf"
    room: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    width: Mapped[int]


class Place(Base):
    """An association with a column of its own: a composite key, a composite foreign key."""

    __tablename__ = "place"
    __table_args__ = (sa.ForeignKeyConstraint(["shelf_room", "shelf_number"], ["shelf.room", "shelf.number"]),)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("book.id", ondelete="CASCADE"), primary_key=True)
    shelf_room: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    shelf_number: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    book: Mapped[Book] = relationship()
    shelf: Mapped[Shelf] = relationship()


class Voucher(Base):
    """A key that the program makes, a version that counts."""

    __tablename__ = "voucher"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    text: Mapped[str] = mapped_column(sa.String(30))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Day(Base):
    __tablename__ = "day"
    day: Mapped[date] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(sa.String(30))


class Authors(Resource):
    model = Author


class Categories(Resource):
    model = Category


class Tags(Resource):
    model = Tag


class Books(Resource):
    model = Book
    columns = ("title", "author", "category", "price", "mood", "active", "tags")


class Shelves(Resource):
    model = Shelf
    plural = "Shelves"


class Places(Resource):
    model = Place


class Vouchers(Resource):
    model = Voucher


class Days(Resource):
    model = Day
    read_only = True


RESOURCES = (Authors, Categories, Tags, Books, Shelves, Places, Vouchers, Days)
MEMBERS = ("author", "category", "tag", "book", "shelf", "place", "voucher", "day")


def site(url: str, *more: type[Resource], **config: Any) -> Application:
    """The bookshop's site over the database at *url*, its tables made."""
    mapper = Mapper()
    kinds = [kind for kind in RESOURCES if kind.name not in {one.name for one in more}] + list(more)
    names = dict(zip((kind.name for kind in RESOURCES), MEMBERS, strict=True))
    for kind in kinds:
        mapper.resource(names.get(kind.name, kind.model.__name__.lower()), kind.name)
    mapper.connect("static", "/static/{path:.*}", controller="static", action="file")
    application = Application(
        mapper,
        [*kinds, Static],
        {
            "site": {"name": "Bookshop", "secret_key": "a secret of sixteen or more letters"},
            "tools": {"sqlalchemy": {"url": url}, "mako": {}, "sessions": {}, "csrf": {}},
            **config,
        },
    )
    Base.metadata.create_all(application.tool("sqlalchemy").engine)
    return application


@contextmanager
def rows(application: Application) -> Iterator[Session]:
    """A database session beside the site's own, committed at the end."""
    with Session(application.tool("sqlalchemy").engine, expire_on_commit=False) as session, session.begin():
        yield session


def fill(application: Application) -> None:
    """A few rows that refer to each other."""
    with rows(application) as session:
        ada, bob = Author(id=1, name="Ada Lovelace"), Author(id=2, name="Bob O'Hara", email="bob@example.org")
        session.add_all([ada, bob, Author(id=3, name="Émile Zola")])
        session.add_all([Category(id=1, title="Prose"), Category(id=2, title="Novel", parent_id=1)])
        blue = Tag(name="blue", note="x")
        session.add_all([Tag(name="new"), Tag(name="a/b.c"), Tag(name=""), blue])
        session.flush()
        session.add_all(
            [
                Book(
                    id=1,
                    title="Notes",
                    author=ada,
                    price=Decimal("12.50"),
                    pages=66,
                    category_id=2,
                    mood=Mood.deep_blue,
                ),
                Book(id=2, title="100% sure", author=bob, isbn="978-1", active=False, published=date(2020, 2, 29)),
                Book(id=3, title="Germinal_x", author_id=3, tags=[blue], extra={"a": [1]}),
            ]
        )
        session.add_all([Shelf(room="hall", number=1, width=80), Shelf(room="a/b ~", number=-2, width=90)])
        session.flush()
        session.add(Place(book_id=1, shelf_room="hall", shelf_number=1, position=1))
        session.add_all([Voucher(id=UUID(int=5), text="five"), Day(day=date(2026, 1, 31), note="cold")])
    synchronise(application)


def synchronise(application: Application) -> None:
    """Let PostgreSQL count on after the numbers that were given."""
    engine = application.tool("sqlalchemy").engine
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for table in ("author", "category", "book"):
                connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', 100)")


def errors(answer: Answer) -> str:
    """The page as plain words, to look for sentences in."""
    assert answer.status_code == 422, (answer.status_code, answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def book(shop: Application, **known) -> Book | None:
    """The one book with these values, with its tags."""
    with rows(shop) as session:
        found = session.scalars(sa.select(Book).filter_by(**known)).one_or_none()
        if found is not None:
            found.tags.sort(key=lambda tag: tag.name)
        return found
