"""Who may use an action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kirsch.authentication import POLICY, findings, unauthorized
from kirsch.errors import Forbidden, NotFound
from kirsch.policy import Policy, policy_of
from kirsch.request import Request
from kirsch.tool import Setup, Tool


@dataclass
class Allow(Tool, order=9):
    """Let those pass whom a policy lets: ``allow = role("editor") | owner`` in a controller.

    Where nobody is signed in the answer is 401, with the challenges of all authentication tools that are on, and 403
    where it is somebody else. Credentials that are wrong are 401 whatever the policy.
    """

    needs: ClassVar[Mapping[str, str]] = {
        "user": "to know who asks. Switch tools.login, basicauth, bearer, digestauth or oidc on for it"
    }

    #: The rule: of `kirsch.policy`, a function of the request, or in words: "authenticated", "role:editor | scope:x".
    policy: Any
    #: Whether those who may not pass are told 404, so that they do not learn that something is there.
    hidden: bool = False

    def prepare(self, setup: Setup) -> None:
        """Read the rule.

        :raises UsageError: when it is none.
        """
        self._policy: Policy = policy_of(self.policy)

    def offers(self) -> Mapping[str, Callable[[Request], Policy]]:
        """The rule itself; by it authentication tools know that it is asked."""
        return {POLICY: lambda _: self._policy}

    def start(self, request: Request) -> None:
        if request.route is None:
            return
        user = request.take("user")
        wrong = user is None and any(finding.refused for finding in findings(request))
        if not wrong and self._policy(request):
            return
        if self.hidden:
            raise NotFound
        if user is None:
            raise unauthorized(request)
        also = [finding.insufficient for finding in findings(request) if finding.user is user and finding.insufficient]
        raise Forbidden(headers=[("WWW-Authenticate", value) for value in also])
