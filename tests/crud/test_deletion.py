"""Deleting rows: asked first, refused where others refer to them, with their names."""

import re

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

import shop as bookshop
from kirsch import Application
from kirsch.crud import Resource
from kirsch.testing import Client


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_row_that_nobody_needs_is_deleted_after_a_question(any_shop: Application):
    """A page that asks, then 303 to the list with a message; its tags and its places go with it."""
    client = Client(any_shop)
    client.patch("/books/1", json={"tags": ["blue"]})

    page = client.get("/books/1/delete")
    answer = client.submit(page, button="Delete")

    assert "1 place will be deleted with it." in plain(page.text)
    assert (answer.status_code, answer.location) == (303, "/books")
    assert "Book “Notes” has been deleted." in client.get("/books").text
    assert client.get("/books/1").status_code == 404
    assert client.get("/tags/blue").status_code == 200


def test_a_row_that_others_need_stays_and_they_are_named(any_shop: Application):
    """409 with counts and links, by form and by DELETE; asking shows the same."""
    client = Client(any_shop)
    with bookshop.rows(any_shop) as session:
        session.add_all(bookshop.Book(title=f"Volume {n:02d}", author_id=1) for n in range(1, 31))

    asked, posted = client.get("/authors/1/delete"), client.post("/authors/1/delete")
    deleted = client.delete("/authors/1.json")

    assert (asked.status_code, posted.status_code, deleted.status_code) == (200, 409, 409)
    assert posted.text.count('href="/books/') == 10
    assert 'href="/books?author=1"' in posted.text
    assert "31" in plain(posted.text)
    assert len(deleted.json["errors"]["Books"]) == 10
    assert client.get("/authors/1").status_code == 200


def test_a_tag_in_use_names_the_books(any_client: Client):
    """A link of a many-to-many relation that only the other side knows keeps a row as well."""
    answer = any_client.post("/tags/blue/delete")

    assert answer.status_code == 409
    assert "Germinal_x" in answer.text


def test_a_composite_key_is_protected_too(any_client: Client):
    """A shelf with books on it."""
    answer = any_client.post("/shelves/hall~~1/delete")

    assert answer.status_code == 409
    assert 'href="/places/1~~hall~~1"' in answer.text


def test_a_reference_that_may_be_empty_is_emptied_where_the_database_does_so(any_client: Client):
    """`ondelete="SET NULL"`: the question says what will happen, and it happens."""
    page = any_client.get("/categories/2/delete")
    answer = any_client.submit(page, button="Delete")

    assert "1 book will be kept without it." in plain(page.text)
    assert answer.status_code == 303
    assert any_client.get("/books/1.json").json["category"] is None


def test_a_parent_is_kept_by_its_children(any_client: Client):
    """A reference to rows of the same kind."""
    answer = any_client.post("/categories/1/delete")

    assert answer.status_code == 409
    assert 'href="/categories/2"' in answer.text


def test_a_reference_made_in_the_very_moment_is_refused_in_words(any_shop: Application):
    """What the check did not see, the database does."""
    client = Client(any_shop)
    with bookshop.rows(any_shop) as session:
        session.add(bookshop.Author(id=60, name="Brief"))

    @event.listens_for(bookshop.Author, "before_delete")
    def faster(mapper, connection, target) -> None:
        values = {"title": "Late", "author_id": 60, "stock": "in", "active": True}
        connection.execute(sa.insert(bookshop.Book.__table__).values(**values))

    try:
        answer = client.post("/authors/60/delete")
    finally:
        event.remove(bookshop.Author, "before_delete", faster)

    assert answer.status_code == 409
    assert "Something still refers to Brief." in plain(answer.text)
    assert "constraint" not in answer.text.lower()
    assert client.get("/authors/60").status_code == 200


def test_what_is_gone_cannot_be_deleted_again(client: Client):
    """404 the second time; 204 without a body the first, for a program."""
    first, second = client.delete("/books/2.json"), client.delete("/books/2.json")

    assert (first.status_code, first.body, second.status_code) == (204, b"", 404)


FIVE = "00000000-0000-0000-0000-000000000005"
TRIGGERS = {
    "sqlite": ["CREATE TRIGGER kept BEFORE DELETE ON voucher BEGIN SELECT RAISE(ABORT, 'SELECT it not'); END"],
    "postgresql": [
        "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'SELECT it not'; END $$",
        "CREATE TRIGGER kept BEFORE DELETE ON voucher FOR EACH ROW EXECUTE FUNCTION kept()",
    ],
    "mysql": [
        "CREATE TRIGGER kept BEFORE DELETE ON voucher FOR EACH ROW "
        "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'SELECT it not'"
    ],
}


def test_a_row_that_a_trigger_keeps_stays_and_says_so(any_shop: Application):
    """A rule of the database's own is a 409 in our words."""
    engine = any_shop.tool("sqlalchemy").engine
    with engine.begin() as connection:
        for statement in TRIGGERS[engine.dialect.name.replace("mariadb", "mysql")]:
            connection.execute(sa.text(statement))
    client = Client(any_shop)

    posted, deleted = client.post(f"/vouchers/{FIVE}/delete"), client.delete(f"/vouchers/{FIVE}.json")

    assert (posted.status_code, deleted.status_code) == (409, 409)
    assert "The database does not let" in posted.text
    assert "SELECT" not in posted.text + deleted.text
    assert client.get(f"/vouchers/{FIVE}").status_code == 200


def test_a_row_may_refer_to_itself_and_be_deleted(any_shop: Application):
    """Chosen in its own form, saved again, and deleted without being in its own way."""
    client = Client(any_shop)
    with bookshop.rows(any_shop) as session:
        session.add(bookshop.Category(id=9, title="Everything"))

    chosen = client.submit(client.get("/categories/9/edit"), {"parent": "9"})
    shown = client.get("/categories/9.json").json["parent"]["_label"]
    saved = client.submit(client.get("/categories/9/edit"), {"title": "All there is"})
    deleted = client.submit(client.get("/categories/9/delete"), button="Delete")

    assert (chosen.status_code, shown, saved.status_code) == (303, "Everything", 303)
    assert (deleted.status_code, client.get("/categories/9").status_code) == (303, 404)


def test_a_root_that_must_refer_to_itself_is_deleted_when_it_has_no_children(tmp_path):
    """A tree whose both ends are related, and whose root holds its own key."""

    class Base(DeclarativeBase):
        pass

    class Node(Base):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(sa.ForeignKey("node.id"))
        parent: Mapped["Node"] = relationship(remote_side=[id], back_populates="children")
        children: Mapped[list["Node"]] = relationship(back_populates="parent")

    class Nodes(Resource):
        model = Node

    application = bookshop.site(f"sqlite:///{tmp_path}/tree.sqlite", Nodes)
    engine = application.tool("sqlalchemy").engine
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(Node.__table__), [{"id": 1, "parent_id": 1}, {"id": 2, "parent_id": 1}])
    client = Client(application)

    kept, leaf, root = [client.delete(f"/nodes/{key}.json").status_code for key in (1, 2, 1)]

    assert (kept, leaf, root) == (409, 204, 204)
    application.close()
