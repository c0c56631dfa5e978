"""Models of msgspec and of pydantic as records. The library does the work, with its own rules and its own words.

Neither is imported here: whoever annotates with a model of one has imported it.
"""

import json
import re
import sys
import typing
from typing import Any

from kirsch.conversion.records import Known, ShapeOf
from kirsch.conversion.shape import Member, Record, Shape
from kirsch.conversion.texts import HALF, to_bool, to_text
from kirsch.conversion.unfit import Mistakes, Unfit, path_of

#: What a member takes whose annotation only the library understands.
ANYTHING = Shape(to_text, lambda value: value, blank=True, file=True)
#: Mistakes of a model that are looked at one by one.
COUNTABLE = 10_000
_written = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_PLACE = re.compile(r" - at `\$\.?(.*)`$")


def is_struct(kind: Any) -> bool:
    """Whether *kind* is a class of msgspec's structs."""
    return hasattr(kind, "__struct_fields__")


def is_model(kind: Any) -> bool:
    """Whether *kind* is a model or a dataclass of pydantic's."""
    return hasattr(kind, "__pydantic_validator__")


class ModelRecord(Record):
    """A record whose library converts it, leniently where all is text."""

    def text(self, found: Any) -> Any:
        """The value made of a form."""
        return self.convert(found, strict=False)

    def json(self, value: Any) -> Any:
        """The value made of a JSON value, as the library reads JSON.

        The libraries take half a surrogate pair where any value fits, and in names, but could not write it again.
        """
        made = self.convert(value, strict=True)
        try:
            _written(value).encode()
        except UnicodeEncodeError:
            raise ValueError(HALF) from None
        return made

    def convert(self, value: Any, strict: bool) -> Any:
        """The model that *value* describes."""
        raise NotImplementedError

    def word(self, shape: Shape, text: Any) -> Any:
        """What browsers send for a ticked box is no truth to every library."""
        if shape.text is to_bool and isinstance(text, str):
            try:
                return to_bool(text)
            except ValueError:
                return text
        return text


class StructRecord(ModelRecord):
    """A struct of msgspec's."""

    def __init__(self, kind: Any) -> None:
        super().__init__(kind)
        self.msgspec: Any = sys.modules["msgspec"]

    def convert(self, value: Any, strict: bool) -> Any:
        """The struct; msgspec stops at the first mistake, so the others are looked for where there is one."""
        try:
            return self.msgspec.convert(value, self.make, strict=strict)
        except UnicodeError:
            raise ValueError(HALF) from None
        except self.msgspec.ValidationError as error:
            mistakes = Mistakes()
            self._find(value, self.make, strict, "", mistakes)
            if not mistakes:
                _note(mistakes, "", error)
            raise Unfit(mistakes) from None

    def _find(self, value: Any, kind: Any, strict: bool, place: str, mistakes: Mistakes) -> None:
        if mistakes.enough:
            return
        if is_struct(kind) and isinstance(value, dict):
            for field in self.msgspec.structs.fields(kind):
                if field.encode_name in value:
                    self._find(value[field.encode_name], field.type, strict, f"{place}.{field.encode_name}", mistakes)
                elif field.required:
                    mistakes.say(f"{place}.{field.encode_name}", "is missing")
        elif typing.get_origin(kind) is list and isinstance(value, list):
            for index, item in enumerate(value):
                self._find(item, typing.get_args(kind)[0], strict, f"{place}[{index}]", mistakes)
        else:
            try:
                self.msgspec.convert(value, kind, strict=strict)
            except UnicodeError:
                mistakes.say(place, HALF)
            except self.msgspec.ValidationError as error:
                _note(mistakes, place, error)


def _note(mistakes: Mistakes, place: str, error: Exception) -> None:
    message = str(error)
    found = _PLACE.search(message)
    inner = found[1] if found else ""
    mistakes.say(
        place + (inner if inner[:1] in ("", "[") else f".{inner}"),
        _in_words(message[: found.start()] if found else message),
    )


def _in_words(message: str) -> str:
    return f"does not fit: {message[:1].lower()}{message[1:]}"


def struct_record(kind: Any, known: Known, shape_of: ShapeOf) -> Record:
    """The record of a class of msgspec's structs."""
    record = known[kind] = StructRecord(kind)
    record.msgspec.json.Decoder(kind)  # a TypeError now for what msgspec does not support
    fields = record.msgspec.structs.fields(kind)
    return record.fill(
        {field.encode_name: Member(_understood(field.type, known, shape_of), field.required) for field in fields}
    )


class PydanticRecord(ModelRecord):
    """A model of pydantic's."""

    def __init__(self, kind: Any) -> None:
        super().__init__(kind)
        self.adapter: Any = sys.modules["pydantic"].TypeAdapter(kind)
        config = getattr(kind, "model_config", None) or getattr(kind, "__pydantic_config__", None) or {}
        self.severe = bool(config.get("strict"))

    def convert(self, value: Any, strict: bool) -> Any:
        """The model; a strict one knows only from JSON that a day is a text."""
        try:
            if strict and self.severe:
                return self.adapter.validate_json(json.dumps(value))
            return self.adapter.validate_python(value, strict=None if strict else False)
        except UnicodeError:
            raise ValueError(HALF) from None
        except ValueError as caught:
            error: Any = caught
            if not hasattr(error, "error_count"):
                raise
            mistakes = Mistakes()
            if error.error_count() > COUNTABLE:
                raise ValueError(f"holds {error.error_count():,} mistakes") from None
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                sentence = "is missing" if one["type"] == "missing" else _in_words(one["msg"])
                mistakes.say(path_of(one["loc"]), sentence)
            raise Unfit(mistakes) from None


def model_record(kind: Any, known: Known, shape_of: ShapeOf) -> Record:
    """The record of a model or a dataclass of pydantic's."""
    record = known[kind] = PydanticRecord(kind)
    members = {}
    for name, field in kind.__pydantic_fields__.items():
        alias = field.validation_alias if isinstance(field.validation_alias, str) else field.alias or name
        members[alias] = Member(_understood(field.annotation, known, shape_of), field.is_required())
    return record.fill(members)


def _understood(hint: Any, known: Known, shape_of: ShapeOf) -> Shape:
    try:
        return shape_of(hint, known) or ANYTHING
    except (TypeError, NameError):
        return ANYTHING
