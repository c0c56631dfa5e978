"""Who may look at what a site tells of itself: nobody, until it is said who."""

from dataclasses import dataclass, field
from typing import Any

from kirsch.authentication import unauthorized
from kirsch.errors import Forbidden, KirschError
from kirsch.policy import Policy, policy_of
from kirsch.request import Request
from kirsch.target import READ
from kirsch.tool import Setup, Tool
from kirsch.tools._networks import trusting

#: What a browser on the machine itself calls it; any other name could be a stranger's that leads here.
HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
ON_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})
#: What proxies add. Where nobody has read it (tools.proxy) the address is a proxy's, and says nothing of who asks.
FORWARDING = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


@dataclass
class Guarded(Tool):
    """A tool with something to show, and a rule about who may see it."""

    #: Who may look: a rule such as "role:admin" or "authenticated", of `kirsch.policy` or in words. Needs a tool that
    #: knows who asks. Empty: nobody, but for *trusted* clients, and in development for a browser on this machine.
    policy: Any = ""
    #: Addresses and networks whose clients may look without signing in: "10.0.0.0/8", "::1"; "unix" for who comes by a
    #: Unix socket.
    trusted: list[str] = field(default_factory=list)

    def guard(self, setup: Setup) -> None:
        """Read the rule; for :meth:`prepare` to call.

        :raises UsageError: for what is no rule, and for what is no network.
        """
        self._policy: Policy | None = policy_of(self.policy) if self.policy else None
        self._trusts = trusting("trusted", self.trusted)

    def check(self, request: Request) -> None:
        """Let the request pass.

        :raises Unauthorized: where somebody else might.
        :raises Forbidden: where it may not; in development with what to do.
        """
        if knows_client(request) and self._trusts(request.client_addr or ""):
            return
        if self._policy is None:
            self._check_place(request)
            return
        if not request.offers("user"):
            raise KirschError("policy needs to know who asks; switch an authentication tool on for this controller.")
        if self._policy(request):
            return
        raise unauthorized(request) if request.take("user") is None else Forbidden()

    def _check_place(self, request: Request) -> None:
        if not request.application.debug:
            raise Forbidden()
        host = request.host if request.host.endswith("]") else request.host.rpartition(":")[0] or request.host
        if request.client_addr not in ON_THIS_MACHINE or host not in HERE or not knows_client(request):
            word = type(self).__name__.lower()
            raise Forbidden(f"Say who may look: set policy or trusted under [tools.{word}].")


def knows_client(request: Request) -> bool:
    """Whether the address of a request is that of who asks, and not of a proxy that nobody has named."""
    environ = request.environ
    return bool(environ.get(READ)) or not any(name in environ for name in FORWARDING)
