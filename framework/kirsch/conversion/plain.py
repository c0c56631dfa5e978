"""Dataclasses and the models of msgspec and pydantic as what JSON knows."""

import dataclasses
import json
import sys
from collections.abc import Callable
from typing import Any

from kirsch.conversion.models import is_model, is_struct


def has_members(value: Any) -> bool:
    """Whether *value* is an instance of a dataclass, a struct or a model, which :func:`members_of` takes apart."""
    kind = type(value)
    return is_struct(kind) or is_model(kind) or dataclasses.is_dataclass(kind)


def members_of(value: Any, plain: Callable[[Any], Any]) -> Any:
    """*value* as an object of JSON: a dataclass by its fields, a struct or a model as its library writes it.

    The libraries write what JSON has no word for, a float that is no number say, by rules of their own. *plain* is
    asked for what msgspec does not know.
    """
    if is_struct(value):
        return json.loads(sys.modules["msgspec"].json.encode(value, enc_hook=plain))
    if is_model(value):
        written = getattr(value, "model_dump_json", None)  # a dataclass of pydantic's has none
        text = written() if written else type(value).__pydantic_serializer__.to_json(value, by_alias=False)
        return json.loads(text)
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
