"""Whatever a browser or a program may send: an answer in words, never a 500, never the database's own words."""

import json
import random
import re
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

import shop as bookshop
from kirsch.testing import Client, assert_queries

NASTY = [
    "", " ", "0", "-1", "1", "2", "3", "999999999999999999999999", "9223372036854775808", "-9223372036854775809",
    "2147483648", "32768", "1e400",
    "1e9999999", "-1E9999999", "1e-9999999",
    "NaN", "Infinity", "-inf", "1.005", "0x10", "1_000", "٣", "true", "false", "null",
    "\0", "a\0b", "'", '"', "');--", "' OR '1'='1", "%", "_", "%%%", "\\", "/", "..", "../../etc/passwd", "~", "~~",
    "~2", "~ZZ", "~n", "~-", "~00", "1~~2", "hall~~1", "hall~~999999999999", "1~~hall~~1", "2026-02-30", "0000-00-00",
    "9999-12-31", "10000-01-01", "2026-01-31", "2026-01-31T25:00", "9999-12-31T23:59:59-14:00", "24:00", "12:00:61",
    "<script>alert(1)</script>", "=1+1", "x" * 300, "x" * 70000, "é" * 100, "😀", "\u202e", "a\r\nb", "blue", "new",
    "deep_blue", "in", "[" * 3000, '{"a":', '{"a": NaN}', '"\\u0000"', '"\\ud800"', "null", "[]", "{}",
    "00000000-0000-0000-0000-000000000005", "javascript:alert(1)", "http://", "http://x y", "a@b", "a@example.org",
    "Ada Lovelace", "Ada Lovelace (1)", "(1)", "(~n)", "title", "-title,author", ",,,", "--", "author.name", "id",
]  # fmt: skip
JSON = [None, True, False, 0, -1, 2**31, 2**63, 10**400, 1.5, 1e308, "\ud800", "\0", [], [1], ["x"], {}, {"_key": 1},
        {"_key": None}, [[]], [None], "text", "é", [{"_key": "blue"}]]  # fmt: skip
LISTS = ("authors", "categories", "tags", "books", "shelves", "places", "vouchers", "days")
PARAMETERS = [
    "q", "sort", "page", "per_page", "id", "name", "title", "author", "author.name", "category", "tags", "tags.name",
    "mood", "stock", "active", "rare", "price", "pages", "weight", "published", "reading_at", "opens", "parent", "room",
    "number", "width", "book", "shelf", "shelf.name", "position", "text", "version", "day", "note", "email",
]  # fmt: skip
FIELDS = [
    "title", "isbn", "author", "category", "pages", "price", "weight", "published", "reading_at", "opens", "mood",
    "stock", "active", "rare", "extra", "blurb", "tags", "name", "email", "website", "born", "parent", "note", "room",
    "number", "width", "book", "shelf", "position", "text", "_version", "_shown",
]  # fmt: skip
KEYS = [
    "1",
    "3",
    "blue",
    "~-",
    "a~2Fb~2Ec",
    "~6Eew",
    "hall~~1",
    "1~~hall~~1",
    "2026-01-31",
    "00000000-0000-0000-0000-000000000005",
]
DATABASE_WORDS = re.compile(
    r"SELECT |INSERT INTO|UPDATE |DELETE FROM|constraint|sqlalche|sqlite3|psycopg|pymysql|IntegrityError|UNIQUE"
    r"|Traceback"
)


@pytest.fixture
def chance(seed: int) -> random.Random:
    return random.Random(seed)


def check(answer, what) -> None:
    assert answer.status_code < 500, (what, answer.text[-500:])
    body = re.sub(r"&#39;|' OR '1'='1", "", answer.text)
    assert not DATABASE_WORDS.search(body), (what, DATABASE_WORDS.search(body), answer.text[:2000])


@pytest.mark.slow
def test_no_list_url_is_an_error_of_ours(any_client: Client, chance: random.Random):
    """Random parameters of every list, as page, JSON and CSV: 200 or 400, never the database's words."""
    for _ in range(250):
        name = chance.choice(LISTS)
        pairs = [(chance.choice(PARAMETERS), chance.choice(NASTY)) for _ in range(chance.randint(1, 4))]
        path = f"/{name}{chance.choice(['', '', '.json', '.csv'])}?{urlencode(pairs)}"

        answer = any_client.get(path)

        check(answer, path)
        assert answer.status_code in {200, 400}, (path, answer.text)


@pytest.mark.slow
def test_no_key_is_an_error_of_ours(any_client: Client, chance: random.Random):
    """Random keys in every address of a row: 200, or 404."""
    for _ in range(150):
        name, action = chance.choice(LISTS), chance.choice(["", "/edit", "/delete", ".json"])
        key = chance.choice([*KEYS, *(re.sub(r"[/.\0?#%\r\n]", "", one)[:3000] for one in NASTY)]) or "x"

        answer = any_client.get(f"/{name}/{key}{action}")

        check(answer, (name, key, action))
        assert answer.status_code in {200, 404}, (name, key, action, answer.text)


