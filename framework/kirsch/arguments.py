"""An action's arguments: where each comes from, decided at start, converted by its annotation.

A name that the route has comes from the path: ill-typed, it is a 404. Any other comes from the query string or, for
methods with a body, from the form or a JSON object: missing or ill-typed, it is a 400 that lists every mistake.
"""

import inspect
import types
import typing
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Union

from kirsch.conversion import Convert, converter
from kirsch.errors import BadRequest, NotFound
from kirsch.request import Request, Upload

MISSING: Any = inspect.Parameter.empty
Bind = Callable[[Request], dict[str, Any]]
#: Variables of a route that are for the framework; an action takes them only if it names them.
FRAMEWORK_VARIABLES = frozenset({"format"})


@dataclass(frozen=True)
class Argument:
    """One argument of an action."""

    name: str
    convert: Convert
    default: Any = MISSING
    many: bool = False
    optional: bool = False

    def of(self, texts: list[Any]) -> Any:
        """The value from the texts that the client sent under the argument's name.

        :raises ValueError: with the end of a sentence that begins with the name.
        """
        if self.many:
            return [self._one(text) for text in texts]
        if not texts or (texts[-1] == "" and self.convert is not str and self.blank_is_missing):
            if self.default is not MISSING:
                return self.default
            if self.optional:
                return None
            raise ValueError("is missing")
        return self._one(texts[-1])

    @property
    def blank_is_missing(self) -> bool:
        return self.default is not MISSING or self.optional

    def _one(self, text: Any) -> Any:
        return self.convert(text) if isinstance(text, str) else text


def binder(action: Callable[..., Any], variables: Collection[str]) -> tuple[Bind, list[str]]:
    """The function that finds *action*'s arguments in a request, and the mistakes in its signature.

    *variables* are the names of the route's variable parts.
    """
    arguments, takes_all, mistakes = read_signature(action)
    names = {argument.name for argument in arguments}
    if not takes_all:
        mistakes += [
            f"does not take the route's variable {name!r}"
            for name in variables
            if name not in names and name not in FRAMEWORK_VARIABLES
        ]
    from_path = [argument for argument in arguments if argument.name in variables]
    from_client = [argument for argument in arguments if argument.name not in variables]
    if takes_all:
        return _bind_all(from_path, from_client), mistakes
    if from_client:
        return _bind_both(from_path, from_client), mistakes
    if all(argument.convert is str for argument in from_path) and set(variables) <= names:
        return _bind_variables, mistakes
    return _bind_path(from_path), mistakes


def read_signature(action: Callable[..., Any]) -> tuple[list[Argument], bool, list[str]]:
    """The arguments of *action* (self apart), whether it takes any other, and what is wrong with them."""
    arguments, takes_all, mistakes = [], False, []
    try:
        hints = typing.get_type_hints(action)
    except (NameError, TypeError) as error:
        hints, mistakes = {}, [f"has an annotation that cannot be read: {error}"]
    for parameter in list(inspect.signature(action).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_all = True
            continue
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
            mistakes.append(f"takes {parameter.name!r} by position; arguments come by name")
            continue
        argument = read_argument(parameter.name, hints.get(parameter.name, str), parameter.default)
        if argument is None:
            mistakes.append(f"has an argument {parameter.name!r} of a type that no text converts to")
        else:
            arguments.append(argument)
    return arguments, takes_all, mistakes


def read_argument(name: str, hint: Any, default: Any) -> Argument | None:
    """The argument that an annotation describes; None where no text converts to it."""
    optional = many = False
    if typing.get_origin(hint) in (Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
        optional = len(kinds) < len(typing.get_args(hint))
        if len(kinds) != 1:
            return None
        hint = kinds[0]
    if typing.get_origin(hint) is list:
        many, hint = True, typing.get_args(hint)[0]
    if hint is Upload:
        return Argument(name, _not_an_upload, default, many, optional)
    convert = converter(hint)
    return Argument(name, convert, default, many, optional) if convert else None


def _not_an_upload(_text: str) -> Any:
    raise ValueError("is not a file")


def _bind_variables(request: Request) -> dict[str, Any]:
    return request.urlvars


def _bind_path(from_path: list[Argument]) -> Bind:
    def bind(request: Request) -> dict[str, Any]:
        return _path_values(from_path, request.urlvars)

    return bind


def _bind_both(from_path: list[Argument], from_client: list[Argument]) -> Bind:
    def bind(request: Request) -> dict[str, Any]:
        return _path_values(from_path, request.urlvars) | _client_values(from_client, _sent(request))

    return bind


def _bind_all(from_path: list[Argument], from_client: list[Argument]) -> Bind:
    def bind(request: Request) -> dict[str, Any]:
        sent = _sent(request)
        others = {name: texts[-1] for name, texts in sent.items()} | request.urlvars
        return others | _path_values(from_path, request.urlvars) | _client_values(from_client, sent)

    return bind


def _path_values(arguments: list[Argument], variables: dict[str, Any]) -> dict[str, Any]:
    values = {}
    for argument in arguments:
        value = variables.get(argument.name)
        if value is None:
            value = None if argument.default is MISSING else argument.default
        elif isinstance(value, str):
            try:
                value = argument.convert(value)
            except ValueError:
                raise NotFound from None
        values[argument.name] = value
    return values


def _client_values(arguments: list[Argument], sent: dict[str, list[Any]]) -> dict[str, Any]:
    values, errors = {}, {}
    for argument in arguments:
        texts = sent.get(argument.name, [])
        if argument.many and not texts and argument.default is not MISSING:
            values[argument.name] = argument.default
            continue
        try:
            values[argument.name] = argument.of(texts)
        except ValueError as error:
            errors[argument.name] = [str(error)]
    if errors:
        said = "; ".join(f"{name!r} {sentences[0]}" for name, sentences in errors.items())
        raise BadRequest(f"{said}.", errors=errors)
    return values


def _sent(request: Request) -> dict[str, list[Any]]:
    """Everything the client sent: query string, then form or JSON object, which count more."""
    sent: dict[str, list[Any]] = request.GET.dict_of_lists()
    if request.method in ("GET", "HEAD"):
        return sent
    if request.is_json:
        value = request.json
        if not isinstance(value, dict):
            raise BadRequest("The JSON body is not an object.")
        return sent | {name: item if isinstance(item, list) else [item] for name, item in value.items()}
    return sent | request.POST.dict_of_lists()
