"""Actions for programs: JSON comes in and JSON goes out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import JSONEncoder
from typing import Any

from kirsch.errors import UnsupportedMediaType, UsageError
from kirsch.extensions import named
from kirsch.headers import BadHeader, check_header
from kirsch.rendering import Render, fill, plain
from kirsch.request import SAFE_METHODS, Request
from kirsch.response import SURROGATES, Ready, Response
from kirsch.tool import Setup, Tool


# First, so that whatever another tool refuses is told to a program, too.
@dataclass
class JSON(Tool, order=1):
    """Send whatever an action returns as JSON, and errors as problem details, whatever the client says it accepts.

    A Response of the action's own and what it sends in pieces stay as they are. Where *only* is set, a body that is
    not announced as JSON is 415; one that is not JSON is 400 in any case.
    """

    #: Whether bodies of other types are refused.
    only: bool = False
    #: The media type that answers are sent as: "application/vnd.api+json".
    content_type: str = "application/json"
    #: Spaces of an indented level; 0 for all on one line.
    indent: int = 0
    #: Whether the names of objects are sorted.
    sort: bool = False
    #: "package.module:function", which is given a value that has no JSON form and returns one that has; for None, what
    #: Kirsch makes of dates, decimals, enums, records and the like holds.
    default: str = ""

    def prepare(self, setup: Setup) -> None:
        """Make the encoder.

        :raises UsageError: for a function that is not there, a type that is none, and a negative *indent*.
        """
        if self.indent < 0:
            raise UsageError(f"indent is {self.indent}; give 0 or more.")
        kind = self.content_type.partition(";")[0].strip().lower()
        if not (kind == "application/json" or kind.endswith("+json")):
            raise UsageError(
                f'content_type is {self.content_type!r}; take "application/json" or one that ends in +json.'
            )
        try:
            check_header("Content-Type", self.content_type)
        except BadHeader as error:
            raise UsageError(f"content_type: {error}") from None
        separators = (",", ": " if self.indent else ":")
        self._encode = JSONEncoder(
            default=self._own(function_of(self.default)) if self.default else plain, ensure_ascii=False,
            separators=separators, allow_nan=False, check_circular=False, indent=self.indent or None,
            sort_keys=self.sort,
        ).encode  # fmt: skip

    def start(self, request: Request) -> None:
        """Refuse what is no JSON.

        :raises UnsupportedMediaType: with what is taken.
        """
        request.for_programs = True
        writes = request.route is not None and request.environ["REQUEST_METHOD"] not in SAFE_METHODS
        if self.only and writes and request.length != 0 and not request.is_json:
            raise UnsupportedMediaType("Send JSON, announced as application/json.")

    def rendering(self, usual: Render) -> Render:
        """The function that makes a response of what an action returned; *usual* makes the others."""
        content_type = ("Content-Type", self.content_type)

        def render(request: Request, result: Any) -> Response | Ready:
            if result is None or isinstance(result, Response | Iterator | bytes):
                return usual(request, result)
            body = self._encode(result).encode("utf-8", SURROGATES)
            if request.response is not None:
                return fill(request.response, body, content_type)
            return "200 OK", [content_type, ("Content-Length", str(len(body)))], body

        return render

    def _own(self, own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def form_of(value: Any) -> Any:
            form = own(value)
            return plain(value) if form is None else form

        return form_of


def function_of(place: str) -> Callable[[Any], Any]:
    """The function that "package.module:function" names.

    :raises UsageError: when there is none.
    """
    found = named("default", place)
    if not callable(found):
        raise UsageError(f"default is {place!r}, which is no function.")
    function: Callable[[Any], Any] = found
    return function
