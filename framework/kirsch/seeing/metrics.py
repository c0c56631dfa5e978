"""The page of `tools.metrics`, for Prometheus."""

from typing import ClassVar

from kirsch.controller import Controller
from kirsch.response import Response


class Metrics(Controller):
    """The metrics as text."""

    name = "metrics"
    tools_needed: ClassVar = {"metrics": "tools.metrics; switch it on for the site, by [tools.metrics]"}

    def index(self) -> Response:
        """What has been counted, in the format that the client likes best."""
        write = self.request.take("metrics")
        content_type, body = write(self.request.environ.get("HTTP_ACCEPT", ""))
        return Response(body, content_type=content_type, headers=[("Cache-Control", "no-store")])
