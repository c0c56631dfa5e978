"""The list of a resource: what it finds, in which order, in how many questions to the database."""

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

import shop as bookshop
from kirsch import Application, Mapper
from kirsch.crud import Resource
from kirsch.crud.finding import among
from kirsch.testing import Answer, Client, assert_queries


def labels(answer: Answer) -> list[str]:
    """The rows of a JSON list, by their names."""
    assert answer.status_code == 200, answer.text
    return [item["_label"] for item in answer.json["items"]]


@pytest.fixture
def many(any_shop: Application) -> Client:
    """A bookshop with 120 books more, each with two tags."""
    with bookshop.rows(any_shop) as session:
        tags = [session.get(bookshop.Tag, "blue"), session.get(bookshop.Tag, "new")]
        session.add_all(
            bookshop.Book(title=f"Volume {n:03d}", author_id=1 + n % 3, pages=n, price=Decimal(n), tags=list(tags))
            for n in range(1, 121)
        )
    return Client(any_shop)


def test_a_hundred_rows_take_four_queries_at_most(many: Client):
    """With references, tags and four filters with choices; the beginning of the transaction is counted too."""
    engine = many.application.tool("sqlalchemy").engine

    with assert_queries(engine, at_most=4):
        answer = many.get("/books?per_page=100")

    assert answer.text.count("/edit") == 100
    assert len(answer.body) < 120_000


def test_a_json_list_of_a_hundred_rows_takes_four_queries_at_most(many: Client):
    """Every value of every row, its references and its tags."""
    with assert_queries(many.application.tool("sqlalchemy").engine, at_most=4):
        answer = many.get("/books.json?per_page=100&sort=-author,title")

    first = answer.json["items"][0]
    assert first["author"] == {"_key": "3", "_label": "Émile Zola", "_url": "/authors/3"}
    assert {one["_label"] for one in answer.json["items"][1]["tags"]} == {"blue", "new"}


def test_pages_follow_each_other_and_end(many: Client):
    """Each row is on exactly one page; a page beyond the last is the last."""
    seen: list[str] = []
    url: str | None = "/books.json?per_page=50"
    while url:
        answer = many.get(url)
        seen += labels(answer)
        url = answer.json["next"]

    assert len(seen) == len(set(seen)) == 123
    assert many.get("/books.json?per_page=50&page=999999999999999").json["page"] == 3


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("notes", ["Notes"]),
        ("NOTES", ["Notes"]),
        ("100%", ["100% sure"]),
        ("l_x", ["Germinal_x"]),
        ("_", ["Germinal_x"]),
        ("sure 100", ["100% sure"]),
        ("66", ["Notes"]),
        ("978-1", ["100% sure"]),
        ("nothing", []),
        ("66666666666666666666", []),
    ],
)
def test_the_search_finds_what_people_mean(client: Client, search: str, found: list[str]):
    """Any case, all words, wildcards as themselves, whole numbers in number columns."""
    assert labels(client.get("/books.json", data={"q": search})) == found


def test_the_search_folds_letters_that_are_not_ascii(any_client: Client):
    """É is é, on every database."""
    assert labels(any_client.get("/authors.json", data={"q": "émile"})) == ["Émile Zola"]


FILTERS = {
    "author=1": {"Notes"},
    "author=2&author=3": {"Germinal_x"},
    "category=null": {"100% sure", "Germinal_x"},
    "category=2": {"Notes"},
    "tags=blue": {"Germinal_x"},
    "tags=null": {"Notes", "100% sure"},
    "active=false": {"100% sure"},
    "rare=null": {"Notes", "100% sure", "Germinal_x"},
    "mood=deep_blue": {"Notes"},
    "mood=null": {"100% sure", "Germinal_x"},
    "stock=in": {"Notes", "100% sure", "Germinal_x"},
    "price=12.5": {"Notes"},
    "published=2020-02-29": {"100% sure"},
    "author.name=lovelace": {"Notes"},
    "tags.name=BLU": {"Germinal_x"},
    "author=1&active=false": set(),
}


def test_filters_narrow_the_list(any_client: Client):
    """References by key or name, choices, yes and no, values, and those without one; on every database."""
    found = {query: set(labels(any_client.get(f"/books.json?{query}"))) for query in FILTERS}

    assert found == FILTERS


def test_a_composite_key_narrows_a_list(any_client: Client):
    """`shelf=hall~~1` are the places on that shelf."""
    assert labels(any_client.get("/places.json?shelf=hall~~1")) == ["Notes / hall"]
    assert labels(any_client.get("/places.json?shelf=hall~~2")) == []


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("title", ["100% sure", "Germinal_x", "Notes"]),
        ("-title", ["Notes", "Germinal_x", "100% sure"]),
        ("author", ["Notes", "100% sure", "Germinal_x"]),
        ("-author,title", ["Germinal_x", "100% sure", "Notes"]),
        ("active,-title", ["100% sure", "Notes", "Germinal_x"]),
    ],
)
def test_the_list_is_sorted_by_values_and_by_the_names_of_references(client: Client, sort: str, found: list[str]):
    """A minus turns the order round; later names decide where earlier ones do not."""
    assert labels(client.get(f"/books.json?sort={sort}")) == found


def test_a_program_hears_what_of_its_url_is_wrong(client: Client):
    """400 with every mistake named; nothing is silently left out."""
    answer = client.get("/books.json?author=x&pages=many&colour=red&sort=size&page=none")

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    for words in ("'x'", "'many'", "'colour'", "'size'", "'none'"):
        assert words in answer.json["detail"]


