"""A sign-in that a session remembers, whoever found out who it is: a password, or a provider."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kirsch.authentication import BINDING, WAY, Authentication, Finding, User, quoted
from kirsch.errors import MethodNotAllowed, Redirect, UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.target import local_path
from kirsch.tool import Setup

#: Where a session keeps who is signed in: way, name, when, a random serial, and what the way itself wants to know.
KEY = "_signed_in"
#: Headers of pages that nobody is to keep.
UNKEPT = ("Cache-Control", "no-store")


@dataclass
class SigningIn(Authentication):
    """A way of signing in that a session remembers; subclasses show the page and say who a sign-in stands for."""

    needs: ClassVar[Mapping[str, str]] = {
        "session": "to remember who is signed in. Switch tools.sessions on for it",
        "csrf_check": "so that no other site signs visitors in or out. Switch tools.csrf on for it",
    }

    #: The path of the page to sign in on.
    path: str = "/login"
    #: The path that a form is posted to in order to sign out.
    out: str = "/logout"
    #: Where to go on after signing in, unless another page asked for it, and after signing out.
    home: str = "/"
    #: Seconds after which everybody has to sign in anew, however often they come; 0 for never.
    seconds: int = 30 * 24 * 3600

    def prepare(self, setup: Setup) -> None:
        """Check the paths.

        :raises UsageError: for one that is none of this site.
        """
        for option, path in (("path", self.path), ("out", self.out), ("home", self.home)):
            if not is_door(path) and not (option == "home" and local_path(path)):
                raise UsageError(f'{option} must be a path of this site, such as "/login", not {path!r}.')
        if self.path == self.out:
            raise UsageError(f"out must be another path than {self.path!r}, which is the page to sign in on.")
        self._challenge = f"Cookie realm={quoted('realm', self.realm)}, form-action={quoted('path', self.path)}"
        self._doors: dict[str, tuple[tuple[str, ...], Callable[[Request], Response]]] = {
            self.path: (("GET", "HEAD", "POST"), self.open),
            self.out: (("POST",), self.leave),
        }

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The user, and what tokens of forms are bound to."""
        return {**super().offers(), BINDING: serial}

    def start(self, request: Request) -> Response | None:  # type: ignore[override]
        path = request.environ.get("PATH_INFO")
        if path not in self._doors or (path == self.out and self._is_of_another(request)):
            super().start(request)
            return None
        if request.route is not None:  # The site has a page of its own there.
            return None
        methods, answer = self._doors[path]
        if request.method == "OPTIONS":
            return Response(status=204, headers=[("Allow", ", ".join(methods))])
        if request.method not in methods:
            raise MethodNotAllowed(methods)
        if request.method == "POST":
            request.take("csrf_check")
        return answer(request)

    def look(self, request: Request) -> Finding:
        page = request.prefix + self.path
        nobody = Finding(challenges=(self._challenge,), page="" if request.environ["PATH_INFO"] == self.path else page)
        session = request.take("session")
        kept = session.get(KEY)
        if not kept or kept[0] != self.scheme:
            return nobody
        user = None if self._is_over(kept) else self.user(request, kept[1], kept[4])
        if user is None:
            session.forget()
            return nobody
        return Finding(user)

    def open(self, request: Request) -> Response:
        """The answer at :attr:`path`."""
        raise NotImplementedError

    def user(self, request: Request, name: str, more: Any) -> User | None:
        """Who the sign-in of *name* stands for now; None where it is good no more."""
        raise NotImplementedError

    def leave(self, request: Request) -> Response:
        """Sign out: forget the session, whoever it was of."""
        leave(request)
        raise Redirect(request.prefix + self.home, local=True)

    def enter(self, request: Request, user: User, more: Any) -> None:
        """Sign *user* in; the session goes on under a new key, and is empty where it was of somebody else.

        :param more: what :meth:`user` is given with the next requests; JSON.
        """
        session = request.take("session")
        kept = session.get(KEY)
        if kept and kept[1] != user.name:
            session.forget()
        session.renew()
        session[KEY] = [self.scheme, user.name, int(time.time()), secrets.token_urlsafe(12), more]
        afresh(request)

    def onward(self, request: Request, wanted: object) -> str:
        """Where to go on: the page that asked, if it is one of this site, else home."""
        path = local_path(wanted)
        doors = {request.prefix + door for door in self._doors}
        return path if path and path.partition("?")[0].partition("#")[0] not in doors else request.prefix + self.home

    def _is_over(self, kept: list[Any]) -> bool:
        return bool(self.seconds) and time.time() - kept[2] > self.seconds

    def _is_of_another(self, request: Request) -> bool:
        """Whether another way that is on here has signed the visitor in, and so signs them out."""
        kept = request.take("session").get(KEY)
        return bool(kept) and kept[0] != self.scheme and request.offers(WAY + kept[0])


def is_door(path: str) -> bool:
    """Whether *path* can be compared with that of a request: of this site, without a query, in ASCII."""
    return bool(local_path(path)) and path.isascii() and not set(path) & set("?#%")


def leave(request: Request) -> None:
    """Sign out whoever is signed in by the session."""
    request.take("session").forget()
    afresh(request)


def afresh(request: Request) -> None:
    """Have what depends on the user made anew when it is taken next."""
    for name in [
        name for name in request.made or () if name in ("user", "csrf_token", BINDING) or name.startswith(WAY)
    ]:
        del request.made[name]  # type: ignore[union-attr]  # nothing is in it where it is None


def serial(request: Request) -> str:
    """The serial of the sign-in that a request belongs to; empty before it."""
    kept = request.take("session").get(KEY)
    return str(kept[3]) if kept else ""
