"""Send headers that configuration names, and overlook others that clients send."""

from dataclasses import dataclass, field

from kirsch.errors import UsageError
from kirsch.headers import BadHeader, check_header, environ_key, is_token
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

#: What says where an answer ends and what becomes of its connection, which is the server's to say.
OF_THE_SERVER = frozenset(
    {"connection", "content-length", "date", "keep-alive", "trailer", "transfer-encoding", "upgrade"}
)
#: What says which body belongs to which address.
NEEDED = OF_THE_SERVER | {"content-type", "host"}


# Acts late on the way back, so that it sees what the action and the other tools have set.
@dataclass
class Headers(Tool, order=6):
    """Send fixed headers with every answer, errors too, take others away, and overlook some that clients send.

    A header that the action or another tool has set is left as it is.
    """

    #: The headers to send, by name: a text, or a list of texts where it is to be sent several times.
    send: dict[str, str | list[str]] = field(default_factory=dict)
    #: Names of headers that are taken away, whoever has set them.
    remove: list[str] = field(default_factory=list)
    #: Names of headers of requests that are taken for not sent: "Range", say, where parts cost too much.
    ignore: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Check the headers.

        :raises UsageError: for a name or a value that is no header's, and for those that the server sends.
        """
        self._pairs: list[tuple[str, str]] = []
        for name, value in self.send.items():
            for one in value if isinstance(value, list) else [value]:
                try:
                    check_header(name, one)
                except BadHeader as error:
                    raise UsageError(f"send: {error}") from None
                self._pairs.append((name, one))
        self._removed = {name.lower() for name in self.remove}
        for name in (*self.send, *self.remove):
            if name.lower() in OF_THE_SERVER:
                option = "send" if name in self.send else "remove"
                raise UsageError(f"{option} has {name!r}, which is the server's to say; leave it out.")
        for name in self.ignore:
            if not is_token(name) or name.lower() in NEEDED:
                raise UsageError(f"ignore has {name!r}, which no request can do without, or no header is called.")
        self._ignored = [environ_key(name) for name in self.ignore]

    def start(self, request: Request) -> None:
        for name in self._ignored:
            request.environ.pop(name, None)

    def after(self, request: Request, response: Response) -> None:
        headers = response.headerlist
        if self._removed:
            headers[:] = [pair for pair in headers if pair[0].lower() not in self._removed]
        present = {name.lower() for name, _ in headers}
        headers.extend(pair for pair in self._pairs if pair[0].lower() not in present)