def test_a_person_sees_the_list_and_what_was_not_understood(client: Client):
    """200, all rows, one sentence for each mistake; unknown names, such as those of trackers, are nobody's business."""
    answer = client.get("/books?author=x&utm_source=mail")

    assert answer.status_code == 200
    assert "is not understood as Author" in answer.text
    assert "utm_source" not in answer.text


def test_the_url_holds_the_whole_state(client: Client):
    """Sorting keeps search and filter; the search form keeps the order; the export keeps all."""
    text = client.get("/books?q=s&author=2&sort=-title&per_page=10").text

    assert 'href="/books?q=s&amp;author=2&amp;sort=title&amp;per_page=10"' in text
    assert re.search(r'<input type="hidden" name="sort" value="-title"', text)
    assert 'href="/books.csv?q=s&amp;author=2&amp;sort=-title"' in text


def test_a_reference_to_many_rows_is_filtered_by_name(shop: Application):
    """Beyond 200 rows the filter is a text; a key in the URL still shows its row by name."""
    with bookshop.rows(shop) as session:
        session.add_all(bookshop.Author(id=n, name=f"Author {n}") for n in range(10, 250))

    plain, chosen = Client(shop).get("/books"), Client(shop).get("/books?author=1")

    assert 'name="author.name"' in plain.text
    assert '<option value="1" selected>Ada Lovelace</option>' in re.sub(r"\s+", " ", chosen.text)


def test_a_list_may_only_show_what_its_query_gives(tmp_path):
    """`query` decides in lists, pages, choices and exports alike."""

    class Books(Resource):
        model = bookshop.Book

        def query(self) -> sa.Select:
            return sa.select(bookshop.Book).where(bookshop.Book.active)

    application = bookshop.site(f"sqlite:///{tmp_path}/x.sqlite", Books)
    bookshop.fill(application)
    client = Client(application)

    assert labels(client.get("/books.json")) == ["Germinal_x", "Notes"]
    assert "sure" not in client.get("/books.csv").text
    assert "sure" not in client.get("/places/new").text
    assert [client.get(f"/books/2{end}").status_code for end in ("", "/edit", "/delete", ".json")] == [404] * 4
    assert client.post("/books/2", {"title": "mine"}).status_code == 404
    application.close()


def test_six_references_and_three_collections_still_take_four_queries(tmp_path):
    """Whatever the columns."""

    class Base(DeclarativeBase):
        pass

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(sa.String(20))

    def link(name: str) -> sa.Table:
        keys = [sa.Column(f"{one}_id", sa.ForeignKey(f"{one}.id"), primary_key=True) for one in ("knot", "thing")]
        return sa.Table(name, Base.metadata, *keys)

    columns = {f"r{n}_id": mapped_column(sa.ForeignKey("thing.id")) for n in range(6)}
    attributes = {"__tablename__": "knot", "id": mapped_column(sa.Integer, primary_key=True), **columns}
    attributes |= {f"r{n}": relationship(Thing, foreign_keys=[columns[f"r{n}_id"]]) for n in range(6)}
    attributes |= {f"m{n}": relationship(Thing, secondary=link(f"link{n}")) for n in range(3)}
    knot = type("Knot", (Base,), attributes)
    names = [f"r{n}" for n in range(6)] + [f"m{n}" for n in range(3)]
    knots = type("Knots", (Resource,), {"model": knot, "columns": names})
    mapper = Mapper()
    mapper.resource("knot", "knots")
    application = Application(mapper, [knots], {"tools.sqlalchemy.url": f"sqlite:///{tmp_path}/k.sqlite"})
    engine = application.tool("sqlalchemy").engine
    Base.metadata.create_all(engine)
    with bookshop.rows(application) as session:
        things = [Thing(id=n, name=f"t{n}") for n in range(1, 6)]
        session.add_all(things)
        session.add_all(knot(id=n, r0=things[0], r5=things[1], m0=things[:2], m2=things) for n in range(1, 101))

    with assert_queries(engine, at_most=4):
        answer = Client(application).get("/knots.json?per_page=100")

    assert [len(answer.json["items"][0][f"m{n}"]) for n in range(3)] == [2, 0, 5]
    application.close()


def test_rows_without_a_key_are_passed_over(shop: Application, client: Client):
    """SQLite lets a key be missing: no address can lead to such a row, the others are listed."""
    with shop.tool("sqlalchemy").engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE day"))
        connection.execute(sa.text("CREATE TABLE day (day DATE PRIMARY KEY, note TEXT)"))
        connection.execute(sa.text("INSERT INTO day VALUES (NULL, 'lost'), ('2026-02-01', 'kept')"))

    for ending in ("", ".json", ".csv"):
        answer = client.get(f"/days{ending}")

        assert answer.status_code == 200
        assert "kept" in answer.text
        assert "lost" not in answer.text


def test_thousands_of_rows_with_composite_keys_are_found_at_once(any_shop: Application):
    """One condition holds them all, whatever a database takes of chained ones."""
    with bookshop.rows(any_shop) as session:
        session.add_all(bookshop.Shelf(room="long", number=number, width=90) for number in range(1, 1501))
        columns = [bookshop.Shelf.room, bookshop.Shelf.number]
        asking = sa.select(sa.func.count()).select_from(bookshop.Shelf)

        some = session.scalar(asking.where(among(columns, [("long", number) for number in range(1, 1501)])))
        none = session.scalar(asking.where(among(columns, [])))

    assert (some, none) == (1500, 0)
