"""What a client sent, how arguments are filled from it, and the one answer to everything that does not fit."""

from collections.abc import Sequence
from typing import Any

from kirsch.arguments.signature import Argument, Row
from kirsch.bodies import is_form, read_query
from kirsch.conversion.shape import Pairs
from kirsch.conversion.unfit import Mistakes
from kirsch.errors import BadRequest, HTTPError, UnprocessableContent, UnsupportedMediaType
from kirsch.request import Request

BODILESS = frozenset({"GET", "HEAD"})
#: Mistakes that the sentence of an answer names; its errors hold all.
NAMED = 10
NOTHING: Pairs = []
#: What stands for the value of a JSON body where there is none.
NO_JSON = object()

#: The fields of the query string, and those of a form or the value of a JSON body.
Sent = tuple[Pairs, Pairs, Any]


def read_sent(request: Request) -> Sent:
    """What the client sent; a body is read where the method has one."""
    environ = request.environ
    query = read_query(text, request.limits) if (text := environ.get("QUERY_STRING")) else NOTHING
    if environ["REQUEST_METHOD"] in BODILESS:
        return query, NOTHING, NO_JSON
    if request.is_json:
        empty = (environ.get("CONTENT_LENGTH") or "0") == "0" and request.length == 0
        return query, NOTHING, NO_JSON if empty else request.json
    return query, request.form(), NO_JSON


def fill(values: dict[str, Any], rows: Sequence[Row], query: Pairs, form: Pairs, members: Any) -> Mistakes | None:
    """Add the arguments to *values*; the fields of a form and the *members* of JSON count more than the query string.

    The mistakes are the result; None where there is none.
    """
    last = dict(query) | dict(form) if query and form else dict(form or query)
    mistakes = None
    for name, text, json, several, file, unset, absent in rows:
        try:
            if members is not NO_JSON and name in members:
                values[name] = json(members[name])
            elif several is not None:
                if found := several(form) or several(query):
                    values[name] = text(found)
                elif absent is not None:
                    values[name] = absent()
            elif name in last and not (unset and last[name] == ""):
                value = last[name]
                if type(value) is not str and not file:
                    raise ValueError("is a file, not a text")
                values[name] = text(value)
            elif absent is not None:
                values[name] = absent()
        except ValueError as error:
            if mistakes is None:
                mistakes = Mistakes()
            mistakes.add(name, error)
        except RecursionError:
            raise too_deep() from None
    return mistakes


def fill_record(values: dict[str, Any], argument: Argument, sent: Sent, request: Request) -> Mistakes | None:
    """Add the record that takes the whole body, or the whole query string of a request without one.

    :raises UnsupportedMediaType: for a body that is neither a form nor JSON.
    """
    name, shape = argument.name, argument.shape
    query, form, json = sent
    try:
        if json is not NO_JSON:
            values[name] = shape.json(json)
            return None
        bodiless = request.environ["REQUEST_METHOD"] in BODILESS
        if not (bodiless or form or request.is_json or has_body(request, sent)) and request.length != 0:
            raise UnsupportedMediaType("Send a form or a JSON object.")
        record, fields = shape.record, query if bodiless else form
        assert record is not None
        if not argument.may_be_absent or record.named_in(fields):
            values[name] = shape.text(record.gather(fields))
        elif argument.absent is not None:
            values[name] = argument.absent()
    except ValueError as error:
        mistakes = Mistakes()
        mistakes.add("", error)
        return mistakes
    except RecursionError:
        raise too_deep() from None
    return None


def too_deep() -> HTTPError:
    """The answer to a value inside values inside values, without end."""
    return UnprocessableContent("The body is nested too deeply.")


def refusal(mistakes: Mistakes, *, body_to_blame: bool) -> HTTPError:
    """The answer that lists every mistake: 422 where only a body is to blame that could be read, else 400.

    Source: RFC 9110, sections 15.5.1 and 15.5.21.
    """
    kind = UnprocessableContent if body_to_blame else BadRequest
    named = [f"{name!r} {sentences[0]}" for name, sentences in mistakes.items()]
    more = [f"and {len(named) - NAMED} more"] if len(named) > NAMED else []
    return kind("; ".join(named[:NAMED] + more) + ".", errors=mistakes)


def has_body(request: Request, sent: Sent) -> bool:
    """Whether the request has a body that could be read, be it an empty form."""
    _, form, json = sent
    return json is not NO_JSON or bool(form) or is_form(request.environ)


def stands_in_query(mistakes: Mistakes, sent: Sent) -> bool:
    """Whether some mistake stands in the query string and not in the body over it."""
    query, form, json = sent
    over = {name for name, _ in form} | (set() if json is NO_JSON else json.keys())
    queried = {name for name, _ in query} - over
    return any(name.partition("[")[0].partition(".")[0] in queried for name in mistakes)
