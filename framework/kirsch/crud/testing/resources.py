"""The tests that every resource passes whose rows can be created, changed and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kirsch.crud.testing.forms import as_field, as_json, errors_in, form_of
from kirsch.crud.testing.views import ViewTests


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
