"""Spare clients what they hold already."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from kirsch.conditional import ONCE, decide, entity_tag, parse_date, without_body
from kirsch.errors import PreconditionFailed
from kirsch.request import Request
from kirsch.response import Response
from kirsch.settings import size
from kirsch.tool import Setup, Tool


# After whatever changes the body or says whether it may be kept (cachecontrol, 14), before it is packed (compression,
# 8): the tag is that of the body as it is, and compression marks it where it sends another.
@dataclass
class ETags(Tool, order=12):
    """Name each page by its content, and answer 304 with no body to clients that hold it already.

    Only whole answers to GET and HEAD with status 200 are named: none in pieces, none that nobody may keep
    (``Cache-Control: no-store``), none that the action has named by ``request.check``, which also saves the work of
    making it. One with a form's token is named by what the token stands for, and weakly, since the token is written
    differently each time.
    """

    #: Whether the tag says only that two bodies mean the same (RFC 9110, section 8.8.1).
    weak: bool = False
    #: Longer bodies are sent without a tag.
    limit: int | str = "4 MiB"

    def prepare(self, setup: Setup) -> None:
        """Read the size.

        :raises UsageError: for what is no size.
        """
        self._limit = size("limit", self.limit)

    def after(self, request: Request, response: Response) -> None:
        """Name the body, and answer by the conditions of the request (RFC 9110, section 13).

        :raises PreconditionFailed: when the client wants another version.
        """
        environ, headers, body = request.environ, response.headerlist, response.app_iter
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or response.status[:3] != "200":
            return
        told = {name.lower(): value for name, value in headers}
        if not isinstance(body, list | tuple) or "etag" in told:
            return
        data = b"".join(body)
        if not data or len(data) > self._limit or "no-store" in told.get("cache-control", "").lower():
            return
        once: Mapping[str, str] = request.taken(ONCE) or {}
        for written, meant in once.items():
            data = data.replace(written.encode(), meant.encode())
        etag = entity_tag(sha256(data).hexdigest()[:32], self.weak or bool(once))
        headers.append(("ETag", etag))
        status = decide(environ, etag, parse_date(told.get("last-modified")))
        if status == HTTPStatus.PRECONDITION_FAILED:
            raise PreconditionFailed("This is another version.")
        if status == HTTPStatus.NOT_MODIFIED:
            response.status_code = status
            response.app_iter = [b""]
            headers[:] = without_body(headers)
