"""What a client sent to be saved, by a form or as JSON, in one shape: texts by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kirsch.crud.inspection import Attribute, Collection, Member, Reference
from kirsch.errors import BadRequest, did_you_mean
from kirsch.request import Request

#: Members of a JSON object that describe a row, as answers show them; in what is sent they change nothing.
ABOUT = frozenset({"_key", "_url", "_label", "_version"})
VERSION = "_version"
#: Unknown names of a JSON object that are told one by one.
MOST_STRANGERS = 20
#: The field by which a form names its checkboxes and lists, which browsers leave out when nothing is chosen.
SHOWN = "_shown"


class Sent(dict[str, list[Any]]):
    """Texts by name, as WTForms reads them; *wrong* are the sentences about names and types that cannot be."""

    def __init__(self, values: Mapping[str, list[Any]], is_json: bool = False) -> None:
        super().__init__(values)
        self.is_json = is_json
        self.wrong: dict[str, list[str]] = {}
        self.version = ""

    def getlist(self, name: str) -> list[Any]:
        return self.get(name, [])


def read_sent(request: Request, members: Mapping[str, Member], known: Mapping[str, Any]) -> Sent:
    """What *request* sends for these *members*; *known* values of others may be sent back as they are.

    :raises BadRequest: when a JSON body is no object.
    """
    return _from_json(request.json, members, known) if request.is_json else _from_form(request)


def _from_form(request: Request) -> Sent:
    form = request.POST
    sent = Sent({name: form.getall(name) for name in dict.fromkeys(form)})
    shown = sent.pop(SHOWN, [])
    for name in str(shown[0]).split(",") if shown else []:
        sent.setdefault(name, [])
    version = sent.pop(VERSION, [""])[0]
    sent.version = version if isinstance(version, str) else ""
    return sent


def _from_json(body: Any, members: Mapping[str, Member], known: Mapping[str, Any]) -> Sent:
    if not isinstance(body, dict):
        raise BadRequest("Send a JSON object with the values by their names.")
    sent = Sent({}, is_json=True)
    sent.version = str(body.get(VERSION) or "")
    strangers = [name for name in body if name not in members and name not in known and name not in ABOUT]
    if len(strangers) > MOST_STRANGERS:
        raise BadRequest(f"{len(strangers):,} members of this object are no fields. {did_you_mean('', members)}")
    for name, value in body.items():
        if name in ABOUT or (name in known and known[name] == value):
            continue
        if name not in members:
            hint = "This cannot be changed." if name in known else did_you_mean(name, members)
            sent.wrong[name] = [hint if name in known else f"There is no such field. {hint}"]
            continue
        try:
            sent[name] = list(_texts(members[name], value))
        except ValueError as error:
            sent.wrong[name] = [str(error)]
    return sent


def _texts(member: Member, value: Any) -> Iterator[str]:
    if isinstance(member, Collection):
        if not isinstance(value, list):
            raise ValueError("Send a list of keys.")
        yield from (_key(one) for one in value)
    elif value is None:
        yield ""
    elif isinstance(member, Reference):
        yield _key(value)
    else:
        yield _text(member, value)


def _key(value: Any) -> str:
    """A key as itself, or inside an object as answers show it."""
    key = value.get("_key") if isinstance(value, dict) else value
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise ValueError("Send the key of a row.")
    return _digits(key) if isinstance(key, int) else key


def _text(member: Attribute, value: Any) -> str:
    if member.kind == "json":
        return json.dumps(value)
    if member.kind == "boolean":
        if not isinstance(value, bool):
            raise ValueError("Send true or false.")
        return "true" if value else "false"
    if member.kind in {"integer", "float", "decimal"}:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError("Send a number.")
        return value if isinstance(value, str) else _digits(value)
    if not isinstance(value, str):
        raise ValueError("Send a text.")
    return value


def _digits(number: float) -> str:
    """A JSON number as digits; one too large for any column stays too large."""
    return repr(number) if isinstance(number, float) or abs(number) < 10**60 else "9" * 60
