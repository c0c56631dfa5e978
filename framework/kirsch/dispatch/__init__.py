"""Other ways to lead requests to code: trees of controllers, methods of HTTP, hosts, and other WSGI applications."""

from kirsch.dispatch.hosts import VirtualHosts, host_variables
from kirsch.dispatch.methods import ByMethod
from kirsch.dispatch.mounting import Mounts, mount, within
from kirsch.dispatch.naming import at
from kirsch.dispatch.trees import tree

__all__ = ["ByMethod", "Mounts", "VirtualHosts", "at", "host_variables", "mount", "tree", "within"]
