"""A model with its list, pages and forms, its JSON and its CSV: a whole site in a few lines.

::

    class Albums(Resource):
        model = Album
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import DataError, StatementError
from sqlalchemy.orm.exc import FlushError, ObjectDeletedError, StaleDataError

from kirsch.controller import not_an_action
from kirsch.crud import asked, deletion, formats, integrity, keys, pages
from kirsch.crud.cells import json_of
from kirsch.crud.conflict import conflict_page, version_of
from kirsch.crud.forms import RowForm, form_members
from kirsch.crud.inspection import Attribute
from kirsch.crud.listing import list_page
from kirsch.crud.rows import Rows
from kirsch.crud.sent import Sent, read_sent
from kirsch.crud.words import in_sentence
from kirsch.errors import (
    BadRequest,
    Conflict,
    HTTPError,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    Redirect,
    UnprocessableContent,
)
from kirsch.outage import busy, unreachable
from kirsch.response import Response

CHANGED = "Somebody else has changed {label} in the meantime. Load it again and repeat your change."
NO_FORM = "New {many} cannot be made here: they need a value that cannot be written into a form."
NOT_YET = "Nothing was saved. Some of the values are not right yet."


class Resource(Rows):
    """List, show, create, edit and delete the rows of one model, as pages, JSON and CSV.

    ``mapper.resource("album", "albums")`` connects the actions. The attributes of :class:`~kirsch.crud.rows.Rows`
    say what is shown; everything else comes from the model.
    """

    #: Why it is no part of a :func:`~kirsch.dispatch.tree`, where any method would reach any action.
    no_tree: ClassVar[str] = 'a Resource has routes of its own; connect it with mapper.resource("album", "albums")'

    # Reading -------------------------------------------------------------------------------------------------

    def index(self) -> Any:
        """The list: searched, filtered, sorted and paged by the URL."""
        kind = formats.wanted(self.request, csv_too=True)
        with self._answering():
            wishes = asked.read(self, self.request.GET.items())
            if kind == formats.HTML:
                return self.page("crud/list", page=list_page(self, wishes))
            if wrong := wishes.mistakes + wishes.strangers:
                return formats.problem_response(BadRequest(" ".join(wrong)))
            return formats.list_csv(self, wishes) if kind == formats.CSV else formats.list_json(self, wishes)

    def show(self, id: str) -> Any:
        """One row and what refers to it."""
        with self._answering():
            if formats.wanted(self.request) == formats.JSON:
                return formats.row_json(self, self.fetch(id))
            row = self.fetch(id, *pages.shown(self))
            return self.page("crud/show", page=pages.show_page(self, row))

    # Creating ------------------------------------------------------------------------------------------------

    def new(self) -> Any:
        """An empty form; the query string may fill some of it."""
        self._may_write(NotFound())
        if not self.creatable:
            raise NotFound(NO_FORM.format(many=in_sentence(self.many)))
        form = RowForm(self)
        form.start_with(dict(self.request.GET.items()))
        return self.page("crud/form", page=pages.form_page(self, form))

    def create(self) -> Any:
        """Store a new row."""
        self._may_write(MethodNotAllowed(("GET", "HEAD")))
        if not self.creatable:
            raise MethodNotAllowed(("GET", "HEAD"), NO_FORM.format(many=in_sentence(self.many)))
        with self._answering():
            form = RowForm(self, None, self._sent())
            row = self._save(form) if form.validate() else None
            if row is None:
                return self._correct(form)
            where = self.address("show", self.shape.key(row)) or self.address("index")
            if formats.wanted(self.request) == formats.JSON:
                return formats.row_json(self, row, 201, [("Location", where)])
            return self._done(f"{self.one} “{self.call(row)}” has been created.", where)

    # Changing ------------------------------------------------------------------------------------------------

    def edit(self, id: str) -> Any:
        """The form of a row."""
        self._may_write(NotFound())
        if not form_members(self, creating=False):
            raise NotFound(f"Nothing of {self.many.lower()} can be edited.")
        with self._answering():
            row = self.fetch(id)
            return self.page("crud/form", page=pages.form_page(self, RowForm(self, row), row))

    def update(self, id: str) -> Any:
        """Store the changes to a row, unless somebody else was faster."""
        self._may_write(MethodNotAllowed(("GET", "HEAD")))
        self._receive()
        with self._answering():
            row = self.fetch(id, lock=True)
            sent = self._sent(row)
            form = RowForm(self, row, sent, partly=self.request.method == "PATCH" or not sent.is_json)
            if self._stale(row, sent):
                return self._conflict(row, form)
            try:
                saved = self._save(form) if form.validate() else None
            except StaleDataError:
                self.db.rollback()
                return self._conflict(self.fetch(id), form)
            if saved is None:
                return self._correct(form, sent.version)
            if formats.wanted(self.request) == formats.JSON:
                return formats.row_json(self, saved)
            where = self.address("show", self.shape.key(saved)) or self.address("index")
            return self._done(f"{self.one} “{self.call(saved)}” has been saved.", where)

    # Deleting ------------------------------------------------------------------------------------------------

    def confirm(self, id: str) -> Any:
        """Ask before a row is deleted, or say what refers to it."""
        self._may_write(NotFound())
        with self._answering():
            row = self.fetch(id)
            return self._ask(row, deletion.blockers_of(self, row))

    def delete(self, id: str) -> Any:
        """Delete a row, unless others refer to it."""
        self._may_write(MethodNotAllowed(("GET", "HEAD")))
        if self.request.method == "POST":
            self._receive()
        with self._answering():
            row = self.fetch(id, lock=True)
            label, many = self.call(row), self.address("index")
            sent = self._sent(row) if self.request.method == "POST" else Sent({})
            if self._stale(row, sent):
                return self._refuse_delete(row, [], CHANGED.format(label=label))
            if blockers := deletion.blockers_of(self, row):
                return self._refuse_delete(row, blockers)
            try:
                deletion.untie(self, row)
                self.db.delete(row)
                self.db.flush()
            except (StatementError, StaleDataError) as error:
                if busy(error) or unreachable(error):
                    raise
                self.db.rollback()
                row = self.fetch(id)
                return self._refuse_delete(row, deletion.blockers_of(self, row), integrity.kept(error, label))
            if formats.wanted(self.request) == formats.JSON:
                return Response(status=204)
            return self._done(f"{self.one} “{label}” has been deleted.", many)

    # Steps ---------------------------------------------------------------------------------------------------

    @not_an_action
    def fetch(self, id: str, *options: Any, lock: bool = False) -> Any:
        """The row that a URL part stands for; *lock* lets nobody else change it until this request ends.

        :raises NotFound: when there is none, or this request may not see it.
        """
        key = keys.decode(self.shape, id, self.dialect)
        if lock and self.dialect != "sqlite":  # SQLite has let nobody else write since the session was opened.
            same = [column == value for column, value in zip(self.shape.key_columns, key, strict=True)]
            self.db.execute(sa.select(*self.shape.key_columns).where(*same).with_for_update())
        statement = self.query().order_by(None).where(self.is_row(key)).options(*options)
        row = self.db.scalars(statement).unique().first()
        if row is None:
            raise keys.nothing(self.shape)
        return row

    def _receive(self) -> None:
        """Read all of the body, which is kept, before a row is locked: a slow client keeps nobody else waiting."""
        _ = self.request.json if self.request.is_json else self.request.POST

    def _sent(self, row: Any = None) -> Sent:
        """What the client sent; values that forms do not ask for may come back as they are."""
        members = form_members(self, creating=row is None)
        known = {} if row is None else {
            one.name: json_of(one, getattr(row, one.name))
            for one in self.visible if isinstance(one, Attribute) and one.name not in members and one.kind != "binary"
        }  # fmt: skip
        return read_sent(self.request, members, known)

    def _save(self, form: RowForm) -> Any:
        """The row as it is stored now, or None when it cannot be and *form* says why."""
        row = self.new_row() if form.creating else form.row
        with self.db.no_autoflush:
            if form.apply(row):
                try:
                    self.saving(row, form.creating)
                except ValueError as error:
                    form.problems.append(str(error))
                integrity.find_missing_key(form, row)
                integrity.find_duplicates(form, row)
        if not form.errors and not form.problems:
            try:
                self.db.add(row)
                self.db.flush()
                self.db.expire(row)  # Answers show what the database made of it.
                return row
            except StatementError as error:
                if busy(error) or unreachable(error):
                    raise
                self.db.rollback()
                integrity.explain(form, error)
                return None
            except FlushError:  # A trigger has swallowed the row.
                form.problems.append(integrity.WHOLE[""])
        self.db.rollback()
        return None

    def _correct(self, form: RowForm, version: str = "") -> Any:
        """The form again, with what is wrong with it."""
        if formats.wanted(self.request) == formats.JSON:
            detail = " ".join([NOT_YET, *form.problems])
            return formats.problem_response(UnprocessableContent(detail, errors=form.errors))
        self.response.status_code = 422
        return self.page("crud/form", page=pages.form_page(self, form, form.row, version))

    def _stale(self, row: Any, sent: Sent) -> bool:
        """Whether the row has changed since the client read it, as far as it says what it read."""
        now = version_of(self, row)
        condition = self.request.environ.get("HTTP_IF_MATCH", "").strip()
        if condition and condition != "*" and f'"{now}"' not in [tag.strip() for tag in condition.split(",")]:
            raise PreconditionFailed(CHANGED.format(label=self.call(row)))
        return bool(sent.version) and sent.version != now

    def _conflict(self, row: Any, form: RowForm) -> Any:
        if formats.wanted(self.request) == formats.JSON:
            return formats.problem_response(Conflict(CHANGED.format(label=self.call(row))))
        form.row = row
        form.validate()
        self.response.status_code = 409
        page = pages.form_page(self, form, row)
        return self.page("crud/conflict", page=conflict_page(self, row, form, page, self.call(row)))

    def _ask(self, row: Any, blockers: list[Any], message: str = "") -> Any:
        consequences = [] if blockers else deletion.consequences_of(self, row)
        page = pages.delete_page(self, row, consequences, blockers, message)
        return self.page("crud/blocked" if blockers else "crud/delete", page=page)

    def _refuse_delete(self, row: Any, blockers: list[Any], message: str = "") -> Any:
        if formats.wanted(self.request) == formats.JSON:
            named = {one.label: [link.label for link in one.rows] for one in blockers}
            detail = message or f"{self.call(row)} cannot be deleted: others refer to it."
            return formats.problem_response(Conflict(detail, errors=named))
        self.response.status_code = 409
        return self._ask(row, blockers, message)

    def _done(self, sentence: str, where: str) -> Response:
        if self.request.offers("session"):
            self.flash(sentence)
        raise Redirect(where or self.request.prefix + "/")

    def _may_write(self, refusal: HTTPError) -> None:
        if self.reads_only:
            raise refusal

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Answer as the client likes, and never with the database's words."""
        try:
            yield
        except (DataError, ObjectDeletedError):
            raise NotFound("There is nothing like that here.") from None
