"""Rows for programs: JSON and CSV."""

import csv
import io

import pytest

import shop as bookshop
from kirsch import Application
from kirsch.crud.formats import harmless
from kirsch.testing import Client


def test_a_program_creates_changes_and_deletes(any_shop: Application):
    """201 with Location and the row, 200 with the row, 204."""
    client = Client(any_shop, same_origin=False)

    made = client.post("/books", json={"title": "New", "author": 2, "price": 3, "tags": ["blue"], "extra": {"a": None}})
    changed = client.patch(made.location, json={"price": "4.25", "active": False, "category": {"_key": "1"}})
    gone = client.delete(made.location, headers={"Accept": "application/json"})

    assert (made.status_code, made.json["author"]["_label"]) == (201, "Bob O'Hara")
    assert made.json["tags"] == [{"_key": "blue", "_label": "blue", "_url": "/tags/blue"}]
    assert (made.json["price"], made.json["active"], made.json["extra"]) == ("3.00", True, {"a": None})
    assert (changed.status_code, changed.json["price"], changed.json["active"]) == (200, "4.25", False)
    assert changed.json["category"]["_label"] == "Prose"
    assert gone.status_code == 204


def test_what_is_read_can_be_sent_back(any_client: Client):
    """GET, then PUT of the same: nothing changes, nothing is refused."""
    read = any_client.get("/books/3.json").json

    answer = any_client.put("/books/3", json=read)

    assert answer.status_code == 200, answer.text
    assert answer.json == read


def test_a_put_without_a_value_empties_it(client: Client):
    """PUT replaces the row; PATCH changes what it names."""
    answer = client.put("/books/1", json={"title": "Bare", "author": "1", "stock": "in", "active": True})

    assert answer.status_code == 200, answer.text
    assert (answer.json["pages"], answer.json["price"], answer.json["mood"]) == (None, None, None)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"title": 5, "author": 1}, {"title": ["Send a text."]}),
        ({"title": "T", "author": True}, {"author": ["Send the key of a row."]}),
        ({"title": "T", "author": "Ada Lovelace"}, {"author": ["There is no author “Ada Lovelace” any more."]}),
        ({"title": "T", "author": 1, "pages": "x"}, {"pages": ["Write a whole number."]}),
        ({"title": "T", "author": 1, "pages": 10**30}, None),
        ({"title": "T", "author": 1, "active": "yes"}, {"active": ["Send true or false."]}),
        ({"title": "T", "author": 1, "tags": "blue"}, {"tags": ["Send a list of keys."]}),
        ({"title": "T", "author": 1, "titel": "x"}, {"titel": ["There is no such field. Did you mean 'title'?"]}),
        ({"author": 1}, {"title": ["Fill this in."]}),
        ({"title": "T", "author": 1, "id": 9}, None),
    ],
)
def test_a_program_hears_of_each_wrong_value(client: Client, body: dict, errors: dict | None):
    """422 problem details, the sentences by field."""
    answer = client.post("/books", json=body)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert errors is None or answer.json["errors"] == errors


def test_a_body_that_is_no_object_is_a_400(client: Client):
    """A list, a number, broken JSON."""
    headers = {"Content-Type": "application/json"}

    assert [client.post("/books", body, headers=headers).status_code for body in ("[]", "1", "{", "")] == [400] * 4


def test_the_list_comes_as_csv(shop: Application, client: Client):
    """All rows of the search in its order, whatever the page; labels at the head, references by name."""
    with bookshop.rows(shop) as session:
        session.add_all(bookshop.Book(title=f"Volume {n:03d}", author_id=1, pages=n) for n in range(1, 451))

    answer = client.get("/books.csv?q=volume&sort=-title&per_page=10&page=3")

    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="books.csv"'
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert [row["Title"] for row in rows] == [f"Volume {n:03d}" for n in range(450, 0, -1)]
    assert (rows[0]["Author"], rows[0]["Pages"]) == ("Ada Lovelace", "450")


def test_no_cell_is_a_formula(client: Client):
    """Texts that a spreadsheet would compute are kept texts; negative numbers stay numbers."""
    nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", ' =cmd|"/c calc"!A0', 'a "quoted", text\nof two lines']
    for name in nasty:
        client.post("/tags", json={"name": f"k{nasty.index(name)}", "note": name})

    answer = client.get("/tags.csv?sort=name")

    notes = {row["Name"]: row["Note"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))}
    assert not [note for note in notes.values() if note.strip()[:1] in {"=", "+", "-", "@"}]
    assert '"a ""quoted"", text' in answer.text
    assert client.get("/shelves.csv").text.splitlines()[1] == "a/b ~,-2,90"


def test_the_form_of_the_answer_follows_the_url_and_accept(client: Client):
    """The ending first, then Accept; caches are told."""
    by_accept = client.get("/books", headers={"Accept": "text/csv"})
    json = client.get("/books/1", headers={"Accept": "application/json"})

    assert (by_accept.content_type, json.content_type) == ("text/csv", "application/json")
    assert "Accept" in json.headers["Vary"]
    assert client.get("/books/1.csv").status_code == 406
    assert client.get("/books").content_type == "text/html"


def test_a_password_is_never_shown(tmp_path):
    """A column that the model calls a password is in no page, list or export, and kept when left blank."""
    import sqlalchemy as sa
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    from kirsch import Mapper
    from kirsch.crud import Resource

    class Base(DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(sa.String(20))
        secret: Mapped[str] = mapped_column(sa.String(20), info={"kind": "password"})

    class Users(Resource):
        model = User

    mapper = Mapper()
    mapper.resource("user", "users")
    application = Application(mapper, [Users], {"tools.sqlalchemy.url": f"sqlite:///{tmp_path}/u.sqlite"})
    Base.metadata.create_all(application.tool("sqlalchemy").engine)
    client = Client(application)

    made = client.post("/users", json={"name": "Ada", "secret": "hush"})
    client.post(made.location, {"name": "Ada L.", "secret": ""})

    seen = made.text + client.get("/users.json").text + client.get("/users.csv").text + client.get("/users/1.json").text
    assert "hush" not in seen
    with bookshop.rows(application) as session:
        assert session.scalar(sa.select(User.secret)) == "hush"
    application.close()


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-x", "@x", "\t=1", "\r1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1", "\uff1d1"],
)
def test_no_text_is_a_formula_however_it_begins(text: str):
    """Spreadsheets pass over spaces and marks without width, and take full-width signs for the plain ones."""
    assert harmless(text) == f"'{text}"
    assert harmless(f"x{text}") == f"x{text}"
