"""Tables that need a value which no form can give: read, changed and deleted, but not added to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kirsch import Application, Mapper
from kirsch.crud import Resource
from kirsch.crud.static import Static
from kirsch.testing import Client


class Base(DeclarativeBase):
    pass


class Photo(Base):
    __tablename__ = "photo"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(40))
    image: Mapped[bytes]


class Photos(Resource):
    model = Photo


class Blank(Resource):
    """Gives every new photo an image."""

    model = Photo
    name = "photos"

    def new_row(self) -> Photo:
        return Photo(image=b"\0")


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Callable[[type[Resource]], Client]]:
    """A function that opens a site of photos."""
    opened: list[Application] = []

    def site(resource: type[Resource]) -> Client:
        mapper = Mapper()
        mapper.resource("photo", "photos")
        mapper.connect("static", "/static/{path:.*}", controller="static", action="file")
        tools = {"sqlalchemy": {"url": f"sqlite:///{tmp_path}/photos.sqlite"}, "mako": {}}
        application = Application(
            mapper, [resource, Static], {"site": {"secret_key": "a secret of 16 letters"}, "tools": tools}
        )
        opened.append(application)
        engine = application.tool("sqlalchemy").engine
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.add(Photo(title="Sea", image=b"123"))
        return Client(application)

    yield site
    for application in opened:
        application.close()


def test_a_row_that_no_form_can_make_is_not_offered(album):
    """There is no "New", its address is not there, and posting is not allowed; each says why."""
    client = album(Photos)

    answers = [client.get("/photos/new"), client.post("/photos", data={"title": "Hill"})]

    assert "/photos/new" not in client.get("/photos").text
    assert [answer.status_code for answer in answers] == [404, 405]
    assert all("New photos cannot be made here" in answer.text for answer in answers)


def test_a_row_that_no_form_can_make_can_still_be_changed(album):
    """What it holds already stays."""
    client = album(Photos)

    page = client.submit(client.get("/photos/1/edit"), {"title": "Sea at night"}, follow=True)

    assert "Sea at night" in page.text
    assert "3 bytes" in page.text


def test_a_class_that_gives_the_value_itself_has_forms(album):
    """Whoever overrides `new_row` or `saving` knows what is needed."""
    client = album(Blank)

    page = client.submit(client.get("/photos/new"), {"title": "Hill"}, follow=True)

    assert (page.status_code, "Hill" in page.text) == (200, True)
