"""Other WSGI applications below a path: as a part of a site, or beside it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kirsch.controller import Controller
from kirsch.dispatch.wsgi import WSGI, refuse, respond
from kirsch.errors import ConfigError, NotFound
from kirsch.response import Response
from kirsch.routing import Converter, Mapper, RouteError
from kirsch.routing.place import calling_place

#: What is below the path, empty where nothing follows its slash.
REST = Converter(".*", spans=True, gives=str)


def mount(mapper: Mapper, path: str, application: WSGI, name: str | None = None) -> None:
    """Let the WSGI *application* answer *path* and everything below it, with the site's tools around it.

    The routes connected before are tried first, so that at "/" it answers whatever is left. It sees the path as
    `SCRIPT_NAME`. An exception of it is a 500 of the site. Its controller is called *name*, in configuration and for
    ``url(name, rest="a/b")``; by default as the path.

    :raises RouteError: for a path with variables, or something that cannot be called.
    """
    place = calling_place()
    path = path.rstrip("/")
    if not isinstance(mapper, Mapper):
        raise RouteError(f"{place}: mount takes a Mapper, and the whole path where a submapper would have a prefix")
    if not callable(application):
        raise RouteError(f"{place}: mount takes a WSGI application, not {application!r}")
    if re.search(r"[{}*:\\]", path) or path[:1] not in ("", "/"):
        raise RouteError(f"{place}: {path!r} is no path to mount at; it begins with a slash and has no variables")
    name = name or re.sub(r"\W+", "_", path).strip("_") or "mounted"
    kind = type("Mounted", (Controller,), {"name": name, "answer": answering(application), "mounted": application})
    if path:
        mapper.connect(path, controller=kind, action="answer", _place=place)
    requirements = {"rest": REST}
    mapper.connect(
        name, f"{path}/{{rest}}", controller=kind, action="answer", rest="", requirements=requirements, _place=place
    )


def answering(application: WSGI) -> Callable[..., Response]:
    """The action that hands its request to *application*."""

    def answer(self: Controller, rest: str | None = None, /) -> Response:
        request = self.request
        if request._received is not None:  # a tool has read the form
            request.make_body_seekable()
        below = "" if rest is None else "/" + rest.encode().decode("latin-1")
        return respond(application, moved(request.environ, below))

    return answer


def moved(environ: Mapping[str, Any], below: str) -> dict[str, Any]:
    """The environ of who is mounted where *below*, the end of the path, begins (RFC 3875, sections 4.1.5, 4.1.13)."""
    path = environ.get("PATH_INFO") or "/"
    return {
        **environ,
        "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + path[: len(path) - len(below)],
        "PATH_INFO": below,
    }


class Mounts:
    """A WSGI application that hands each request to the application below whose path it asks, the longest first.

    Nothing stands around them: each is a site of its own. For one that is to have the tools of a site around it, see
    :func:`mount`.

    :param applications: the applications, any WSGI callable, by path: "/shop"; "/" answers whatever is left, which
        without it is a 404.
    :raises ConfigError: for paths that are none.
    """

    def __init__(self, applications: Mapping[str, WSGI]) -> None:
        paths = {path.rstrip("/"): application for path, application in applications.items()}
        mistakes = [
            f"Mounts cannot have {path!r}: a path begins with a slash, and nothing of it is percent-encoded."
            for path in applications
            if not path.startswith("/") or "//" in path or "%" in path
        ]
        if len(paths) < len(applications):
            mistakes.append("Mounts has a path with a slash at its end and without. Leave one out.")
        if mistakes:
            raise ConfigError(mistakes)
        self.applications = tuple(dict.fromkeys(paths.values()))
        self._paths = {path.encode().decode("latin-1"): paths[path] for path in sorted(paths, key=len, reverse=True)}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO") or "/"
        for path, application in self._paths.items():
            if asked == path or asked.startswith(path + "/"):
                return application(moved(environ, asked[len(path) :]), start_response)
        return refuse(NotFound(), environ, start_response)

    def close(self) -> None:
        """Close every application that can be closed."""
        for application in self.applications:
            getattr(application, "close", lambda: None)()


def within(application: WSGI, path: str) -> WSGI:
    """The part of *application* below *path* as a site of its own, for a host that shows nothing else.

    Paths that begin with *path* lead there as well, since the application's own addresses do.

    :raises ConfigError: for a path that is none.
    """
    if not path.startswith("/") or not path.strip("/"):
        raise ConfigError([f"within takes a path below the root, such as '/music', not {path!r}."])
    start = path.rstrip("/").encode().decode("latin-1")

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO") or "/"
        if asked != start and not asked.startswith(start + "/"):
            environ = {**environ, "PATH_INFO": start if asked == "/" else start + asked}
        return application(environ, start_response)

    answer.applications = (application,)  # type: ignore[attr-defined]
    return answer
