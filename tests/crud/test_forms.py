"""The forms of a resource: what is stored, and the sentences about what cannot be."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import event

import shop as bookshop
from kirsch import Application
from kirsch.testing import Client


def test_each_wrong_value_has_a_sentence_beside_it(client: Client):
    """422, what was written is still there, and nothing is stored."""
    answer = client.post("/books", {
        "title": "", "author": "77", "pages": "12 or so", "price": "1.234", "weight": "NaN", "published": "2026-02-30",
        "reading_at": "tomorrow", "opens": "25:00", "mood": "dark", "stock": "in", "extra": "{", "isbn": "x" * 21,
        "tags": ["blue", "nowhere"],
    })  # fmt: skip

    words = bookshop.errors(answer)
    for sentence in (
        "Fill this in.", "There is no author “77”.", "Write a whole number.", "at most 2 digits after the point",
        "Write a number, for example 12.5.", "Write a date as", "Write a date and time", "Write a time as",
        "Choose one of the values offered.", "Write JSON", "Write at most 20 characters.", "“nowhere”",
    ):  # fmt: skip
        assert sentence in words, sentence
    assert 'value="12 or so"' in answer.text


def test_mail_and_web_addresses_are_checked(client: Client):
    """An address that a page could not link to is refused."""
    words = bookshop.errors(client.post("/authors", {"name": "N", "email": "me", "website": "javascript:alert(1)"}))

    assert "Write an email address" in words
    assert "begins with http://" in words


def test_an_author_is_typed_where_there_are_many(shop: Application, client: Client):
    """Beyond 200 rows the field is a text with suggestions; a name, or a name with its key, finds the row."""
    with bookshop.rows(shop) as session:
        session.add_all(bookshop.Author(id=n, name=f"Author {n:03d}") for n in range(10, 250))

    form = client.get("/books/new")
    by_name = client.post("/books", {"title": "One", "author": "ada love"})
    by_key = client.post("/books", {"title": "Two", "author": "Author 123 (123)"})
    several = client.post("/books", {"title": "Three", "author": "Author 12"})

    assert 'list="field-author-options"' in form.text
    assert (by_name.status_code, by_key.status_code) == (303, 303)
    assert (bookshop.book(shop, title="One").author_id, bookshop.book(shop, title="Two").author_id) == (1, 123)
    assert "fits several; write one of: Author 012 (12)" in bookshop.errors(several)
    edited = client.get("/books/1/edit")
    assert 'value="Ada Lovelace (1)"' in edited.text


def test_many_tags_are_typed_one_a_line(shop: Application, client: Client):
    """Beyond 200 rows a list of names takes the place of the boxes."""
    with bookshop.rows(shop) as session:
        session.add_all(bookshop.Tag(name=f"tag {n}") for n in range(210))

    form = client.get("/books/3/edit")
    client.submit(form, {"tags": "blue (blue)\ntag 7\r\n"})

    assert "blue (blue)" in form.text
    assert [tag.name for tag in bookshop.book(shop, id=3).tags] == ["blue", "tag 7"]


def test_an_edit_changes_what_was_sent_and_nothing_else(any_shop: Application, any_client: Client):
    """A form that is sent back as it came changes nothing; an unticked box does."""
    page = any_client.get("/books/1/edit")

    answer = any_client.submit(page, {"active": False, "title": "Other notes", "tags": ["blue"]})

    assert answer.status_code == 303
    changed = bookshop.book(any_shop, id=1)
    assert (changed.title, changed.active, changed.price, changed.pages) == ("Other notes", False, Decimal("12.50"), 66)
    assert (changed.mood, changed.category_id) == (bookshop.Mood.deep_blue, 2)
    assert [tag.name for tag in changed.tags] == ["blue"]


def test_what_a_form_does_not_mention_stays(shop: Application, client: Client):
    """A form made by hand with one field changes that field."""
    client.post("/books/3", {"title": "Germinal"})

    kept = bookshop.book(shop, id=3)
    assert (kept.title, kept.active, kept.extra, [tag.name for tag in kept.tags]) == (
        "Germinal", True, {"a": [1]}, ["blue"],
    )  # fmt: skip


def test_a_required_value_cannot_be_emptied(client: Client):
    """Neither a text nor a reference."""
    words = bookshop.errors(client.post("/books/1", {"title": " ", "author": ""}))

    assert "Fill this in." in words
    assert "Choose one." in words


def test_a_duplicate_is_an_error_of_its_field(any_client: Client):
    """A unique value, a pair, a key: a sentence beside the fields it is about. One is no duplicate of oneself."""
    single = bookshop.errors(any_client.post("/books", {"title": "Fresh", "author": "1", "isbn": "978-1"}))
    pair = bookshop.errors(any_client.post("/books/2", {"title": "Notes", "author": "1"}))
    key = bookshop.errors(any_client.post("/tags", {"name": "blue"}))
    same = any_client.post("/books/2", {"title": "100% sure", "isbn": "978-1"})

    assert "There is already a book with this isbn." in single
    assert pair.count("There is already a book with this author and title.") >= 2
    assert "There is already a tag with this name." in key
    assert same.status_code == 303


@pytest.mark.parametrize(("column", "sentence"), [
    ("isbn", "There is already a book with this isbn."),
    ("title", "There is already a book with this author and title."),
])  # fmt: skip
def test_a_duplicate_that_comes_between_check_and_write_is_a_field_error_too(
    any_shop: Application, any_client: Client, column: str, sentence: str
):
    """Somebody else stores the same in the very moment."""
    values = {"title": "Race", "isbn": "R-1"} | ({"title": "Other"} if column == "isbn" else {"isbn": "other"})

    @event.listens_for(bookshop.Book, "before_insert")
    def faster(mapper, connection, target) -> None:
        connection.execute(sa.insert(bookshop.Book.__table__).values(author_id=1, stock="in", active=True, **values))

    try:
        words = bookshop.errors(any_client.post("/books", {"title": "Race", "author": "1", "isbn": "R-1"}))
    finally:
        event.remove(bookshop.Book, "before_insert", faster)

    assert sentence in words
    assert bookshop.book(any_shop, title="Race") is None


def test_a_rule_of_the_table_is_an_error_of_its_field(any_client: Client):
    """A check constraint: the sentence stands beside the column that the rule mentions."""
    words = bookshop.errors(any_client.post("/books", {"title": "Thin", "author": "1", "pages": "0"}))

    assert "Pages : This value is not allowed here." in words


def test_an_author_who_vanishes_in_the_moment_is_an_error_of_the_field(any_shop: Application, any_client: Client):
    """A foreign key that breaks at the write."""
    with bookshop.rows(any_shop) as session:
        session.add(bookshop.Author(id=50, name="Brief"))

    @event.listens_for(bookshop.Book, "before_insert")
    def gone(mapper, connection, target) -> None:
        connection.execute(sa.delete(bookshop.Author.__table__).where(bookshop.Author.id == 50))

    try:
        words = bookshop.errors(any_client.post("/books", {"title": "Lost", "author": "50"}))
    finally:
        event.remove(bookshop.Book, "before_insert", gone)

    assert "does not exist any more" in words
