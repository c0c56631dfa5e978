"""What a visitor keeps from one request to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kirsch.cookies import VARY, SetCookie
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._stores import Session, Store, open_store

__all__ = ["Session", "Sessions"]


@dataclass
class Sessions(Tool, order=40):
    """Give every visitor a session, ``self.session``, kept in a signed cookie or on the server.

    The cookie is HttpOnly, SameSite=Lax, and Secure where the request came by https. Nothing is read or sent for
    requests that do not ask for the session. ``self.session.renew()`` at sign-in gives it a new key,
    ``self.session.forget()`` at sign-out ends it.
    """

    #: Where the values are kept: in the cookie itself (signed, readable by the visitor), in this process, in Redis.
    store: Literal["cookie", "memory", "redis"] = "cookie"
    #: Name of the cookie.
    cookie: str = "session"
    #: Seconds until a session that is not used ends; one that is used begins anew when a tenth of them is over.
    seconds: int = 14 * 24 * 3600
    #: Path the cookie is sent for.
    path: str = "/"
    #: Whether the cookie is sent over https only; by default where the request that sets it came by https.
    secure: bool | None = None
    #: Address of the Redis server.
    url: str = "redis://127.0.0.1:6379/0"
    #: What the names of sessions begin with in Redis.
    prefix: str = "kirsch:session:"

    def prepare(self, setup: Setup) -> None:
        """Open the store.

        :raises KeyMissing: without a secret key to sign cookies with.
        :raises UsageError: without the package the store needs, or for a cookie that browsers would refuse.
        """
        self._set = SetCookie(self.cookie, path=self.path, max_age=self.seconds, secure=self.secure)
        self._store: Store = open_store(self.store, setup.keys(), self.seconds, self.url, self.prefix)

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The session, and the messages that wait in it."""
        return {"session": self._open, "flash": take_messages}

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

    def close(self) -> None:
        if hasattr(self, "_store"):
            self._store.close()

    def _open(self, request: Request) -> Session:
        return self._store.load(request.cookie(self.cookie) or "")


def take_messages(request: Request) -> list[Any]:
    """The messages that wait for the page that is shown now; they are shown once."""
    found: list[Any] = request.take("session").pop("_flash", [])
    return found


def keep_waiting(session: Session, request: Request) -> None:
    """Take back the messages of a request that failed: what did not happen is not told as done on the next page."""
    del session["_flash"]
    if session.waiting and request.taken("flash") is None:
        session["_flash"] = session.waiting
