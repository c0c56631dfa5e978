"""The requests that are timed."""

import functools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench import answers, wsgi
from bench.peers import contract

BOUNDARY = "----bench0123456789abcdef"
Send = Callable[[dict[str, Any], bytes], wsgi.Answer]


@dataclass(frozen=True)
class Scenario:
    """A request, what is right to answer, and who is asked."""

    name: str
    check: Callable[[wsgi.Answer], None]
    path: str
    query: str = ""
    method: str = "GET"
    body: Callable[[], bytes] | None = None
    content_type: str | None = None
    #: The headers that the answer to a first, plain request leads to.
    follow_up: Callable[[wsgi.Answer], list[tuple[str, str]]] | None = None
    #: Whether the smallest application of a peer serves it.
    core: bool = False
    #: Who is asked instead of every peer: the name in the report, the peer's module, whether it is the whole contract.
    asked: Mapping[str, tuple[str, bool]] | None = None

    def request(self, send: Send) -> tuple[dict[str, Any], bytes]:
        """The environ and the body; *send* answers the request that has to be made before."""
        body = self.body() if self.body else b""
        first = wsgi.make_environ(self.method, self.path, self.query)
        headers = self.follow_up(send(first, b"")) if self.follow_up else ()
        return wsgi.make_environ(self.method, self.path, self.query, headers, body, self.content_type), body

    def workers(self, names: tuple[str, ...]) -> dict[str, tuple[str, bool]]:
        """By the name in the report, which of the peers *names* are asked: module, and whether the whole contract."""
        if self.asked is None:
            return {name: (name, not self.core) for name in names}
        return {name: worker for name, worker in self.asked.items() if name.partition("+")[0] in names}


@functools.cache
def form_body() -> bytes:
    """The five fields, urlencoded."""
    return urlencode(contract.FORM).encode()


@functools.cache
def upload_body(lines: bool = False) -> bytes:
    """A multipart body with one part of 1 MiB: random bytes, or text in lines of 9 bytes."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="upload.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    size = contract.UPLOAD_BYTES
    content = b"1234567\r\n" * (size // 9) + b"x" * (size % 9) if lines else random.Random(1).randbytes(size)
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


HELLO = functools.partial(answers.text, "Hello, Kirsche!")
FORM = functools.partial(answers.is_json, contract.FORM)
SIZE = functools.partial(answers.is_json, {"size": contract.UPLOAD_BYTES})
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
#: The same page in a site as the generator configures it, beside others with nothing on and as theirs does.
CONFIGURED = {
    "kirsch": ("kirsch_site", True),
    "django": ("django", False),
    "flask": ("flask", False),
    "django+startproject": ("django_site", True),
}

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("plaintext", functools.partial(answers.text, contract.HELLO), "/plaintext", core=True),
        Scenario("json", functools.partial(answers.is_json, {"message": contract.HELLO}), "/json", core=True),
        Scenario("hello", HELLO, "/hello/Kirsche", core=True),
        Scenario("missing", answers.missing, "/nothing/here", core=True),
        Scenario("db", answers.one_row, "/db"),
        Scenario("queries", functools.partial(answers.rows, 20), "/queries", "n=20"),
        Scenario("updates", functools.partial(answers.written_rows, 20), "/updates", "n=20"),
        Scenario("fortunes", answers.fortunes, "/fortunes"),
        Scenario("form", FORM, "/form", "", "POST", form_body, URLENCODED),
        Scenario("upload", SIZE, "/upload", "", "POST", upload_body, MULTIPART),
        Scenario("uploadlines", SIZE, "/upload", "", "POST", functools.partial(upload_body, lines=True), MULTIPART),
        Scenario("counter", answers.counted, "/counter", follow_up=answers.cookies),
        Scenario("static", answers.whole_file, "/static/asset.bin"),
        Scenario("static304", answers.not_modified, "/static/asset.bin", follow_up=answers.validators),
        Scenario("site", HELLO, "/hello/Kirsche", asked=CONFIGURED),
    )
}
