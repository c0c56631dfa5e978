"""One request and its answer: from the parsed head through the application to the last byte sent."""

import io
import logging
import re
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Protocol

from kirsch.errors import HTTPError, title_of
from kirsch.headers import is_token
from kirsch.server.body import Body, ChunkedBody, LengthBody
from kirsch.server.head import Head
from kirsch.server.stream import ClientGone, Reader, Writer

#: What an application left unread is read and dropped up to here; beyond it the connection is closed.
MOST_UNREAD = 64 * 1024

STATUS = re.compile(r"[1-9]\d\d [^\x00-\x08\x0a-\x1f\x7f]*")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

log = logging.getLogger("kirsch.server")


class Serving(Protocol):
    """What an exchange, and the connection that carries it, need of the server."""

    environ: dict[str, Any]
    wsgi_app: Any
    name: str
    timeout: Any
    request_head_limit: int
    request_body_limit: int | None
    keep_alive_connections: int | None
    requests: Any

    @property
    def can_add_keepalive_connection(self) -> bool: ...


class Carrying(Protocol):
    """What an exchange needs of the connection."""

    rfile: Reader
    wfile: Writer
    peer: dict[str, str]


class Exchange:
    """One request and its answer on a connection.

    After :meth:`respond`, *keep* says whether the connection can carry another request.
    """

    def __init__(self, server: Serving, connection: Carrying, head: Head) -> None:
        self.server = server
        self.connection = connection
        self.head = head
        self.body = self.open_body()
        self.keep = head.keep_alive
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.head_sent = False
        self.chunked = False
        self.left: int | None = None
        self.single = False

    def open_body(self) -> Body | None:
        """The body, or None if there is none."""
        before = self.send_continue if self.head.waits else None
        if self.head.chunked:
            return ChunkedBody(self.connection.rfile, self.server.request_body_limit, before)
        if self.head.length:
            return LengthBody(self.connection.rfile, self.head.length, before)
        return None

    def send_continue(self) -> None:
        """Tell a client that waits for it to send its body (RFC 9110, section 10.1.1)."""
        if not self.head_sent:
            self.connection.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def respond(self) -> None:
        """Run the application and send its answer; whatever fails, the client gets an answer that says so."""
        try:
            self.run()
        except ClientGone:
            self.keep = False
        except HTTPError as refusal:
            self.refuse(refusal)
        except BaseException:  # SystemExit from an application must not end a thread that serves others.
            log.exception("%s %s failed", self.head.method, self.head.target)
            self.refuse(HTTPError("The application failed; the log says why.", status=500))
        if self.keep:
            self.keep = self.skip_body()

    def run(self) -> None:
        """The application's answer, chunk by chunk; its iterable is closed in any case."""
        if self.head.target == "*":
            return self.answer_server_options()
        chunks: Iterable[bytes] = self.server.wsgi_app(self.environ(), self.start_response)
        self.single = isinstance(chunks, (list, tuple)) and len(chunks) == 1
        part = chunks.sendable() if hasattr(chunks, "sendable") else None
        try:
            if part is None or not self.send_file(*part):
                for chunk in chunks:
                    if chunk:
                        self.write(chunk)
            self.finish()
        finally:
            close: Callable[[], None] | None = getattr(chunks, "close", None)
            if close is not None:
                close()

    def answer_server_options(self) -> None:
        """``OPTIONS *`` asks about the server, not about a page of it (RFC 9110, section 9.3.7)."""
        self.start_response("204 No Content", [])
        self.finish()

    def environ(self) -> dict[str, Any]:
        """What PEP 3333 wants an application to know."""
        head = self.head
        environ = self.server.environ.copy()
        environ.update(self.connection.peer)
        environ.update(head.fields)
        environ["REQUEST_METHOD"] = head.method
        environ["REQUEST_URI"] = head.target
        environ["PATH_INFO"] = head.path
        environ["QUERY_STRING"] = head.query
        environ["SERVER_PROTOCOL"] = head.protocol
        environ["wsgi.input"] = io.BytesIO() if self.body is None else io.BufferedReader(self.body, 64 * 1024)
        environ["wsgi.input_terminated"] = head.chunked
        return environ

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """The function that the application calls to begin its answer (PEP 3333)."""
        if exc_info is not None and self.head_sent:
            raise exc_info[1]
        if self.status and exc_info is None:
            raise RuntimeError("start_response was called a second time without exc_info.")
        if not STATUS.fullmatch(status):
            raise ValueError(f"The status {status!r} cannot be sent.")
        for name, value in headers:
            if not is_token(name) or CONTROL.search(value):
                raise ValueError(f"The response header {name!r}: {value!r} cannot be sent.")
        self.status, self.headers = status, headers
        return self.write

    def write(self, chunk: bytes) -> None:
        """Send a piece of the body, after the head if that is still to be sent."""
        head = b"" if self.head_sent else self.make_head(len(chunk) if self.single else None)
        if not self.has_body:
            if head:
                self.connection.wfile.write(head)
            return
        chunk = self.fitted(chunk)
        if self.chunked and chunk:
            chunk = b"%x\r\n%b\r\n" % (len(chunk), chunk)
        if head and len(chunk) > 16 * 1024:
            self.connection.wfile.write(head)
            head = b""
        self.connection.wfile.write(head + chunk if head else chunk)

    def send_file(self, file: Any, first: int, count: int) -> bool:
        """Have the system send *count* bytes of an open file; False where it cannot, and nothing has been sent."""
        lengths = [value for name, value in self.headers if name.lower() == "content-length"]
        if self.head_sent or not self.has_body or lengths != [str(count)] or not self.connection.wfile.sends_files:
            return False
        self.connection.wfile.write(self.make_head(count))
        self.left = count - self.connection.wfile.send_file(file.fileno(), first, count)
        return True

    def fitted(self, chunk: bytes) -> bytes:
        """*chunk*, cut where the announced length ends: more would pass for the next answer."""
        if self.left is None:
            return chunk
        if len(chunk) > self.left:
            log.error("%s %s: the answer is longer than its Content-Length", self.head.method, self.head.target)
            self.keep = False
            chunk = chunk[: self.left]
        self.left -= len(chunk)
        return chunk

    def finish(self) -> None:
        """Send the head if nothing else was sent, and the end of a chunked answer."""
        if not self.head_sent:
            self.connection.wfile.write(self.make_head(0))
        if self.chunked:
            self.connection.wfile.write(b"0\r\n\r\n")
        if self.left and self.has_body:
            log.error("%s %s: the answer is shorter than its Content-Length", self.head.method, self.head.target)
            self.keep = False

    @property
    def has_body(self) -> bool:
        """Whether the answer may have a body (RFC 9110, section 6.4.1)."""
        return self.head.method != "HEAD" and self.status[0] != "1" and self.status[:3] not in ("204", "304")

    def make_head(self, length: int | None) -> bytes:
        """The head of the answer; *length* is that of the body where it is known."""
        if not self.status:
            raise RuntimeError("The application sent a body before it called start_response.")
        if self.body is not None and self.body.failure is not None and self.status[0] in "235":
            raise self.body.failure
        lines, names = [f"HTTP/1.1 {self.status}\r\n"], set()
        for name, value in self.headers:
            lower = name.lower()
            if lower == "connection":
                self.keep = self.keep and value.lower() != "close"
            if lower in ("connection", "keep-alive", "transfer-encoding"):  # these are the server's (PEP 3333)
                continue
            if lower == "content-length":
                self.left = int(value)
                if self.status.startswith("204"):
                    continue
            names.add(lower)
            lines.append(f"{name}: {value}\r\n")
        lines.extend(self.framing(names, length))
        if "date" not in names:
            lines.append(f"Date: {http_date(int(time.time()))}\r\n")
        if self.server.name and "server" not in names:
            lines.append(f"Server: {self.server.name}\r\n")
        encoded = "".join(lines).encode("latin-1") + b"\r\n"
        self.head_sent = True
        return encoded

    def framing(self, names: set[str], length: int | None) -> list[str]:
        """The fields that say where the answer ends and whether the connection stays."""
        lines = []
        if "content-length" not in names and self.has_body:
            if length is not None:
                self.left = length
                lines.append(f"Content-Length: {length}\r\n")
            elif self.head.version >= (1, 1):
                self.chunked = True
                lines.append("Transfer-Encoding: chunked\r\n")
            else:
                self.keep = False
        self.keep = self.keep and not self.much_unread() and self.server.can_add_keepalive_connection
        if not self.keep:
            lines.append("Connection: close\r\n")
        elif self.head.version < (1, 1):
            lines.append("Connection: keep-alive\r\n")
        return lines

    def much_unread(self) -> bool:
        """Whether the rest of the body is too much to read only to drop it, or may never come."""
        body = self.body
        if body is None or body.ended:
            return False
        if body.failure is not None or body.before is not None:
            return True
        return isinstance(body, LengthBody) and body.left > MOST_UNREAD

    def skip_body(self) -> bool:
        """Read what the application left of the body; False where the connection must be closed instead."""
        if self.body is None or self.body.ended:
            return True
        try:
            return self.body.skip(MOST_UNREAD)
        except HTTPError:
            return False

    def refuse(self, refusal: HTTPError) -> None:
        """Answer with an error of the server's own, if nothing has been sent, and close the connection."""
        self.keep = False
        if self.head_sent:
            return
        try:
            self.connection.wfile.write(plain_answer(refusal, self.server.name, self.head.method == "HEAD"))
        except ClientGone:
            return


def plain_answer(refusal: HTTPError, name: str, bodiless: bool = False) -> bytes:
    """A whole answer, for what is refused before any application sees it; the connection closes after it."""
    text = f"{refusal.status} {title_of(refusal.status)}\n{refusal.detail}\n".encode()
    lines = [
        f"HTTP/1.1 {refusal.status} {title_of(refusal.status)}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(text)}",
        "Connection: close",
        f"Date: {http_date(int(time.time()))}",
    ]
    if name:
        lines.append(f"Server: {name}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if bodiless else text)


@lru_cache(maxsize=2)
def http_date(second: int) -> str:
    """The time as the Date header writes it, formatted once a second."""
    return formatdate(second, usegmt=True)
