"""The procedures of a controller: their names, what they take, and what callers may know of them."""

import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from kirsch.controller import Controller
from kirsch.conversion.annotations import shape_of
from kirsch.errors import UsageError
from kirsch.xmlrpc.faults import WRONG_ARGUMENTS, Fault

Marked = TypeVar("Marked", bound=Callable[..., Any])

#: What may stand in the name of a procedure: letters, digits, `_ . : /`.
SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/")
KINDS = {
    bool: "boolean", int: "int", float: "double", str: "string", bytes: "base64", datetime: "dateTime.iso8601",
    list: "array", tuple: "array", set: "array", frozenset: "array", dict: "struct", type(None): "nil", None: "nil",
}  # fmt: skip


def procedure(name: str | Marked) -> Any:
    """Let programs call a method of an :class:`XMLRPC`: by its own name, or as ``@procedure("math.add")`` says.

    :raises UsageError: for a name that none has.
    """
    if not isinstance(name, str):
        return _mark(name, name.__name__)
    if not name or set(name) - SIGNS or name.startswith("system."):
        raise UsageError(f"procedure({name!r}) is no name; use letters, digits, and _ . : / (and not 'system.')")
    return lambda method: _mark(method, name)


def _mark(method: Any, name: str) -> Any:
    method.__procedure__ = name
    return method


@dataclass(frozen=True)
class Procedure:
    """A procedure: what makes its controller, the method, and how its arguments are read."""

    kind: type[Controller]
    method: Callable[..., Any]
    name: str
    signature: inspect.Signature
    hints: dict[str, Any]
    readers: dict[str, Callable[[Any], Any]]

    def bind(self, given: tuple[Any, ...]) -> list[Any]:
        """The arguments by position, each held against its annotation.

        :raises Fault: with all that does not fit.
        """
        try:
            bound = self.signature.bind(None, *given)
        except TypeError:
            raise Fault(WRONG_ARGUMENTS, f"{self.name} takes {self.takes}, not {len(given)} values.") from None
        values, wrong = [], []
        for name, value in list(bound.arguments.items())[1:]:
            several = self.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
            for one in value if several else [value]:
                try:
                    values.append(self.readers[name](one))
                except ValueError as error:
                    wrong.append(f"{name} {error}")
        if wrong:
            raise Fault(WRONG_ARGUMENTS, f"{'; '.join(wrong)}.")
        return values

    @property
    def takes(self) -> str:
        """Its arguments, as they are written."""
        return f"({', '.join(list(self.signature.parameters)[1:])})"

    @property
    def help(self) -> str:
        """What its docstring says."""
        return inspect.getdoc(self.method) or ""

    @property
    def kinds(self) -> list[list[str]] | str:
        """Its signatures, for ``system.methodSignature``: the kind of the result, then those of the arguments."""
        parameters = list(self.signature.parameters.values())[1:]
        names = [_kind(self.hints.get(name, object)) for name in ("return", *(one.name for one in parameters))]
        if "" in names or any(one.kind is one.VAR_POSITIONAL for one in parameters):
            return "undef"
        least = sum(one.default is one.empty for one in parameters)
        return [names[: count + 1] for count in range(least, len(parameters) + 1)]


def procedures_of(
    kind: type[Controller], prefix: str = "", above: tuple[type[Controller], ...] = ()
) -> Iterator[Procedure]:
    """The procedures of a controller, and of the controllers among its attributes, whose names they follow."""
    for name, member in inspect.getmembers(kind):
        if name.startswith("_"):
            continue
        if inspect.isfunction(member) and (called := getattr(member, "__procedure__", None)):
            signature = inspect.signature(member)
            yield Procedure(kind, member, prefix + called, signature, _hints(member), _readers(member, signature))
        elif isinstance(member, type) and issubclass(member, Controller) and member not in (kind, *above):
            yield from procedures_of(member, f"{prefix}{name}.", (*above, kind))


def mistakes_of(kind: type[Controller]) -> Iterator[str]:
    """What is wrong with the procedures of a controller."""
    found = list(procedures_of(kind))
    if not found:
        yield f"{kind.__name__} has no procedure. Mark methods with @procedure."
    names = [one.name for one in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{kind.__name__} has two procedures {name!r}. Give one another name: @procedure({name + '2'!r})."
    for one in found:
        for parameter in list(one.signature.parameters.values())[1:]:
            where = f"{one.kind.__name__}.{one.method.__name__}"
            if parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
                yield f"{where} takes {parameter.name!r} by name; XML-RPC hands values over by position."
            elif parameter.name not in one.readers:
                yield f"{where} has an argument {parameter.name!r} of a type that no value of XML-RPC becomes."


def _hints(method: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(method)
    except (NameError, TypeError):
        return {}


def _kind(hint: Any) -> str:
    return KINDS.get(typing.get_origin(hint) or hint, "")


def _readers(method: Callable[..., Any], signature: inspect.Signature) -> dict[str, Callable[[Any], Any]]:
    """What makes an argument of a value, by its name; nothing for an annotation that takes none."""
    hints, readers = _hints(method), {}
    for name in list(signature.parameters)[1:]:
        hint = hints.get(name, Any)
        if hint is Any or hint in (bytes, datetime):
            readers[name] = _instance(hint)
        elif hint is date:
            readers[name] = _read_date
        elif (shape := shape_of(hint)) is not None:
            readers[name] = _reader(shape.json)
    return readers


def _instance(kind: Any) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if kind is not Any and not isinstance(value, kind):
            raise ValueError(f"is no {KINDS[kind]}")
        return value

    return read


def _read_date(value: Any) -> date:
    if not isinstance(value, datetime) or value.time() != time.min:
        raise ValueError("is no date, which is a dateTime.iso8601 at midnight")
    return value.date()


def _reader(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: read(_as_json(value))


def _as_json(value: Any) -> Any:
    """*value* as JSON would have it: moments as texts."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_as_json(member) for member in value]
    if isinstance(value, dict):
        return {name: _as_json(member) for name, member in value.items()}
    return value
