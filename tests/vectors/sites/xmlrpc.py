"""Procedures for programs, and a page beside them."""

from datetime import datetime

from kirsch import Application, Controller, Mapper
from kirsch.dispatch import tree
from kirsch.xmlrpc import XMLRPC, Fault, procedure


class Math(XMLRPC):
    @procedure
    def double(self, number: int) -> int:
        """Twice the number."""
        return number * 2


class API(XMLRPC):
    math = Math

    @procedure
    def foo(self):
        return "Hello world!"

    @procedure("return.it")
    def return_it(self, kind: str):
        return {
            "list": [42], "text": "here is a text", "tuple": ("here", "is", 1), "struct": {"a": 1, "b": 2},
            "int": 42, "big": 2**40, "double": 3.14, "moment": datetime(2003, 10, 7, 8, 1), "boolean": True,
            "nil": None, "bytes": b"bytes", "signs": "<&>\r\n", "nan": float("nan"), "object": self,
        }[kind]  # fmt: skip

    @procedure
    def echo(self, value):
        return value

    @procedure
    def several(self, *values: int):
        return list(values)

    @procedure
    def fault(self):
        raise Fault(1, "a fault of its own")

    @procedure
    def broken(self):
        raise RuntimeError("the secret of the house")

    def hidden(self):
        return "hidden"


class Root(Controller):
    xmlrpc = API

    def index(self):
        return "an ordinary page"


def make():
    """Procedures at /xmlrpc and at /RPC2."""
    mapper = Mapper()
    tree(mapper, "/", Root)
    tree(mapper, "/RPC2", API, name_prefix="second.")
    return Application(mapper)