@pytest.mark.slow
def test_no_form_is_an_error_of_ours(any_client: Client, chance: random.Random):
    """Random values in every field, as forms and as JSON, for new rows and old ones: stored, 404, 409, 412 or 422."""
    seen = set()
    for _ in range(400):
        name = chance.choice(LISTS)
        fields = chance.sample(FIELDS, chance.randint(1, len(FIELDS)))
        path = f"/{name}" if chance.random() < 0.5 else f"/{name}/{chance.choice(KEYS)}"
        start = {
            "title": f"t{chance.random()}",
            "name": f"n{chance.random()}",
            "author": "1",
            "text": "x",
            "width": "1",
        }
        if chance.random() < 0.5:
            data = start | {one: chance.choice(NASTY) for one in fields}
            answer = any_client.post(path, data)
        else:
            body = start | {one: chance.choice([*JSON, *NASTY]) for one in fields[:3]}
            body["width"] = 1
            if "/" in path[1:]:
                answer = any_client.request(chance.choice(["PUT", "PATCH"]), path, json.dumps(body), headers=TYPE)
            else:
                answer = any_client.post(path, json.dumps(body), headers=TYPE)
            data = body

        check(answer, (path, data))
        seen.add(answer.status_code)
        assert answer.status_code in {200, 201, 303, 400, 404, 405, 409, 412, 422}, (path, data, answer.text)
    assert {303, 404, 422} <= seen


TYPE = {"Content-Type": "application/json"}


@pytest.mark.parametrize("column", ["title", "pages", "price", "published", "tags", "extra", "mood"])
def test_each_nasty_value_of_a_book_is_answered(shop, client: Client, column: str):
    """Every nasty text in one field of an otherwise good form: stored, or a sentence beside the field."""
    for place, text in enumerate(NASTY):
        data = {"title": f"Good {place}", "author": "1", column: text}

        answer = client.post("/books", data)

        check(answer, data)
        assert answer.status_code in {303, 422}, (data, answer.text)
    for path in ("/books", "/books.json", "/books.csv"):
        check(client.get(path), path)


def test_a_lone_surrogate_in_json_is_a_field_error(client: Client):
    """Half a character cannot be stored anywhere; the answer says so."""
    answer = client.post("/books", '{"title": "\\ud800", "author": 1}', headers=TYPE)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"title": ["This holds half a character that cannot be stored."]}


def test_the_shop_is_whole_after_all(shop, client: Client):
    """A request that fails leaves nothing behind."""
    client.post("/books", {"title": "Half", "author": "1", "pages": "0", "tags": ["blue"]})

    with bookshop.rows(shop) as session:
        assert session.query(bookshop.Book).filter_by(title="Half").count() == 0


def test_a_number_beyond_all_decimals_is_not_understood_in_a_filter(any_client: Client):
    """Neither one with millions of digits before the point nor one with as many behind it is compared with anything."""
    for text in ("1e9999999", "-1e9999999", "1e-9999999", "0e9999999", "NaN", "Infinity"):
        answer = any_client.get("/books", data={"price": text})

        assert answer.status_code == 200
        assert "is not understood as Price in euro" in answer.text


def test_half_a_character_in_the_name_of_a_json_member_is_an_unknown_field(client: Client):
    """It comes back as it came: no UTF-8 can hold it, but JSON can write it."""
    answer = client.post("/books", '{"title": "x", "author": 1, "\\ud800": 1}', headers=TYPE)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["\ud800"]


@pytest.mark.parametrize("form", [True, False])
def test_a_list_of_far_too_many_keys_is_refused_before_anything_is_looked_up(client: Client, form: bool):
    """More than ten thousand keys in one field is one sentence; the database is not asked for them."""
    keys = [f"tag{number}" for number in range(10_001)]
    data = {"title": "Long", "author": "1", "tags": "\n".join(keys) if form else keys}

    with assert_queries(client.application.tool("sqlalchemy").engine, at_most=5):
        answer = client.post("/books", data) if form else client.post("/books", json=data)

    assert answer.status_code == 422
    assert "Choose at most 10,000." in answer.text


def test_only_some_of_many_wrong_keys_are_named(client: Client):
    """The answer does not grow with what was sent."""
    answer = client.post("/books", json={"title": "Long", "author": 1, "tags": [f"tag{n}" for n in range(500)]})

    assert answer.status_code == 422
    assert len(answer.json["errors"]["tags"]) == 21
    assert answer.json["errors"]["tags"][-1] == "And 480 more."


def test_the_key_of_a_row_that_is_gone_is_not_taken_for_a_part_of_a_name(shop, client: Client):
    """Whoever chose a row that has been deleted since is told so; another row with the key in its name is not taken."""
    with bookshop.rows(shop) as session:
        session.add(bookshop.Author(name="Fahrenheit 451"))

    gone = client.post("/books", {"title": "Lost", "author": "451"})
    named = client.post("/books", {"title": "Found", "author": "fahrenheit 451"})

    assert gone.status_code == 422
    assert "“451” is no whole name; write one of: Fahrenheit 451" in gone.text
    assert named.status_code == 303


def test_a_json_object_full_of_strangers_is_refused_as_a_whole(client: Client):
    """Many unknown names are one sentence, soon."""
    answer = client.post("/books", json={"title": "x", "author": 1} | {f"a{number}": 1 for number in range(5000)})

    assert answer.status_code == 400
    assert "5,000 members of this object are no fields." in answer.text


def test_a_row_that_a_trigger_swallows_is_not_called_saved(postgres_url):
    """The database took the statement and kept nothing: the form says that it does not accept the values."""
    application = bookshop.site(postgres_url)
    with bookshop.rows(application) as session:
        swallow = "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
        session.execute(sa.text(swallow))
        session.execute(
            sa.text("CREATE TRIGGER swallow BEFORE INSERT ON author FOR EACH ROW EXECUTE FUNCTION swallow()")
        )

    answer = Client(application).post("/authors", {"name": "Nobody"})

    application.close()
    assert answer.status_code == 422
    assert "The database does not accept these values." in answer.text
