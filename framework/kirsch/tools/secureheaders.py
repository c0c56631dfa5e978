"""What browsers are told to refuse on our behalf."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

#: Scripts, forms, frames and everything else from this site alone; styles may stand in the page itself.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'"
)
ANCESTORS = {"DENY": "; frame-ancestors 'none'", "SAMEORIGIN": "; frame-ancestors 'self'", "": ""}
#: The word in a policy that lets in what carries the nonce of the page, and what comes in the place of its braces.
NONCE, BRACES = "'nonce-{nonce}'", "{nonce}"
#: What may stand in the address that reports are sent to: nothing that ends a directive or a quoted text.
ADDRESS = re.compile(r"(?:/|https?://)[!#-+\--:<-\[\]-~]*")
#: Seconds; what the lists that browsers come with ask for.
YEAR = 365 * 24 * 3600


@dataclass
class SecureHeaders(Tool, order=5):
    """Tell browsers, with every answer, what to refuse: guessed types, foreign frames, scripts of other sites.

    A header that the action or another tool has set is left as it is. An empty option leaves its header out.
    """

    #: What may come from where (Content-Security-Policy, level 3). By default everything from this site alone: no
    #: script in a page itself, styles may. What *frame* says is added. Where it has the word `'nonce-{nonce}'`, scripts
    #: and styles in a page may run that carry ``csp_nonce()`` of its template, another text for each answer.
    policy: str = POLICY
    #: Where browsers report what they have refused: a path of this site, or an address.
    report_to: str = ""
    #: Whether the policy is only reported on, not enforced: to try out a new one.
    report_only: bool = False
    #: Who may show a page in a frame: nobody, pages of this site, or anybody.
    frame: Literal["DENY", "SAMEORIGIN", ""] = "DENY"
    #: What other sites learn of the address a visitor comes from (Referrer-Policy).
    referrer: str = "same-origin"
    #: Whether pages of other sites keep a hold on a window that shows ours (Cross-Origin-Opener-Policy).
    opener: str = "same-origin"
    #: What pages may use of the device: "camera=(), geolocation=()" (Permissions-Policy).
    permissions: str = ""
    #: Seconds for which browsers insist on https, sent over https only (Strict-Transport-Security); 0 sends nothing.
    hsts: int = 0
    #: Whether that holds for all sub-domains, too.
    hsts_subdomains: bool = False
    #: Whether browsers may know it before the first visit; needs a year of *hsts* and *hsts_subdomains*.
    hsts_preload: bool = False

    def prepare(self, setup: Setup) -> None:
        """Join the headers.

        :raises UsageError: for a value that is no header's.
        """
        ancestors = "" if not self.policy or "frame-ancestors" in self.policy else ANCESTORS[self.frame]
        reports = f"; report-uri {self.report_to}; report-to csp" if self.report_to and self.policy else ""
        self._policy = self.policy + ancestors + reports
        if BRACES in self._policy.replace(NONCE, ""):
            raise UsageError(f"policy cannot have {BRACES} alone. Write it as {NONCE}, quotation marks included.")
        if self.report_to and not ADDRESS.fullmatch(self.report_to):
            raise UsageError(f'report_to must be a path such as "/reports", or an address, not {self.report_to!r}.')
        self._policy_name = f"Content-Security-Policy{'-Report-Only' if self.report_only else ''}"
        headers = {
            "X-Content-Type-Options": "nosniff",
            self._policy_name: without_nonce(self._policy),
            "X-Frame-Options": self.frame,
            "Referrer-Policy": self.referrer,
            "Cross-Origin-Opener-Policy": self.opener,
            "Permissions-Policy": self.permissions,
            "Reporting-Endpoints": f'csp="{self.report_to}"' if reports else "",
        }
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()) and value:
                raise UsageError(f"{name} cannot be {value!r}. Use one line of ASCII characters.")
        self._plain = [(name, value) for name, value in headers.items() if value]
        if self.hsts_preload and not (self.hsts_subdomains and self.hsts >= YEAR):
            raise UsageError(f"hsts_preload needs hsts_subdomains = true and hsts of at least {YEAR}.")
        subdomains = "; includeSubDomains" if self.hsts_subdomains else ""
        subdomains += "; preload" if self.hsts_preload else ""
        hsts = [("Strict-Transport-Security", f"max-age={self.hsts}{subdomains}")] if self.hsts else []
        self._safe = [*self._plain, *hsts]
        self._names = {name.lower() for name, _ in self._safe}

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The nonce of the answer, where the policy has a word for it."""
        return {"csp_nonce": lambda _: secrets.token_urlsafe(18)} if BRACES in self.policy else {}

    def after(self, request: Request, response: Response) -> None:
        pairs = self._safe if request.environ["wsgi.url_scheme"] == "https" else self._plain
        headers = response.headerlist
        if own := {name.lower() for name, _ in headers} & self._names:
            pairs = [pair for pair in pairs if pair[0].lower() not in own]
        if (nonce := request.taken("csp_nonce")) is not None:
            pairs = [self._with(nonce, pair) for pair in pairs]
            if "Cache-Control" not in response.headers:
                headers.append(("Cache-Control", "no-store"))
        headers.extend(pairs)

    def _with(self, nonce: str, pair: tuple[str, str]) -> tuple[str, str]:
        return (pair[0], self._policy.replace(BRACES, nonce)) if pair[0] == self._policy_name else pair


def without_nonce(policy: str) -> str:
    """*policy* for a page that has no use for a nonce: nothing in it may run by one."""
    return policy.replace(" " + NONCE, "")
