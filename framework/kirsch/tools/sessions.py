"""What a visitor keeps from one request to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from kirsch.cookies import OWN, VARY, SetCookie
from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._stores import Backend, Kept, Place, Session, Store, open_store

__all__ = ["Backend", "Kept", "Place", "Session", "Sessions"]


@dataclass
class Sessions(Tool, order=40):
    """Give every visitor a session, ``self.session``, kept in a signed cookie or on the server.

    The cookie is HttpOnly, SameSite=Lax, and Secure where the request came by https. Nothing is read or sent for
    requests that do not ask for the session. ``self.session.renew()`` at sign-in gives it a new key,
    ``self.session.forget()`` at sign-out ends it.
    """

    lazy: ClassVar[bool] = True

    #: Where the values are kept: "cookie" (in the cookie itself: signed, readable by the visitor), "memory" (in this
    #: process), "file", "sql", "redis", or a store that another package brings.
    store: str = "cookie"
    #: Name of the cookie.
    cookie: str = "session"
    #: Seconds until a session that is not used ends; one that is used begins anew when a tenth of them is over.
    seconds: int = 14 * 24 * 3600
    #: Seconds until a session ends however much it is used, counted from its first value or from `renew()`.
    longest: int | None = None
    #: Whether the browser keeps the cookie when it is closed.
    persistent: bool = True
    #: Path the cookie is sent for.
    path: str = "/"
    #: Domain the cookie is sent to, with its sub-domains; by default the host that has set it, alone.
    domain: str | None = None
    #: Whether the cookie is sent over https only; by default where the request that sets it came by https.
    secure: bool | None = None
    #: Whether the cookie comes with links from other sites: "lax" for links alone, "strict" for nothing, "none" for
    #: everything, over https only.
    samesite: Literal["lax", "strict", "none"] = "lax"
    #: Seconds that a request waits for others of the same session to end, before it is a 503; 0: nobody waits, and what
    #: is changed at the same time is merged. Not with "cookie".
    lock: float = 0.0
    #: Address of the server for "redis" (by default redis://127.0.0.1:6379/0), of the database for "sql".
    url: str = ""
    #: What the names of sessions begin with in Redis.
    prefix: str = "kirsch:session:"
    #: The table for "sql"; made if it is not there.
    table: str = "kirsch_sessions"
    #: The folder for "file", relative to the site's root; made if it is not there.
    folder: Path = Path("data/sessions")
    #: How many sessions "memory" keeps; beyond that, those that were not used for longest go.
    most: int = 100_000

    def prepare(self, setup: Setup) -> None:
        """Open the store.

        :raises KeyMissing: without a secret key to sign cookies with.
        :raises UsageError: without the package the store needs, or for a cookie that browsers would refuse.
        """
        self._check()
        lasting = self.seconds if self.persistent else None
        self._set = SetCookie(
            self.cookie, path=self.path, domain=self.domain, max_age=lasting, secure=self.secure, samesite=self.samesite
        )
        place = Place(setup.root, self.url, self.prefix, self.folder, self.table, self.most)
        self._store: Store = open_store(
            self.store, setup.keys(), place, setup.shared, seconds=self.seconds, longest=self.longest, lock=self.lock
        )
        if self.lock:
            self.end = self._release

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The session, and the messages that wait in it; the cookie is read for these alone."""
        return {"session": self._open, "flash": take_messages, OWN + self.cookie: lambda _: self.cookie}

    def figures(self) -> Mapping[str, int | float | str]:
        """How many sessions this process keeps; what others keep is not counted, for that may take long."""
        store: Any = self._store
        return {"kept": len(store.backend.entries), "at most": self.most} if self.store == "memory" else {}

    def after(self, request: Request, response: Response) -> None:
        session: Session | None = request.taken("session")
        if session is None:
            return
        headers = response.headerlist
        if VARY not in headers:
            headers.append(VARY)
        if "_flash" in session and response.status_code >= 400:
            keep_waiting(session, request)
        value = self._store.save(session)
        if value is not None:
            https = request.environ["wsgi.url_scheme"] == "https"
            headers.append(self._set.header(value, https) if value else self._set.removal(https))

    def clean(self) -> int:
        """Remove the sessions that have ended from the store; how many they were."""
        return self._store.clean()

    def close(self) -> None:
        if hasattr(self, "_store"):
            self._store.close()

    def _check(self) -> None:
        for option in ("seconds", "longest", "most"):
            number = getattr(self, option)
            if number is not None and number < 1:
                raise UsageError(f"{option} must be 1 at least, not {number}.")
        if self.lock < 0:
            raise UsageError(f"lock must be a number of seconds, or 0 for no lock, not {self.lock}.")
        if self.lock and self.store == "cookie":
            raise UsageError('lock needs a store on the server. Set store = "redis", "sql", "file" or "memory".')

    def _open(self, request: Request) -> Session:
        return self._store.load(request.cookie(self.cookie) or "")

    def _release(self, request: Request) -> None:
        """Give back the lock of a session that was taken while the body was sent, too late to be saved."""
        session: Session | None = request.taken("session")
        if session is not None:
            self._store.release(session)


def take_messages(request: Request) -> list[Any]:
    """The messages that wait for the page that is shown now; they are shown once."""
    found: list[Any] = request.take("session").pop("_flash", [])
    return found


def keep_waiting(session: Session, request: Request) -> None:
    """Take back the messages of a request that failed: what did not happen is not told as done on the next page."""
    del session["_flash"]
    if session.waiting and request.taken("flash") is None:
        session["_flash"] = session.waiting
