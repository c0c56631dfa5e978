"""What rows are called; those of an association by the rows that they link."""

import re
import sqlite3
from contextlib import closing

import shop as bookshop
from kirsch import Application
from kirsch.testing import Client, assert_queries

PLACE = "Notes / hall"


def heading(html: str) -> str:
    """The first heading of a page, as text."""
    return re.sub(r"<[^>]+>", "", re.findall(r"<h1>(.*?)</h1>", html, re.DOTALL)[0]).strip()


def test_an_association_is_called_by_what_it_links(any_client: Client):
    """On its page, in its forms and as JSON; its address keeps the key."""
    address = "/places/1~~hall~~1"

    headings = [heading(any_client.get(address + page).text) for page in ("", "/edit", "/delete")]

    assert headings == [PLACE, f"Edit {PLACE}", f"Delete {PLACE}?"]
    assert any_client.get("/places.json").json["items"][0]["_label"] == PLACE
    assert any_client.get(f"{address}.json").json["_label"] == PLACE


def test_a_new_association_is_announced_by_what_it_links(any_client: Client):
    """The page after it was stored says so."""
    form = any_client.get("/places/new")

    page = any_client.submit(form, {"book": "2", "shelf": "hall~~1", "position": "3"}, follow=True)

    assert "Place “100% sure / hall” has been created." in page.text


def test_others_name_an_association_by_what_it_links(any_client: Client):
    """What belongs to a row, and what keeps it from being deleted."""
    links = f'<a href="/places/1~~hall~~1">{PLACE}</a>'

    assert links in any_client.get("/books/1").text
    assert links in any_client.get("/shelves/hall~~1/delete").text


def test_names_of_associations_take_no_more_queries(any_shop: Application):
    """A list of a hundred of them takes four at most, as any list does."""
    with bookshop.rows(any_shop) as session:
        session.add_all(bookshop.Shelf(room="attic", number=n, width=n) for n in range(100))
        session.flush()
        session.add_all(
            bookshop.Place(book_id=1 + n % 3, shelf_room="attic", shelf_number=n, position=n) for n in range(100)
        )
    client = Client(any_shop)

    with assert_queries(any_shop.tool("sqlalchemy").engine, at_most=4):
        answer = client.get("/places.json?per_page=100")

    assert len(answer.json["items"]) == 100
    assert {item["_label"] for item in answer.json["items"]} >= {"100% sure / attic", "Germinal_x / attic"}


def test_an_association_is_found_by_what_it_links(any_client: Client):
    """Words may come from either side."""
    found = [any_client.get(f"/places.json?q={words}").json["total"] for words in ("notes hall", "nowhere")]

    assert found == [1, 0]


def test_a_resource_may_name_an_association_itself(tmp_path):
    """What the class says comes first."""

    class Places(bookshop.Places):
        model = bookshop.Place
        naming = ("position",)

    shop = bookshop.site(f"sqlite:///{tmp_path}/shop.sqlite", Places)
    bookshop.fill(shop)

    assert heading(Client(shop).get("/places/1~~hall~~1").text) == "1"
    shop.close()


def test_an_association_whose_row_is_gone_is_called_by_its_key(tmp_path):
    """A database that does not mind keeps such rows; they still have a page."""
    shop = bookshop.site(f"sqlite:///{tmp_path}/shop.sqlite")
    bookshop.fill(shop)
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as connection, connection:
        connection.execute("DELETE FROM book WHERE id = 1")

    assert heading(Client(shop).get("/places/1~~hall~~1").text) == "Book 1 / hall"
    shop.close()
