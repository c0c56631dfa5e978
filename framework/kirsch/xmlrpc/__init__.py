"""XML-RPC: procedures that programs call over HTTP, as the specification of 1999 and its usual extensions say."""

from kirsch.xmlrpc.controller import XMLRPC
from kirsch.xmlrpc.faults import Fault
from kirsch.xmlrpc.procedures import procedure

__all__ = ["XMLRPC", "Fault", "procedure"]
