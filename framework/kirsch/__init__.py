"""Kirsch: a web framework of controllers, routes and tools that configuration switches on."""

from typing import TYPE_CHECKING, Any

from kirsch.application import Application
from kirsch.config import Config
from kirsch.controller import Controller, not_an_action
from kirsch.errors import HTTPError, NotFound, Redirect
from kirsch.renderer import Renderer
from kirsch.request import Request
from kirsch.response import Markup, Response
from kirsch.routing import Mapper
from kirsch.tool import Tool
from kirsch.tools import switches as tools

if TYPE_CHECKING:
    from kirsch.site import Site, quickstart

__version__ = "0.1.0"

__all__ = [
    "Application",
    "Config",
    "Controller",
    "HTTPError",
    "Mapper",
    "Markup",
    "NotFound",
    "Redirect",
    "Renderer",
    "Request",
    "Response",
    "Site",
    "Tool",
    "not_an_action",
    "quickstart",
    "tools",
]


def __getattr__(name: str) -> Any:
    """The names that need the server, which is loaded only when one of them is asked for."""
    if name in ("Site", "quickstart"):
        from kirsch import site

        return getattr(site, name)
    raise AttributeError(f"module 'kirsch' has no attribute {name!r}")
