"""JSON bodies, read strictly (RFC 8259) and within limits. Of names that an object has twice, the last one counts."""

import json
import math
from typing import Any, NoReturn

from kirsch.bodies.limits import BodyLimits
from kirsch.errors import BadRequest


def read_json(body: bytes, limits: BodyLimits) -> Any:
    """The value of a JSON text: UTF-8, no NaN, no number that Python cannot hold, bounded depth.

    An escape that is half a character is JSON (RFC 8259, section 8.2): it becomes half a surrogate pair, which whoever
    stores texts refuses in words that name the field.

    :raises BadRequest: for anything else.
    """
    if not body:
        raise BadRequest("The body is empty where JSON is wanted.")
    too_deep = f"The JSON body is nested deeper than the {limits.json_depth} levels that are taken here."
    try:
        value = DECODER.decode(body.decode())
    except UnicodeError:
        raise BadRequest("The JSON body is not UTF-8.") from None
    except RecursionError:
        raise BadRequest(too_deep) from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None
    except ValueError as error:
        raise BadRequest("A number in the JSON body is too long, or none of JSON's.") from error
    if body.count(b"[") + body.count(b"{") > limits.json_depth and is_deeper(value, limits.json_depth):
        raise BadRequest(too_deep)
    return value


def is_deeper(value: Any, depth: int) -> bool:
    """Whether more than *depth* lists and dicts lie one in the other."""
    level = [value]
    for _ in range(depth + 1):
        level = [item for item in level if isinstance(item, list | dict)]
        if not level:
            return False
        level = [item for outer in level for item in (outer if isinstance(outer, list) else outer.values())]
    return True


def finite(text: str) -> float:
    """A number with a fraction or an exponent, if a float can hold it."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def no_constant(word: str) -> NoReturn:
    """Refuse NaN and Infinity, which are none of JSON's."""
    raise ValueError(word)


DECODER = json.JSONDecoder(parse_float=finite, parse_constant=no_constant)
