"""The tests that every resource passes; a site's own tests inherit them.

::

    class TestAlbums(ResourceTests):
        model = Album
        path = "/albums"
        values = staticmethod(album_values)

They take two fixtures: ``client``, a :class:`kirsch.testing.Client` of the site, and ``db``, a session on its database.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from kirsch.crud import keys
from kirsch.crud.inspection import Shape, shape_of

MOST_QUERIES = 4
MOST_BYTES = 60_000
SECRET = "a long secret"


class ViewTests:
    """What a list and the pages of its rows do, whether or not they can be changed."""

    model: ClassVar[Any]
    #: The address of the list.
    path: ClassVar[str]
    #: Values for a new row, different at every call; it may add other rows to the session.
    values: ClassVar[Callable[..., dict[str, Any]]]

    def make(self, db: Session, **changes: Any) -> Any:
        """A row in the database."""
        row = self.model(**self.values(db, **changes))
        db.add(row)
        db.commit()
        return row

    @property
    def shape(self) -> Shape:
        """What the pages know about the model."""
        return shape_of(self.model)

    def key(self, row: Any) -> str:
        """A row's part of its address."""
        return key_of(row)

    def address(self, row: Any, ending: str = "") -> str:
        """The address of a row's page."""
        return f"{self.path}/{self.key(row)}{ending}"

    def test_the_list_links_to_every_row(self, client: Any, db: Session) -> None:
        """Each row has a page of its own, one click from the list."""
        rows = [self.make(db) for _ in range(3)]

        answer = client.get(self.path)

        assert answer.status_code == 200
        assert [row for row in rows if f'"{self.address(row)}"' not in answer.text] == []

    def test_an_empty_list_is_a_page_too(self, client: Any) -> None:
        """Nothing there yet is no error."""
        assert client.get(self.path).status_code == 200

    def test_the_list_comes_as_json(self, client: Any, db: Session) -> None:
        """Programs get the same rows, with their keys."""
        rows = [self.make(db), self.make(db)]

        answer = client.get(f"{self.path}.json")

        assert answer.json["total"] == 2
        assert {item["_key"] for item in answer.json["items"]} == {self.key(row) for row in rows}

    def test_the_list_comes_as_csv(self, client: Any, db: Session) -> None:
        """Spreadsheets get a heading and a line for each row."""
        rows = [self.make(db), self.make(db)]

        answer = client.get(f"{self.path}.csv")

        lines = list(csv.reader(io.StringIO(answer.text)))
        assert len(lines) == 1 + len(rows)
        assert {len(line) for line in lines} == {len(lines[0])}

    def test_the_list_is_sorted_by_each_heading(self, client: Any, db: Session) -> None:
        """Every link of the headings works, and so does the way back."""
        rows = [self.make(db) for _ in range(3)]

        links = sorted(set(re.findall(r'href="([^"]*[?&;]sort=[^"]*)"', client.get(self.path).text)))
        answers = [client.get(link.replace("&amp;", "&")) for link in links]

        assert [answer.status_code for answer in answers] == [200] * len(links)
        assert all(f'"{self.address(row)}"' in answer.text for answer in answers for row in rows)

    def test_the_search_finds_a_row_by_its_name(self, client: Any, db: Session) -> None:
        """A row is found by the words it is called by, and nothing by nonsense."""
        row = self.make(db)
        words = [str(getattr(row, name)) for name in self.shape.naming]

        found = client.get(self.path, data={"q": " ".join(words)[:100]})
        nothing = client.get(f"{self.path}.json", data={"q": "no row is called zzqqxx"})

        assert (found.status_code, nothing.status_code) == (200, 200)
        assert nothing.json["total"] == 0 or not words

    def test_a_list_of_100_rows_asks_the_database_only_a_few_times(self, client: Any, db: Session) -> None:
        """The number of queries does not grow with the rows; a page of the usual length stays small."""
        self.make_many(db, 100)

        with counted(db) as statements:
            answer = client.get(self.path, data={"per_page": 100})

        assert answer.status_code == 200
        assert len(statements) <= MOST_QUERIES, "\n".join(statements)
        assert len(client.get(self.path).body) <= MOST_BYTES

    def test_a_row_has_a_page(self, client: Any, db: Session) -> None:
        """The page shows the row, and nothing twice."""
        row = self.make(db)

        answer = client.get(self.address(row))

        assert (answer.status_code, answer.content_type) == (200, "text/html")

    def test_a_row_comes_as_json(self, client: Any, db: Session) -> None:
        """Programs get the values by their names."""
        row = self.make(db)

        answer = client.get(self.address(row, ".json"))

        assert answer.json["_key"] == self.key(row)
        assert "_version" in answer.json

    def test_what_is_not_there_is_a_404(self, client: Any) -> None:
        """A wrong key is no error of ours: neither a number that nobody has nor nonsense."""
        wrong = ("987654321", "no~such~row", "%00")
        paths = [f"{self.path}/{key}{ending}" for key in wrong for ending in ("", ".json")]

        assert [client.get(path).status_code for path in paths] == [404] * len(paths)

    def make_many(self, db: Session, count: int) -> None:
        """Many rows that share what they refer to."""
        first = self.make(db)
        shared = {name: getattr(first, name) for name in self.shape.references if not self._unique(name)}
        for _ in range(count - 1):
            db.add(self.model(**{**self.values(db), **shared}))
        db.commit()

    def _unique(self, name: str) -> bool:
        """Whether a reference can lead to a row only once."""
        reference = self.shape.references[name]
        columns = {self.shape.mapper.get_property(local).columns[0].name for local in reference.local}
        table = self.shape.mapper.local_table
        kinds = (sa.UniqueConstraint, sa.PrimaryKeyConstraint)
        alone = [item.columns for item in getattr(table, "constraints", ()) if isinstance(item, kinds)]
        alone += [item.columns for item in getattr(table, "indexes", ()) if item.unique]
        return any(columns & {column.name for column in wanted} for wanted in alone)


