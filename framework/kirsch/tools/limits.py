"""Say how much of a request's body an action takes."""

from dataclasses import dataclass
from typing import TypeVar

from kirsch.errors import UsageError
from kirsch.request import BodyLimits, Request
from kirsch.settings import size
from kirsch.tool import Setup, Tool

Number = TypeVar("Number", int, float)


@dataclass
class Limits(Tool, order=2):
    """Say how much of a request's body an action takes; the defaults hold also where the tool is off.

    Sizes are bytes or texts such as "500 kB" and "10 MiB". More than that is answered 413, a body that takes longer
    408, JSON that is nested deeper 400. What the server itself takes at most is `request_body_limit` under `[server]`.
    """

    #: The whole body, files included.
    body: int | str = "100 MiB"
    #: What is held in memory at once: JSON, a form without files, the text of a form with files.
    memory: int | str = "8 MiB"
    #: How many fields a form or a query string may have.
    fields: int = 1000
    #: One field of a form.
    field: int | str = "1 MiB"
    #: How many files a form may have.
    files: int = 100
    #: One file; as much as the body where it is empty.
    file: int | str = ""
    #: How many arrays and objects of a JSON text may lie one in the other.
    json_depth: int = 64
    #: Seconds that may be spent waiting for the body.
    seconds: float = 300

    def prepare(self, setup: Setup) -> None:
        """Read the sizes.

        :raises UsageError: for what is no size, and for a number below zero.
        """
        self._limits = BodyLimits(
            body=size("body", self.body), memory=size("memory", self.memory),
            fields=count("fields", self.fields), field=size("field", self.field),
            files=count("files", self.files), file=None if self.file == "" else size("file", self.file),
            json_depth=count("json_depth", self.json_depth), seconds=count("seconds", self.seconds),
        )  # fmt: skip

    def start(self, request: Request) -> None:
        request.limits = self._limits


def count(option: str, value: Number) -> Number:
    """*value*, if it is not below zero.

    :raises UsageError: when it is.
    """
    if value < 0:
        raise UsageError(f"{option} must not be below zero, and is {value}.")
    return value
