"""A resource through the door: every page answers, what is sent is stored, what cannot be is said in words."""

import re
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import shop as bookshop
from kirsch import Application, Mapper
from kirsch.crud import Resource
from kirsch.crud.static import Static
from kirsch.errors import ConfigError, UsageError
from kirsch.testing import Client, assert_queries

PATHS = [
    "/authors", "/authors/1", "/authors/new", "/authors/1/edit", "/authors/1/delete", "/authors.json",
    "/authors/1.json", "/authors.csv", "/categories", "/categories/2", "/categories/2/edit", "/tags", "/tags/~6Eew",
    "/tags/~-", "/tags/a~2Fb~2Ec", "/tags/blue/edit", "/tags/blue/delete", "/books", "/books/1", "/books/new",
    "/books/1/edit", "/books/3/delete", "/books.json", "/books/3.json", "/books.csv",
    "/books?author=1&tags=blue&mood=deep_blue&active=true&q=no", "/books?sort=-author,title&page=2&per_page=10",
    "/books?category=null&tags=null", "/books?author.name=ada&tags.name=x", "/shelves", "/shelves/hall~~1",
    "/shelves/a~2Fb~20~7E~~-2", "/shelves/hall~~1/delete", "/places", "/places/1~~hall~~1", "/places/1~~hall~~1/edit",
    "/places/new?book=1", "/places.json", "/vouchers", f"/vouchers/{UUID(int=5)}", f"/vouchers/{UUID(int=5)}/edit",
    "/days", "/days/2026-01-31", "/days.csv",
]  # fmt: skip


def test_every_page_answers(any_client: Client):
    """Lists, rows, forms, questions, exports, over each kind of database."""
    answers = {path: any_client.get(path).status_code for path in PATHS}

    assert answers == dict.fromkeys(PATHS, 200)


def test_a_book_is_created_with_all_it_holds(any_shop: Application, any_client: Client):
    """303 to the new row, a message, and every value stored as it was written."""
    filled = {
        "title": "  New one ", "isbn": "", "author": "2", "category": "1", "pages": "7", "price": "3.5",
        "weight": "1.25", "published": "2024-02-29", "reading_at": "2026-03-31T09:30", "opens": "08:15",
        "mood": "light", "stock": "out", "rare": "false", "extra": '{"a": [1, "é"]}', "blurb": "one\r\ntwo",
        "tags": ["blue", "~-"],
    }  # fmt: skip

    form = any_client.get("/books/new")
    answer = any_client.submit(form, filled)

    assert answer.status_code == 303, answer.text
    assert "Book “New one” has been created." in any_client.get(answer.location).text
    made = bookshop.book(any_shop, title="New one")
    assert made is not None
    assert (made.isbn, made.author_id, made.category_id, made.pages, made.price) == (None, 2, 1, 7, Decimal("3.50"))
    assert (made.published, made.reading_at) == (date(2024, 2, 29), datetime(2026, 3, 31, 9, 30))
    assert (made.mood, made.stock, made.active, made.rare) == (bookshop.Mood.light, "out", True, False)
    assert (made.extra, made.blurb, made.weight) == ({"a": [1, "é"]}, "one\ntwo", 1.25)
    assert [tag.name for tag in made.tags] == ["", "blue"]


def test_a_new_row_starts_with_what_its_link_says(client: Client):
    """The link "new book of this author" has the author chosen."""
    text = re.sub(r"\s+", " ", client.get("/books/new?author=2&title=Draft&active=x").text)

    assert '<option value="2" selected>' in text
    assert 'value="Draft"' in text


def test_keys_of_any_kind_are_addresses(any_client: Client):
    """Texts with slashes and dots, an empty text, reserved words, several columns, dates and UUIDs."""
    names = {path: any_client.get(path).text for path in ("/tags", "/shelves", "/days", "/vouchers")}

    for path in ("/tags/~6Eew", "/tags/a~2Fb~2Ec", "/tags/~-", "/shelves/a~2Fb~20~7E~~-2", "/days/2026-01-31"):
        assert f'href="{path}"' in names["/" + path.split("/")[1]], path
    made = any_client.post("/shelves", {"room": "ü/new.", "number": "3", "width": "1"})
    assert made.location == "/shelves/~C3~BC~2Fnew~2E~~3"
    assert any_client.get(made.location).status_code == 200


def test_a_key_is_asked_for_once(client: Client):
    """The key of a row that exists is no field of its form."""
    assert 'name="room"' in client.get("/shelves/new").text
    assert 'name="room"' not in client.get("/shelves/hall~~1/edit").text


