"""What a tool is: a form that configuration fills in, and steps taken around an action.

The fields of the dataclass are the tool's options; methods named like stages are its steps. ``start`` and ``before``
act in the order of ``order``; ``after``, ``error`` and ``end`` act in reverse, so that tools nest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from kirsch.errors import UsageError
from kirsch.request import Request

STAGES = ("start", "before", "after", "error", "end")
SHORTEST_KEY = 16


class KeyMissing(UsageError):
    """A tool needs the site's secret key and there is none; said once for all tools."""


@dataclass(frozen=True)
class Setup:
    """What a tool may know of the site when it is prepared."""

    root: Path
    name: str = "site"
    debug: bool = False
    secret: str = ""
    old_secrets: tuple[str, ...] = ()
    #: The names of the routes.
    routes: frozenset[str] = frozenset()
    #: What the site runs as: production, development or test.
    environment: str = "production"
    #: What the tools of one application share, by their names.
    shared: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def keys(self) -> tuple[str, ...]:
        """The site's secret keys: the first signs, the others are still recognized.

        :raises KeyMissing: when there is none, or one that can be guessed.
        """
        if any(len(secret) < SHORTEST_KEY for secret in (self.secret, *self.old_secrets)):
            raise KeyMissing("needs [site] secret_key")
        return self.secret, *self.old_secrets


class Tool:
    """Something that happens around an action where configuration says so.

    Subclasses are dataclasses. They have any of these methods; state of a request lives on the request, since all
    threads share the tool::

        def start(self, request: Request) -> Response | None      # nothing of the body is read yet
        def before(self, request: Request) -> Response | None     # just before the action
        def after(self, request: Request, response: Response) -> None   # every response, errors too
        def error(self, request: Request, exception: Exception) -> HTTPError | None  # only what was not expected
        def end(self, request: Request) -> None                   # the body is sent or given up
        def rendering(self, usual: Render) -> Render   # once: what makes a response of what an action returns
        def revise(self, plan: Plan) -> Plan   # once: what happens around an action, all steps known

    A response from ``start`` or ``before`` ends the way to the action. An HTTP error from ``error`` is answered instead
    of a 500, by a tool that knows what the exception means. A tool of the whole site may also have
    ``arrive(self, environ: dict[str, Any]) -> None``, which puts the environ right before a route is found.
    """

    #: Lower acts first on the way to the action, last on the way back.
    order: ClassVar[int] = 50
    #: Another place for single stages, by name.
    places: ClassVar[Mapping[str, float]] = {}
    #: Whether ``after`` and ``end`` have nothing to do for a request that has taken nothing of what tools offer.
    lazy: ClassVar[bool] = False
    #: Whether ``start`` answers every preflight: an OPTIONS request with `Origin` and `Access-Control-Request-Method`.
    preflights: ClassVar[bool] = False
    #: What other tools must offer wherever this one is on, by name: the end of a sentence that begins with "needs".
    needs: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, order: int | None = None, **options: Any) -> None:
        super().__init_subclass__(**options)
        if order is not None:
            cls.order = order

    def prepare(self, setup: Setup) -> None:
        """Get ready, once, at start.

        :raises UsageError: when the options cannot work.
        """

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """What actions and templates may take of a request, by name: each is made of it at its first use.

        Asked once, after :meth:`prepare`; nothing is done for requests that do not take it.
        """
        return {}

    def figures(self) -> Mapping[str, int | float | str]:
        """What can be counted now, by name: `tools.statistics` shows it."""
        return {}

    def close(self) -> None:
        """Give back what :meth:`prepare` took; called when the application closes."""


def steps(tools: list[Tool], stage: str) -> tuple[Callable[..., Any], ...]:
    """The steps that *tools* take at a stage, in the order they are taken."""
    placed = sorted(tools, key=lambda tool: tool.places.get(stage, tool.order))
    taken = [getattr(tool, stage) for tool in placed if hasattr(tool, stage)]
    return tuple(taken if stage in ("start", "before") else reversed(taken))
