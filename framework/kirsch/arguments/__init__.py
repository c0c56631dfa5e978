"""An action's arguments: where each comes from, decided at start, converted by its annotation.

What the route has comes from the path; ill-typed, it is a 404. A record (a dataclass, a typed dict, a model) is the
whole body, or the whole query string where there is no body; plain arguments beside it come from the query string, and
uploads from the form. Without a record, arguments come from the query string and from the form or the JSON object,
which counts more. What is missing or ill-typed is answered with every mistake at once: 422 where the body alone is to
blame, which could be read, and 400 otherwise.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kirsch.arguments.sent import (
    BODILESS,
    NO_JSON,
    NOTHING,
    Sent,
    fill,
    fill_record,
    has_body,
    read_sent,
    refusal,
    stands_in_query,
)
from kirsch.arguments.signature import MISSING, Argument, read_signature
from kirsch.conversion.texts import to_text
from kirsch.conversion.unfit import Mistakes
from kirsch.errors import NotFound, UnprocessableContent
from kirsch.request import Request

Bind = Callable[[Request], dict[str, Any]]
#: Variables of a route that are for the framework; an action takes them only if it names them.
FRAMEWORK_VARIABLES = frozenset({"format"})
#: What finds the arguments that an action has no name for; None where it takes no such.
Others = Callable[[Sent], dict[str, Any]] | None


def binder(
    action: Callable[..., Any], variables: Collection[str], converted: Mapping[str, type | None] | None = None
) -> tuple[Bind, list[str]]:
    """The function that finds *action*'s arguments in a request, and the mistakes in its signature.

    *variables* are the names of the route's variable parts; *converted* those that it hands over as values already,
    with their class where it is known.
    """
    converted = converted or {}
    signature = read_signature(action, converted)
    mistakes = list(signature.mistakes)
    names = {argument.name for argument in signature.arguments}
    known = {*variables, *signature.places}
    from_path = [argument for argument in signature.arguments if argument.name in variables]
    from_client = [argument for argument in signature.arguments if argument.name not in known]
    mistakes += [
        f"takes {argument.name!r} from the path, and its route has no variable of that name"
        for argument in signature.arguments
        if argument.name in signature.places and argument.name not in variables and argument.default is MISSING
    ]
    if not signature.takes_all:
        mistakes += [
            f"does not take the route's variable {name!r}; give it an argument of that name, or mend the name"
            for name in variables
            if name not in names and name not in FRAMEWORK_VARIABLES
        ]
    mistakes += [
        f"takes {argument.name!r} from the path, where it is one text, as a type that no one text converts to"
        for argument in from_path
        if argument.name not in converted and (argument.shape.many or argument.shape.record or argument.shape.file)
    ]
    mistakes += [
        f"takes {argument.name!r} as {getattr(argument.hint, '__name__', argument.hint)}, but its route hands over "
        f"{given.__name__}; annotate it so"
        for argument in from_path
        if (given := converted.get(argument.name)) and argument.refuses(given)
    ]
    path = _path_reader(from_path, variables, converted)
    others = _others(signature.first, names) if signature.takes_all else None
    if record := next((argument for argument in from_client if argument.whole), None):
        beside = [argument for argument in from_client if not argument.whole]
        return _bind_record(path, record, beside, others), mistakes
    if from_client or others:
        return _bind_sent(path, from_client, others), mistakes
    return path, mistakes


# From the path ------------------------------------------------------------------------------------------------


def bind_variables(request: Request) -> dict[str, Any]:
    """The route's variables as they are."""
    return request.urlvars


def bind_nothing(_request: Request) -> dict[str, Any]:
    """No arguments."""
    return {}


def _path_reader(arguments: list[Argument], variables: Collection[str], converted: Mapping[str, type | None]) -> Bind:
    if variables and not arguments:
        return bind_nothing
    ready = all(one.shape.text is to_text or converted.get(one.name) not in (None, str) for one in arguments)
    if ready and {argument.name for argument in arguments} == set(variables) - FRAMEWORK_VARIABLES == set(variables):
        return bind_variables
    rows = [(one.name, one.shape.text, None if one.default is MISSING else one.default) for one in arguments]

    def bind_path(request: Request) -> dict[str, Any]:
        values, variables = {}, request.urlvars
        for name, convert, default in rows:
            value = variables.get(name)
            if value is None:
                value = default
            elif type(value) is str:
                try:
                    value = convert(value)
                except ValueError:
                    raise NotFound from None
            values[name] = value
        return values

    return bind_path


# From the client ----------------------------------------------------------------------------------------------


def _bind_sent(path: Bind, arguments: list[Argument], others: Others) -> Bind:
    """The binder of plain arguments."""
    rows = [argument.row for argument in arguments]
    idle = others is None and all(argument.absent is None for argument in arguments)

    def bind(request: Request) -> dict[str, Any]:
        environ = request.environ
        if idle and not environ.get("QUERY_STRING") and environ["REQUEST_METHOD"] in BODILESS:
            return path(request)
        query, form, json = sent = read_sent(request)
        if json is not NO_JSON and not isinstance(json, dict):
            raise UnprocessableContent("The JSON body is not an object.")
        values = path(request).copy()
        if (mistakes := fill(values, rows, query, form, json)) is not None:
            raise refusal(mistakes, body_to_blame=has_body(request, sent) and not stands_in_query(mistakes, sent))
        return values if others is None else others(sent) | request.urlvars | values

    return bind


def _bind_record(path: Bind, record: Argument, beside: list[Argument], others: Others) -> Bind:
    """The binder of an action that takes a record, and beside it others that are no part of it."""
    files = [argument.row for argument in beside if argument.shape.file]
    plain = [argument.row for argument in beside if not argument.shape.file]

    def bind(request: Request) -> dict[str, Any]:
        query, form, _ = sent = read_sent(request)
        values = path(request).copy()
        in_query = fill(values, plain, query, NOTHING, NO_JSON) if plain else None
        in_form = fill(values, files, NOTHING, form, NO_JSON) if files else None
        within = fill_record(values, record, sent, request)
        if in_query or in_form or within:
            named = {place.removeprefix(".") or record.name: said for place, said in (within or {}).items()}
            mistakes = Mistakes((in_query or {}) | (in_form or {}) | named)
            raise refusal(mistakes, body_to_blame=not in_query and has_body(request, sent))
        return values if others is None else others((query, NOTHING, NO_JSON)) | request.urlvars | values

    return bind


def _others(first: str, known: Collection[str]) -> Callable[[Sent], dict[str, Any]]:
    """What goes to an action that takes any argument: the rest, apart from what has its own way or none."""
    skipped = {first, *known}

    def rest(sent: Sent) -> dict[str, Any]:
        query, form, json = sent
        found = dict(query) | dict(form) | ({} if json is NO_JSON else json)
        return {name: value for name, value in found.items() if name not in skipped}

    return rest
