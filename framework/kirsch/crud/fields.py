"""The fields of a resource's forms: WTForms fields that read one text, or several, and say what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import wtforms
from wtforms.validators import Email, Length, NumberRange, StopValidation

from kirsch.conversion.texts import TRUE
from kirsch.crud.inspection import Attribute, Member
from kirsch.crud.parsing import parser, storable, written

FILL_IN = "Fill this in."
CHOOSE = "Choose one."
WEB_ADDRESS = "Write a web address that begins with http:// or https://."
#: Characters of a text whose column has no limit.
LONGEST = 1_000_000


class Written(wtforms.Field):
    """One text; ``data`` is its value, None where it is blank. ``text`` is what was sent, else the value as text."""

    def __init__(self, member: Member, parse: Callable[[str], Any], show: Callable[[Any], str], **options: Any) -> None:
        super().__init__(**options)
        self.member, self.parse, self.show = member, parse, show
        self.texts: list[str] | None = None

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else "" if self.texts is not None else self.show(self.data)

    @property
    def multiline(self) -> bool:
        return isinstance(self.member, Attribute) and self.member.kind in {"long", "json"}

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        if not all(isinstance(one, str) for one in valuelist):
            self.texts = [""]
            raise ValueError("Write text here; a file cannot be stored.")
        text = str(valuelist[0]).replace("\r\n", "\n")
        untouched = text == self.show(self.object_data).replace("\r\n", "\n")
        self.texts = [text]
        if untouched:
            return
        self.data = None
        text = storable(text) if self.multiline else storable(text).strip()
        if text.strip():
            self.data = self.parse(text)


class Ticked(Written):
    """A checkbox: sent when it is ticked, not sent when it is not."""

    @property
    def text(self) -> str:
        sent = self.texts[0] if self.texts else None
        return "1" if (sent.lower() in TRUE if sent is not None else self.data) else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = False
        if not valuelist:
            return
        if not isinstance(valuelist[0], str):
            raise ValueError("Choose Yes or No; a file cannot be stored.")
        self.texts = [valuelist[0]]
        self.data = self.parse(valuelist[0].strip())


class Chosen(wtforms.Field):
    """Rows of another model: ``texts`` are their keys, or names where they are typed; ``data`` those of the row."""

    def __init__(self, member: Member, **options: Any) -> None:
        super().__init__(**options)
        self.member = member
        self.texts: list[str] | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not all(isinstance(one, str) for one in valuelist):
            raise ValueError("Choose from what is offered; a file cannot be stored.")
        lines = [line.strip() for text in valuelist for line in storable(text).splitlines()]
        self.texts = [line for line in lines if line]


class Required:
    """Something has to be written."""

    def __init__(self, sentence: str = FILL_IN) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        chosen = field.texts if isinstance(field, Chosen) else field.data
        if not field.process_errors and (chosen is None or chosen == []):
            raise StopValidation(self.sentence)


class UnlessBlank:
    """Nothing more is asked of a field that is blank, or wrong already."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.process_errors or field.data is None:
            raise StopValidation


class WebAddress:
    """A web address, which a page can safely link to."""

    def __call__(self, _form: Any, field: Any) -> None:
        scheme, _, rest = field.data.partition("://")
        if scheme.lower() not in {"http", "https"} or not rest or any(one.isspace() or one in '<>"\\' for one in rest):
            raise StopValidation(WEB_ADDRESS)


def field_for(attribute: Attribute, dialect: str, required: bool) -> wtforms.Field:
    """The unbound WTForms field for a value."""
    options: dict[str, Any] = {
        "parse": parser(attribute, dialect),
        "show": lambda value: written(attribute, value),
        "validators": [
            *([Required(CHOOSE if attribute.choices else FILL_IN)] if required else []),
            *_checks(attribute),
        ],
    }
    if attribute.kind == "boolean" and not attribute.nullable:
        return Ticked(attribute, **options)
    return Written(attribute, **options)


def choice_for(member: Member, required: bool) -> wtforms.Field:
    """The unbound WTForms field for a reference or a collection."""
    return Chosen(member, validators=[Required(CHOOSE)] if required else [])


def _checks(attribute: Attribute) -> list[Any]:
    checks: list[Any] = [UnlessBlank()]
    if attribute.textual or attribute.kind == "password":
        longest = attribute.length or LONGEST
        checks.append(Length(max=longest, message=f"Write at most {longest:,} characters."))
    if attribute.kind == "email":
        checks.append(Email("Write an email address, for example ada@example.org."))
    if attribute.kind == "url":
        checks.append(WebAddress())
    least, greatest = attribute.info.get("min"), attribute.info.get("max")
    if attribute.kind in {"integer", "decimal", "float"} and (least is not None or greatest is not None):
        checks.append(NumberRange(least, greatest, _range_sentence(least, greatest)))
    return checks


def _range_sentence(least: Any, greatest: Any) -> str:
    if least is None:
        return f"Write a number up to {greatest}."
    return f"Write a number of at least {least}." if greatest is None else f"Write a number from {least} to {greatest}."
