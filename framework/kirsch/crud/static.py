"""The controller of a site's files: ``tools.static`` answers, this says that there is nothing."""

from kirsch.controller import Controller
from kirsch.errors import NotFound


class Static(Controller):
    """Files below ``/static``; switch on ``tools.static`` for it and name the folders."""

    def file(self, path: str) -> str:
        """Only reached where no folder holds the file.

        :raises NotFound: always.
        """
        raise NotFound(f"There is no file {path!r} here.")
