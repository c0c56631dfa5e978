"""A row's form: made from the model, filled from the row or from what was sent, checked, put back on the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from wtforms.form import BaseForm

from kirsch.crud.asked import filter_name
from kirsch.crud.choices import Key, Offered, Relation, choose, keys_in, offer
from kirsch.crud.fields import Chosen, Ticked, Written, choice_for, field_for
from kirsch.crud.inspection import Attribute, Collection, Member, Reference
from kirsch.crud.parsing import written
from kirsch.crud.rows import Rows
from kirsch.crud.sent import SHOWN, Sent
from kirsch.crud.views import Field, Option

INPUTS = {
    "text": "text", "email": "email", "url": "url", "password": "password", "integer": "number", "decimal": "number",
    "float": "number", "date": "date", "datetime": "datetime-local", "time": "time", "uuid": "text", "json": "textarea",
    "long": "textarea",
}  # fmt: skip


def form_members(rows: Rows, creating: bool) -> dict[str, Member]:
    """What a form asks for: everything that can be written; the key only of a new row."""
    chosen = rows.members(rows.fields) if rows.fields else list(rows.shape.members.values())
    return {
        one.name: one
        for one in chosen
        if one.editable and one.name not in rows.exclude and (creating or not one.key) and not rows.is_hidden(one)
    }


class RowForm:
    """The form of a new row (*row* is None) or of one that exists.

    *sent* is what the client wrote; *partly* keeps what it did not mention. *errors* are sentences by field,
    *problems* are about the whole.
    """

    def __init__(self, rows: Rows, row: Any = None, sent: Sent | None = None, partly: bool = False) -> None:
        self.rows, self.row, self.sent = rows, row, sent
        self.creating = row is None
        members = form_members(rows, self.creating)
        if sent is not None and partly:
            members = {name: one for name, one in members.items() if name in sent}
        elif sent is not None and row is not None:
            for name, one in members.items():
                sent.setdefault(name, _nothing(one))
        self.members = members
        self.errors: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self.targets: dict[str, list[Any]] = {}
        self.current = current_keys(rows, row, members)
        # Fields are reached by name alone, so an attribute may be called "data" or "errors" too.
        self.form = BaseForm(rows.form_fields({name: self._field(one) for name, one in members.items()}))
        self.form.process(formdata=sent, data=self._data())
        for name in members:
            if sent is not None and name not in sent and isinstance(self.field(name), Ticked):
                self.field(name).data = self.field(name).object_data

    def _field(self, member: Member) -> Any:
        required = member.required if self.creating else not getattr(member, "nullable", True)
        if isinstance(member, Attribute):
            required = required and not (member.kind == "boolean" or (member.kind == "password" and not self.creating))
            return field_for(member, self.rows.dialect, required)
        return choice_for(member, required)

    def _data(self) -> dict[str, Any]:
        attributes = [one for one in self.members.values() if isinstance(one, Attribute)]
        if self.row is None:
            return {one.name: one.default for one in attributes}
        return {one.name: getattr(self.row, one.name) for one in attributes}

    def field(self, name: str) -> Any:
        """The WTForms field of this name."""
        return self.form[name]

    def start_with(self, pairs: Mapping[str, str]) -> None:
        """Fill an empty form from a URL, such as the link "new album of this artist"."""
        for name, one in self.members.items():
            text = pairs.get(filter_name(one))
            if text:
                self.field(name).texts = [text]

    # Checking ------------------------------------------------------------------------------------------------

    def validate(self) -> bool:
        """Whether what was sent can be put on the row; if not, *errors* and *problems* say why."""
        self.form.validate()
        for name in self.members:
            self._say(name, *self.form[name].errors)
        if self.sent is not None:
            for name, sentences in self.sent.wrong.items():
                self.errors[name] = sentences
        for name, one in self.members.items():
            if isinstance(one, Reference | Collection) and name not in self.errors:
                self._choose(one)
        if not self.errors:
            self._agree()
        return not self.errors and not self.problems

    def _choose(self, relation: Relation) -> None:
        texts = self.field(relation.name).texts
        if texts is None:
            return
        if isinstance(relation, Reference):
            texts = texts[:1]
        typed = self.sent is not None and not self.sent.is_json
        found, wrong = choose(self.rows, relation, texts, typed, len(self.current.get(relation.name, [])))
        self.targets[relation.name] = found
        self._say(relation.name, *wrong)

    def _agree(self) -> None:
        """Two references that share a column must want the same of it."""
        wanted: dict[str, tuple[Any, Reference]] = {}
        for one in self.members.values():
            if not isinstance(one, Reference) or not self.targets.get(one.name):
                continue
            for local, remote in zip(one.local, one.remote, strict=True):
                value = getattr(self.targets[one.name][0], remote)
                other = wanted.setdefault(local, (value, one))
                if other[0] != value:
                    label = self.rows.label_for(other[1])
                    self._say(one.name, f"This does not go together with {label}.")

    def _say(self, name: str, *sentences: str) -> None:
        if sentences:
            self.errors.setdefault(name, []).extend(str(one) for one in sentences)

    def blame(self, names: list[str], sentence: str) -> None:
        """Put a sentence beside the fields that show these attributes, or above the form where it has none of them."""
        shown = [name for name in dict.fromkeys(map(self.rows.shape.owner_of, names)) if name in self.members]
        for name in shown:
            self._say(name, sentence)
        if not shown and sentence not in self.problems:
            self.problems.append(sentence)

    # Putting it on the row -----------------------------------------------------------------------------------

    def apply(self, row: Any) -> bool:
        """Set on *row* what was sent and differs; False where the model itself refuses a value."""
        for name, one in self.members.items():
            try:
                if isinstance(one, Attribute):
                    self._apply_value(row, one)
                elif name in self.targets:
                    self._apply_rows(row, one, self.targets[name])
            except ValueError as error:
                self._say(name, str(error) or "This is not accepted.")
        return not self.errors

    def _apply_value(self, row: Any, attribute: Attribute) -> None:
        value = self.form[attribute.name].data
        if value is None and (attribute.kind == "password" or (self.creating and attribute.optional_default)):
            return
        if not self.creating and value == getattr(row, attribute.name):
            return
        empty_json = value is None and attribute.kind == "json"
        setattr(row, attribute.name, sa.null() if empty_json else value)

    def _apply_rows(self, row: Any, relation: Relation, targets: list[Any]) -> None:
        chosen = {self.rows.sibling(relation.target).shape.key(one) for one in targets}
        if not self.creating and chosen == set(self.current.get(relation.name, [])):
            return
        if isinstance(relation, Collection):
            kind = relation.relationship.collection_class or list
            setattr(row, relation.name, kind(targets))  # type: ignore[call-arg]
            return
        target = targets[0] if targets else None
        for local, remote in zip(relation.local, relation.remote, strict=True):
            if target is not None or not self._shared(relation, local):
                setattr(row, local, None if target is None else getattr(target, remote))
        if target is not row:  # A row that refers to itself is a circle to the session, so its columns alone say so.
            setattr(row, relation.name, target)

    def _shared(self, relation: Reference, local: str) -> bool:
        others = (one for one in self.rows.shape.references.values() if one is not relation)
        return any(local in one.local for one in others)

    # Showing it ----------------------------------------------------------------------------------------------

    def fields(self) -> tuple[Field, ...]:
        """The fields for a page, with choices; one query for all of them."""
        relations = {one: self._chosen(one) for one in self.members.values() if isinstance(one, Reference | Collection)}
        offered = offer(self.rows, relations) if relations else {}
        return tuple(
            self._show_choice(one, offered[name], relations[one])
            if isinstance(one, Reference | Collection)
            else self._show_value(one, self.field(name))
            for name, one in self.members.items()
        )

    def hidden(self) -> list[tuple[str, str]]:
        """The pair that names what browsers leave out when nothing is chosen."""
        kinds = {name: self.form[name] for name in self.members}
        silent = [
            name for name, one in self.members.items() if isinstance(one, Collection) or isinstance(kinds[name], Ticked)
        ]
        return [(SHOWN, ",".join(silent))] if silent else []

    def _chosen(self, relation: Relation) -> list[Key]:
        texts, held = self.field(relation.name).texts, self.current.get(relation.name, [])
        return held if texts is None else keys_in(self.rows, relation, texts, len(held))

    def _show_choice(self, member: Relation, offered: Offered, chosen: list[Key]) -> Field:
        field: Chosen = self.field(member.name)
        known = self._known(member, field)
        if not offered.many:
            blank = [] if isinstance(member, Collection) else [Option("", known.pop("blank"), not chosen)]
            kind = "multiselect" if isinstance(member, Collection) else "select"
            return Field(kind=kind, options=(*blank, *offered.options(chosen)), **_without(known, "blank"))
        typed = field.texts if field.texts is not None and self.errors.get(member.name) else map(offered.typed, chosen)
        kind = "textarea" if isinstance(member, Collection) else "datalist"
        hint = "One a line: a name, or a name with its key in brackets." if kind == "textarea" else "Type a name."
        known["help"] = " ".join(filter(None, (known["help"], hint)))
        suggestions = offered.suggestions() if kind == "datalist" else ()
        return Field(kind=kind, value="\n".join(typed), options=suggestions, **_without(known, "blank"))

    def _show_value(self, attribute: Attribute, field: Written) -> Field:
        known = self._known(attribute, field)
        text = field.text
        if isinstance(field, Ticked):
            return Field(kind="checkbox", value=text, **{**_without(known, "blank"), "required": False})
        choices = [(one.value, one.label) for one in attribute.choices]
        choices = [("true", "Yes"), ("false", "No")] if attribute.kind == "boolean" else choices
        if choices:
            options = [("", known["blank"]), *choices]
            shown = tuple(Option(value, label, value == text) for value, label in options)
            return Field(kind="select", value=text, options=shown, **_without(known, "blank"))
        kind = "textarea" if "\n" in text else INPUTS[attribute.kind]
        return Field(kind=kind, value=text, attributes=html_attributes(attribute, kind), **_without(known, "blank"))

    def _known(self, member: Member, field: Any) -> dict[str, Any]:
        required = any(type(one).__name__ == "Required" for one in field.validators)
        return {
            "name": member.name, "label": self.rows.label_for(member), "required": required,
            "errors": tuple(self.errors.get(member.name, ())), "help": member.help,
            "blank": "Choose …" if required else "None",
        }  # fmt: skip


def html_attributes(attribute: Attribute, kind: str) -> dict[str, str]:
    """What HTML itself can say about a field's values."""
    found: dict[str, str] = {}
    if attribute.length and kind != "number":
        found["maxlength"] = str(attribute.length)
    if attribute.kind == "decimal":
        places = getattr(attribute.column.type, "scale", None)
        found["step"] = "any" if places is None else f"{10**-places:.{places}f}"
    if attribute.kind == "float":
        found["step"] = "any"
    if kind in {"datetime-local", "time"}:
        found["step"] = "1"
    for name in ("min", "max"):
        if kind == "number" and attribute.info.get(name) is not None:
            found[name] = str(attribute.info[name])
    if attribute.kind == "password":
        found["autocomplete"] = "new-password"
    return found


def current_keys(rows: Rows, row: Any, members: Mapping[str, Member]) -> dict[str, list[Key]]:
    """The keys of the rows that a row's references and collections hold now."""
    if row is None:
        return {}
    found: dict[str, list[Key]] = {}
    for name, one in members.items():
        if isinstance(one, Attribute):
            continue
        shape = rows.sibling(one.target).shape
        if isinstance(one, Reference) and one.remote == shape.keys:
            key = tuple(getattr(row, local) for local in one.local)
            found[name] = [] if None in key else [key]
        elif isinstance(one, Reference):
            target = getattr(row, name)
            found[name] = [] if target is None else [shape.key(target)]
        else:
            found[name] = [shape.key(target) for target in getattr(row, name)]
    return found


def _nothing(member: Member) -> list[str]:
    """What a whole new state of a row says by not naming a member: its default, or nothing."""
    if isinstance(member, Collection):
        return []
    return [written(member, member.default) if isinstance(member, Attribute) else ""]


def _without(known: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in known.items() if key != name}
