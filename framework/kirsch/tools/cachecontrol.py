"""Say how long an answer may be kept, and by whom."""

import re
from dataclasses import dataclass
from email.utils import formatdate
from time import time

from kirsch.authentication import WHO
from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

#: What may be kept, and what names a version that is kept already. Other redirects and changes are news each time.
KEPT = frozenset({"200", "203", "206", "301", "304", "308"})
SECONDS = ("max_age", "s_maxage", "stale_while_revalidate")
WORDS = ("no_cache", "must_revalidate", "immutable")
#: The seconds of a word such as max-age=60; those of s-maxage are for caches that know Cache-Control.
AGE = re.compile("max-age=([0-9]{1,10})")
LONG_PAST = (("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Pragma", "no-cache"))


# After sessions (40) and csrf (45), whose cookies make an answer one visitor's; before the tools that heed what is said
# here: etags (12) and compression (8).
@dataclass
class CacheControl(Tool, order=14):
    """Say how long the answers to GET and HEAD may be kept, and by whom (Cache-Control, RFC 9111, section 5.2).

    What the action has said is left as it is. An answer that sets a cookie or depends on one is kept by the visitor's
    browser alone, whatever is set here; so is one to somebody who has signed in by what the server or the action
    reads, unless it is *public*, and one to a user whom a tool has found, in any case. Errors are kept by nobody.
    """

    #: Seconds for which the answer is used without asking again.
    max_age: int | None = None
    #: The same for caches that visitors share, such as a proxy or a CDN.
    s_maxage: int | None = None
    #: Seconds for which an answer that is too old may still be used while a new one is fetched (RFC 5861).
    stale_while_revalidate: int | None = None
    #: Whether shared caches may keep it even where somebody has signed in for it otherwise than by a tool.
    public: bool = False
    #: Whether only the visitor's browser may keep it.
    private: bool = False
    #: Whether nobody may keep it.
    no_store: bool = False
    #: Whether it is asked each time if a kept answer is still the right one.
    no_cache: bool = False
    #: Whether an answer that is too old is never used, not even where the site cannot be reached.
    must_revalidate: bool = False
    #: Whether the answer never changes, so that a reload does not ask for it (RFC 8246).
    immutable: bool = False
    #: What is said with errors; nothing where it is empty.
    errors: str = "no-store"
    #: Whether the same is said in the words of HTTP/1.0, which very old caches know: `Expires` by *max_age*, and for
    #: what is not to be used again, such as *max_age* = 0, a date long past with `Pragma: no-cache`.
    expires: bool = False

    def prepare(self, setup: Setup) -> None:
        """Join the words.

        :raises UsageError: for words that contradict each other, times below zero, and a text that is no header's.
        """
        for name in SECONDS:
            if (seconds := getattr(self, name)) is not None and seconds < 0:
                raise UsageError(f"{name} must not be below zero, and is {seconds}.")
        if self.private and (self.public or self.s_maxage is not None):
            other = "public" if self.public else "s_maxage"
            raise UsageError(f"private and {other} contradict each other; leave one of them out.")
        times = [(name, getattr(self, name)) for name in SECONDS if getattr(self, name) is not None]
        words = [name for name in WORDS if getattr(self, name)]
        if self.no_store and (times or words or self.public):
            other = [*(name for name, _ in times), *words, "public"][0]
            raise UsageError(f"no_store and {other} contradict each other; leave one of them out.")
        if not (self.errors.isascii() and self.errors.isprintable()):
            raise UsageError(f"errors cannot be {self.errors!r}. Use one line of ASCII characters.")
        said = [*words, *(f"{name}={seconds}" for name, seconds in times)]
        own = [word for word in said if not word.startswith("s_maxage")]
        first = ["no-store"] if self.no_store else ["public"] if self.public else ["private"] if self.private else []
        self._shared = joined([*first, *said])
        self._own = joined([*first, *own] if self.no_store else ["private", *own]) if self._shared else ""

    def after(self, request: Request, response: Response) -> None:
        told = [(name.lower(), value) for name, value in response.headerlist]
        status = response.status[:3]
        if any(name in ("cache-control", "expires") for name, _ in told):
            return
        if status[0] in "45":
            said = self.errors
        elif request.environ["REQUEST_METHOD"] not in ("GET", "HEAD") or status not in KEPT:
            return
        else:
            known = not self.public and any(request.environ.get(name) for name in WHO)
            said = self._own if known or is_personal(told) else self._shared
        if said:
            response.headerlist.append(("Cache-Control", said))
            if self.expires:
                response.headerlist += in_old_words(said)


def in_old_words(said: str) -> list[tuple[str, str]]:
    """What HTTP/1.0 knows of a Cache-Control header (RFC 9111, sections 5.3 and 5.4)."""
    if AGE.search(said) is None and "no-" not in said:
        return []
    seconds = 0 if "no-" in said else int(AGE.findall(said)[0])
    return [("Expires", formatdate(time() + seconds, usegmt=True))] if seconds else [*LONG_PAST]


def joined(words: list[str]) -> str:
    """The value of the header."""
    return ", ".join(words).replace("_", "-")


def is_personal(told: list[tuple[str, str]]) -> bool:
    """Whether the answer with these headers sets a cookie or depends on one."""
    return any(name == "set-cookie" or (name == "vary" and "cookie" in value.lower()) for name, value in told)
