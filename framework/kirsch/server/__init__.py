"""The server that comes with Kirsch."""

from kirsch.server.server import Server

__all__ = ["Server"]
