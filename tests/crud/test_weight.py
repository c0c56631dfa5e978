"""What a list weighs: light enough for a slow connection, also where its table is wide."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from kirsch import Application, Mapper
from kirsch.crud import Resource, views
from kirsch.crud.static import Static
from kirsch.testing import Client

ASSETS = Path(views.__file__).with_name("assets")
LIGHT = 60_000


class Base(DeclarativeBase):
    pass


class Album(Base):
    __tablename__ = "album"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(160))


class MediaType(Base):
    __tablename__ = "media_type"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))


class Genre(Base):
    __tablename__ = "genre"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))


class Track(Base):
    """As wide as a list becomes by itself, with names as long as those of real music."""

    __tablename__ = "track"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    album_id: Mapped[int] = mapped_column(sa.ForeignKey("album.id"))
    media_type_id: Mapped[int] = mapped_column(sa.ForeignKey("media_type.id"))
    genre_id: Mapped[int] = mapped_column(sa.ForeignKey("genre.id"))
    composer: Mapped[str | None] = mapped_column(sa.String(220))
    milliseconds: Mapped[int]
    bytes: Mapped[int]
    unit_price: Mapped[float]
    album: Mapped[Album] = relationship()
    media_type: Mapped[MediaType] = relationship()
    genre: Mapped[Genre] = relationship()


class Albums(Resource):
    model = Album


class MediaTypes(Resource):
    model = MediaType


class Genres(Resource):
    model = Genre


class Tracks(Resource):
    model = Track


@pytest.fixture(params=["mako", "jinja"])
def music(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """A music shop with 120 tracks, its pages by each engine."""
    mapper = Mapper()
    for member, collection in (("album", "albums"), ("media_type", "media_types"), ("genre", "genres")):
        mapper.resource(member, collection)
    mapper.resource("track", "tracks")
    mapper.connect("static", "/static/{path:.*}", controller="static", action="file")
    tools = {"sqlalchemy": {"url": f"sqlite:///{tmp_path}/music.sqlite"}, "sessions": {}, "csrf": {}}
    application = Application(
        mapper,
        [Albums, MediaTypes, Genres, Tracks, Static],
        {"site": {"name": "Music", "secret_key": "a secret of 16 letters"}, "tools": {**tools, request.param: {}}},
    )
    engine = application.tool("sqlalchemy").engine
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(MediaType(id=1, name="Protected AAC audio file"))
        session.add_all(Genre(id=n, name=f"Genre number {n}") for n in range(1, 26))
        session.add_all(Album(id=n, title=f"The {n} best symphonies") for n in range(100, 447))
        session.flush()
        session.add_all(
            Track(
                id=n,
                name=f"Symphony No. {n} in E Minor",
                album_id=n % 347 + 100,
                media_type_id=1,
                genre_id=n % 25 + 1,
                composer="Antonín Dvořák, Franz Liszt" if n % 4 else None,
                milliseconds=200_000 + n,
                bytes=5_000_000 + n,
                unit_price=0.99,
            )
            for n in range(3001, 3121)
        )
    yield Client(application)
    application.close()


def test_a_hundred_wide_rows_are_light(music: Client):
    """Seven columns, three of them links, and two more links in each row: below 60 KB without compression."""
    answer = music.get("/tracks?per_page=100")

    assert (answer.text.count("<tr>"), answer.text.count('scope="col"')) == (101, 8)
    assert len(answer.body) < LIGHT


def test_a_first_visit_is_light(music: Client):
    """A list of 25 rows with its style sheet and its icon, without compression."""
    answer = music.get("/tracks")

    assert answer.text.count("<tr>") == 26
    assert len(answer.body) + sum(file.stat().st_size for file in ASSETS.iterdir()) < 40_000


def test_the_style_sheet_is_light():
    """It is part of every first visit."""
    assert (ASSETS / "kirsch.css").stat().st_size < 15_000


def test_what_a_row_is_called_is_said_once(music: Client):
    """Its actions are named by the row they stand in, whose head says what it is called."""
    html = music.get("/tracks?per_page=100").text

    row = re.findall(r"<tr><th scope=\"row\">.*", html)[0]

    assert row.count("Symphony No. 3001 ") == 1
    assert '<a href="/tracks/3001/edit">Edit</a> <a href="/tracks/3001/delete">Delete</a>' in row