def test_an_association_with_a_column_of_its_own_is_edited(any_shop: Application, any_client: Client):
    """Created by its two references, the composite one among them; then its own column changes."""
    made = any_client.post("/places", {"book": "2", "shelf": "a~2Fb~20~7E~~-2", "position": "4"})
    changed = any_client.post(made.location, {"position": "5"})
    again = any_client.post("/places", {"book": "2", "shelf": "a~2Fb~20~7E~~-2", "position": "6"})

    assert (made.status_code, changed.status_code, again.status_code) == (303, 303, 422)
    with bookshop.rows(any_shop) as session:
        place = session.get(bookshop.Place, (2, "a/b ~", -2))
        assert place is not None
        assert place.position == 5


def test_a_row_can_refer_to_one_of_its_own_kind(any_client: Client):
    """A category has a parent, and its page names its children."""
    made = any_client.post("/categories", {"title": "Poem", "parent": "2"})

    assert "Poem" in any_client.get("/categories/2").text
    assert 'href="/categories/2"' in any_client.get(made.location).text


def test_a_row_page_takes_four_queries_at_most(shop: Application, client: Client):
    """The row, its tags, who refers to it; and the beginning of the transaction."""
    with assert_queries(shop.tool("sqlalchemy").engine, at_most=4):
        assert client.get("/books/3").status_code == 200


def test_what_is_read_only_is_not_written(client: Client):
    """No buttons, no forms, no writing by any method."""
    assert "/days/new" not in client.get("/days").text
    assert "/edit" not in client.get("/days/2026-01-31").text
    assert [client.get(path).status_code for path in ("/days/new", "/days/2026-01-31/edit")] == [404, 404]
    answers = [client.post("/days", {}), client.post("/days/2026-01-31", {}), client.delete("/days/2026-01-31")]
    assert [answer.status_code for answer in answers] == [405] * 3


def test_the_model_may_refuse_in_its_own_words(tmp_path):
    """`saving` raises ValueError with a sentence for the form."""

    class Authors(Resource):
        model = bookshop.Author
        fields = ("name",)
        labels = {"name": "Full name"}  # noqa: RUF012

        def saving(self, row, creating) -> None:
            if row.name.isupper():
                raise ValueError("Names are not shouted.")

    application = bookshop.site(f"sqlite:///{tmp_path}/x.sqlite", Authors)
    client = Client(application)

    assert "Names are not shouted." in bookshop.errors(client.post("/authors", {"name": "ADA"}))
    page = client.get("/authors/new").text
    assert "Full name" in page
    assert 'name="email"' not in page
    assert client.post("/authors", {"name": "Ada"}).status_code == 303
    application.close()


def test_a_class_without_a_table_is_a_mistake_with_a_name():
    """Found when the resource is written, not when it is visited."""
    with pytest.raises(UsageError, match="is no mapped class"):

        class Things(Resource):
            model = dict


def test_names_that_the_model_does_not_know_are_listed():
    """The application does not start, and says of every attribute what it names wrongly, and what is near."""

    class Books(Resource):
        model = bookshop.Book
        columns = ("titel", "author_id")
        order = "-prise"

    class Forgotten(Resource):
        pass

    mapper = Mapper()
    mapper.resource("book", "books", controller=Books)
    mapper.resource("thing", "things", controller=Forgotten)

    with pytest.raises(ConfigError) as caught:
        Application(mapper)

    assert caught.value.mistakes == (
        "Books.columns: Book has no 'titel'. Did you mean 'title'?",
        "Books.order: Book has no 'prise'. Did you mean 'price'?",
        "Forgotten has no model. Set `model` to a class of your models.",
    )


def test_a_row_that_is_all_key_is_made_and_deleted_but_not_edited(tmp_path):
    """An association of two keys as a resource of its own offers no form that asks for nothing."""

    class Base(DeclarativeBase):
        pass

    class Seat(Base):
        __tablename__ = "seat"
        row: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
        number: Mapped[int] = mapped_column(primary_key=True)

    class Seats(Resource):
        model = Seat

    mapper = Mapper()
    mapper.resource("seat", "seats")
    mapper.connect("static", "/static/{path:.*}", controller="static", action="file")
    application = Application(
        mapper, [Seats, Static], {"tools": {"sqlalchemy": {"url": f"sqlite:///{tmp_path}/s"}, "mako": {}}}
    )
    Base.metadata.create_all(application.tool("sqlalchemy").engine)
    client = Client(application)

    made = client.post("/seats", {"row": "A", "number": "1"})

    assert made.location == "/seats/A~~1"
    assert "/edit" not in client.get("/seats").text + client.get("/seats/A~~1").text
    assert client.get("/seats/A~~1/edit").status_code == 404
    assert client.post("/seats/A~~1/delete").status_code == 303
    application.close()
