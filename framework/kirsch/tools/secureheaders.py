"""What browsers are told to refuse on our behalf."""

from dataclasses import dataclass
from typing import Literal

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
#: Seconds; what the lists that browsers come with ask for.
YEAR = 365 * 24 * 3600


@dataclass
class SecureHeaders(Tool, order=5):
    """Tell browsers, with every answer, what to refuse: guessed types, foreign frames, scripts of other sites.

    A header that the action or another tool has set is left as it is. An empty option leaves its header out.
    """

    #: What may come from where (Content-Security-Policy, level 3). By default everything from this site alone: no
    #: script in a page itself, styles may. What *frame* says is added.
    policy: str = POLICY
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
        report = "-Report-Only" if self.report_only else ""
        ancestors = "" if not self.policy or "frame-ancestors" in self.policy else ANCESTORS[self.frame]
        headers = {
            "X-Content-Type-Options": "nosniff",
            f"Content-Security-Policy{report}": self.policy + ancestors,
            "X-Frame-Options": self.frame,
            "Referrer-Policy": self.referrer,
            "Cross-Origin-Opener-Policy": self.opener,
            "Permissions-Policy": self.permissions,
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

    def after(self, request: Request, response: Response) -> None:
        pairs = self._safe if request.environ["wsgi.url_scheme"] == "https" else self._plain
        headers = response.headerlist
        if own := {name.lower() for name, _ in headers} & self._names:
            pairs = [pair for pair in pairs if pair[0].lower() not in own]
        headers.extend(pairs)
