"""The tests that every list and every page of a row pass, whether or not rows can be changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kirsch.crud.inspection import Shape, shape_of
from kirsch.crud.testing.forms import counted, key_of

MOST_QUERIES = 4
MOST_BYTES = 60_000


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
