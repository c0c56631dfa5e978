"""Which routes were asked for and which templates were shown, so that those can be found that never are."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kirsch.errors import UsageError
from kirsch.renderer import Renderer
from kirsch.request import Request
from kirsch.tool import Setup, Tool
from kirsch.tools._lines import open_file

#: What a renderer is asked for by the name of a template.
SHOWING = ("page", "part", "pieces")
#: What the engines look templates up in, those among them that others include or inherit from.
LOOKUPS = ("lookup", "environment")


@dataclass
class Usage(Tool, order=-3):
    """Write down each route that is asked for and each template that is shown, once.

    ``kirsch usage`` tells then which never were; ``kirsch test --cover`` switches it on while the tests run. Set it for
    the whole site. Several processes may write one file, over any time: what stands there already is not written again.
    """

    #: The file to append to, relative to the root of the site.
    file: str = "usage.txt"

    def prepare(self, setup: Setup) -> None:
        """Open the file, and read what it holds already.

        :raises UsageError: when it cannot be written or read.
        """
        self._root = setup.root.resolve()
        path = Path(setup.root, self.file)
        self._output = open_file(path)
        try:
            self._seen = set(path.read_text(encoding="utf-8").splitlines())
        except (OSError, UnicodeError) as error:
            self._output.close()
            raise UsageError(f"file {self.file!r} is no list of what was used: {error}. Name another one.") from error
        self._routes: set[Any] = {None}
        self._names: set[tuple[str, str]] = set()
        self._watched: list[Renderer] = []

    def revise(self, plan: Any) -> Any:
        for tool in plan.tools:
            if isinstance(tool, Renderer) and not any(tool is watched for watched in self._watched):
                self._watched.append(tool)
                self._watch(tool)
        return plan

    def _watch(self, renderer: Renderer) -> None:
        note = partial(self._template, renderer)
        for name in SHOWING:
            if hasattr(renderer, name):
                setattr(renderer, name, noting(getattr(renderer, name), note))
        for holder in [getattr(renderer, name, None) for name in LOOKUPS]:
            if holder is not None and hasattr(holder, "get_template"):
                holder.get_template = noting(holder.get_template, note)

    def start(self, request: Request) -> None:
        if request.route not in self._routes:
            self._routes.add(request.route)
            self._note(f"route {request.route.label}")

    def _template(self, renderer: Renderer, name: Any) -> None:
        key = (renderer.suffix, str(name).lstrip("/"))
        if key in self._names:
            return
        self._names.add(key)
        for folder in renderer.folders:
            path = Path(folder, key[1]).resolve()
            if path.is_file():
                self._note(f"template {path.relative_to(self._root) if path.is_relative_to(self._root) else path}")
                return

    def _note(self, line: str) -> None:
        if line not in self._seen:
            self._seen.add(line)
            self._output.write(line + os.linesep)

    def close(self) -> None:
        self._output.close()


def noting(show: Callable[..., Any], note: Callable[[Any], None]) -> Callable[..., Any]:
    """*show*, which is told the name of a template first."""

    def shown(name: Any, *rest: Any, **more: Any) -> Any:
        note(name)
        return show(name, *rest, **more)

    return shown