class ResourceTests(ViewTests):
    """What a resource does whose rows can be created, changed and deleted."""

    #: Fields that a form insists on.
    required: ClassVar[Sequence[str]] = ()
    #: Fields whose value occurs only once.
    unique: ClassVar[Sequence[str]] = ()
    #: What must not be accepted, by field.
    wrong: ClassVar[Mapping[str, str]] = {}
    #: References to rows that cannot be deleted while a row refers to them.
    blocking: ClassVar[Sequence[str]] = ()

    def test_a_row_is_created_by_the_form(self, client: Any, db: Session) -> None:
        """The form, filled in and sent, leads to the page of the new row."""
        values = self.values(db)
        db.commit()

        answer = self.send(client, f"{self.path}/new", values)

        assert answer.status_code == 303, errors_in(answer)
        assert client.get(answer.location).status_code == 200
        assert self.count(db) == 1

    def test_a_row_is_created_by_json(self, client: Any, db: Session) -> None:
        """Programs send the values by their names and get the row with its address."""
        body = self.as_json(client, self.values(db))
        db.commit()

        answer = client.post(f"{self.path}.json", json=body)

        assert answer.status_code == 201, answer.text
        assert client.get(answer.headers["Location"]).status_code == 200

    def test_json_that_makes_no_sense_is_refused(self, client: Any, db: Session) -> None:
        """Unknown names, wrong types and broken JSON are the sender's mistakes."""
        strange = client.post(f"{self.path}.json", json={"no_such_field": {"a": [1]}})
        broken = client.post(f"{self.path}.json", b"{", headers={"Content-Type": "application/json"})

        assert (strange.status_code, broken.status_code) == (422, 400)
        assert self.count(db) == 0

    def test_nonsense_in_every_field_is_never_an_error_of_ours(self, client: Any, db: Session) -> None:
        """Markup, quotes and endless digits are stored as they are or refused with 422."""
        for nonsense in ("<script>alert(1)</script>", "' OR 1=1 --", "9" * 400, "\0", "-1e999", "{}[]"):
            form = form_of(client.get(f"{self.path}/new"))
            pairs = [(one.name, nonsense) for one in form.fields if one.kind != "hidden"]

            answer = client.post(self.path, pairs)

            assert answer.status_code in (303, 422)

    def test_a_form_of_another_site_is_refused(self, client: Any, db: Session) -> None:
        """Without the token of our own form nothing is created."""
        stranger = type(client)(client.application, same_origin=False)

        answer = stranger.post(self.path, {"anything": "at all"})

        assert answer.status_code == 403
        assert self.count(db) == 0

    def test_a_row_is_changed_by_the_form(self, client: Any, db: Session) -> None:
        """The form shows the row; sent with other values it changes them."""
        row, values = self.make(db), self.values(db)
        db.commit()

        answer = self.send(client, self.address(row, "/edit"), values)

        assert answer.status_code == 303, errors_in(answer)
        assert self.count(db) == 1

    def test_a_form_sent_as_it_is_changes_nothing(self, client: Any, db: Session) -> None:
        """Looking and saving does no harm."""
        row = self.make(db)
        before = client.get(self.address(row, ".json")).json

        answer = self.send(client, self.address(row, "/edit"), {})

        assert answer.status_code == 303, errors_in(answer)
        assert client.get(self.address(row, ".json")).json == before

    def test_whoever_saves_second_is_told(self, client: Any, db: Session) -> None:
        """Of two people who edit a row at once the second sees both versions with 409, and overwrites nothing."""
        row, mine, theirs = self.make(db), self.values(db), self.values(db)
        db.commit()
        page = client.get(self.address(row, "/edit"))
        before = client.get(self.address(row, ".json")).json
        assert self.send(client, self.address(row, "/edit"), theirs).status_code == 303
        saved = client.get(self.address(row, ".json")).json

        answer = self.submit(client, page, mine)

        after = client.get(self.address(row, ".json")).json
        assert after == saved
        assert answer.status_code == (409 if saved != before else 303)

    def test_a_row_is_deleted_after_a_question(self, client: Any, db: Session) -> None:
        """The delete page asks first; its button deletes."""
        row = self.make(db)
        address = self.address(row)

        question = client.get(f"{address}/delete")
        answer = self.submit(client, question, {})

        assert (question.status_code, answer.status_code) == (200, 303)
        assert client.get(address).status_code == 404

    def test_what_is_required_is_asked_for(self, client: Any, db: Session) -> None:
        """Each required field that is empty is marked, with 422."""
        for name in self.required:
            self.refuses(client, db, name, "")

    def test_what_is_wrong_is_refused(self, client: Any, db: Session) -> None:
        """Values that do not fit their field are marked, with 422, in forms and in JSON; never a 500."""
        for name, value in self.wrong.items():
            self.refuses(client, db, name, value)

    def test_what_is_unique_occurs_only_once(self, client: Any, db: Session) -> None:
        """A second row with the same value is refused with 422 beside the field, in forms and in JSON."""
        for name in self.unique:
            first, values = self.make(db), self.values(db)
            values[name] = getattr(first, name)
            db.commit()
            before = self.count(db)

            answer = self.send(client, f"{self.path}/new", values)
            told = client.post(f"{self.path}.json", json=self.as_json(client, values))

            assert (answer.status_code, told.status_code) == (422, 422), told.text
            assert name in told.json["errors"]
            assert self.count(db) == before

    def test_what_others_refer_to_stays(self, client: Any, db: Session) -> None:
        """Deleting a row that another needs is refused with 409 and a link to the one that stands in the way."""
        for name in self.blocking:
            row = self.make(db)
            address = client.get(self.address(row, ".json")).json[name]["_url"]

            answer = client.post(f"{address}/delete")

            assert answer.status_code == 409
            assert f'"{self.address(row)}"' in answer.text
            assert client.get(address).status_code == 200

    def refuses(self, client: Any, db: Session, name: str, wrong: str) -> None:
        """A form with this in a field is refused with 422, the field is marked, and nothing is stored."""
        values = self.values(db)
        db.commit()
        pairs = [pair for pair in self.pairs(client, values) if pair[0] != name]
        text = [wrong] if name in self.shape.collections else wrong or None

        answer = client.post(self.path, [*pairs, (name, wrong)])
        assert answer.status_code == 422, f"{name}: {errors_in(answer)}"
        if self.shape.members[name].kind == "json":
            return  # every text is JSON in JSON
        told = client.post(f"{self.path}.json", json={**self.as_json(client, values), name: text})

        assert told.status_code == 422, f"{name}: {told.text}"
        assert name in told.json["errors"]
        assert self.count(db) == 0

    # Forms ---------------------------------------------------------------------------------------------------

    def send(self, client: Any, address: str, values: dict[str, Any]) -> Any:
        """The form at *address*, filled in with those *values* that it asks for, and sent."""
        return self.submit(client, client.get(address), values)

    def submit(self, client: Any, page: Any, values: dict[str, Any]) -> Any:
        """The form of a *page*, filled in and sent."""
        form = form_of(page)
        names = {one.name: one.kind for one in form.fields}
        filled = {name: as_field(value, names[name]) for name, value in values.items() if name in names}
        return client.submit(page, filled, form=page.forms.index(form))

    def pairs(self, client: Any, values: dict[str, Any]) -> list[tuple[str, Any]]:
        """What a browser would send for a new row with these *values*."""
        form = form_of(client.get(f"{self.path}/new"))
        names = {one.name: one.kind for one in form.fields}
        filled = {name: as_field(value, names[name]) for name, value in values.items() if name in names}
        return list(form.fill(filled, None))

    def as_json(self, client: Any, values: dict[str, Any]) -> dict[str, Any]:
        """The *values* as a program sends them: those that the form asks for."""
        asked = {one.name for one in form_of(client.get(f"{self.path}/new")).fields}
        return {name: as_json(value) for name, value in values.items() if name in asked}

    def count(self, db: Session, model: Any = None) -> int:
        """How many rows there are now."""
        db.rollback()
        return db.scalar(sa.select(sa.func.count()).select_from(model or self.model)) or 0


