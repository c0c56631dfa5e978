"""What a visitor keeps from one request to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._stores import Store, open_store


class Session(dict[str, Any]):
    """A visitor's values; saved after the request if they changed. Only what JSON can hold."""

    #: What the store knows the session by, or None for a new one.
    key: str | None = None
    #: Whether the store is to give it a new key.
    renewed = False
    #: How many messages were waiting when the request began.
    waiting = 0

    def forget(self) -> None:
        """Forget everything and go on under a new key, as at sign-in and sign-out."""
        self.clear()
        self.renewed = True


@dataclass
class Sessions(Tool, order=40):
    """Give every visitor a session, ``self.session``, kept in a signed cookie or on the server.

    The cookie is HttpOnly, SameSite=Lax, and Secure where the request came by https. Nothing is read or sent for
    requests that do not ask for the session.
    """

    #: Where the values are kept: in the cookie itself (signed, readable by the visitor), in this process, in Redis.
    store: Literal["cookie", "memory", "redis"] = "cookie"
    #: Name of the cookie.
    cookie: str = "session"
    #: Seconds until a session that is not used ends.
    seconds: int = 14 * 24 * 3600
    #: Path the cookie is sent for.
    path: str = "/"
    #: Address of the Redis server.
    url: str = "redis://127.0.0.1:6379/0"
    #: What the names of sessions begin with in Redis.
    prefix: str = "kirsch:session:"

    def prepare(self, setup: Setup) -> None:
        """Open the store.

        :raises KeyMissing: without a secret key to sign cookies with.
        :raises UsageError: without the package the store needs.
        """
        self._store: Store = open_store(self.store, setup.key(), self.seconds, self.url, self.prefix)

    def start(self, request: Request) -> None:
        request.offer("session", self._opener(request))
        request.offer("flash", lambda: request.take("session").pop("_flash", []))

    def after(self, request: Request, response: Response) -> None:
        session = request.taken("session")
        if session is None:
            return
        response.headers.add("Vary", "Cookie")
        if response.status_code >= 400 and "_flash" in session:
            # What failed after all must not be told as done on the next page.
            session["_flash"] = session["_flash"][: session.waiting]
        if (value := self._store.save(session.key, dict(session), session.renewed)) is None:
            return
        if value:
            response.set_cookie(
                self.cookie, value, max_age=self.seconds, path=self.path, httponly=True, samesite="Lax",
                secure=request.scheme == "https",
            )  # fmt: skip
        else:
            response.delete_cookie(self.cookie, path=self.path)

    def close(self) -> None:
        self._store.close()

    def _opener(self, request: Request) -> Callable[[], Session]:
        def open_session() -> Session:
            sent = request.cookies.get(self.cookie, "")
            key, values = self._store.load(sent)
            session = Session(values)
            session.key = key
            session.waiting = len(values.get("_flash", ()))
            return session

        return open_session