def key_of(row: Any) -> str:
    """A row's key as addresses and forms hold it."""
    return keys.encode(shape_of(type(row)).key(row))


def form_of(page: Any) -> Any:
    """The form of a page that sends something, not the search."""
    found = [form for form in page.forms if form.method == "POST"]
    assert found, f"{page!r} has no form that sends anything"
    return found[-1]


def errors_in(answer: Any) -> list[str]:
    """The sentences of an answer that say what is wrong, for the message of a failed test."""
    return re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', answer.text) or [answer.text[:500]]


def as_field(value: Any, kind: str) -> Any:
    """A *value* as a control of this *kind* takes it."""
    if isinstance(value, bool):
        return value if kind == "checkbox" else str(value).lower()
    if isinstance(value, list) and all(hasattr(one, "__mapper__") for one in value):
        return [key_of(one) for one in value]
    return "" if value is None else _text(value)


def as_json(value: Any) -> Any:
    """A *value* as JSON has it."""
    if isinstance(value, list) and all(hasattr(one, "__mapper__") for one in value):
        return [key_of(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | dict | list) else _text(value)


def _text(value: Any) -> str:
    if hasattr(value, "__mapper__"):
        return key_of(value)
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return SECRET if type(value).__name__ == "Hashed" else str(value)


@contextmanager
def counted(db: Session) -> Iterator[list[str]]:
    """The statements that the block sends to the database of *db*."""
    statements: list[str] = []

    def count(*details: Any) -> None:
        statements.append(details[2])

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)
