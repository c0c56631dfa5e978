"""A site that programs call, and the ways to read what it says."""

import xmlrpc.client
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kirsch import Controller, NotFound
from kirsch.testing import Client
from kirsch.xmlrpc import XMLRPC, Fault, procedure


@dataclass
class Point:
    x: int
    y: int = 0


class Math(XMLRPC):
    @procedure
    def add(self, a: int, b: int = 1) -> int:
        """The sum of two numbers."""
        return a + b


class API(XMLRPC):
    math = Math

    @procedure
    def echo(self, value):
        return value

    @procedure("text.join")
    def join(self, *words: str) -> str:
        return " ".join(words)

    @procedure
    def move(self, point: Point, day: date) -> Point:
        return Point(point.x + day.day, point.y)

    @procedure
    def odd(self, kind):
        return {
            "big": 2**62, "huge": 2**64, "nan": float("nan"), "control": "a\0b", "object": object(),
            "decimal": Decimal("1.50"), "set": {3}, "zone": datetime(2026, 1, 2, 3, tzinfo=UTC), "cr": "a\r\nb <&>",
        }[kind]  # fmt: skip

    @procedure
    def fail(self, how):
        raise {
            "unexpected": ValueError("the secret"), "fault": Fault(7, "seven"), "missing": NotFound("No album 9."),
        }[how]  # fmt: skip

    @procedure
    def nothing(self):
        return None

    def hidden(self):
        return "never"


class Root(Controller):
    rpc2 = API

    def index(self):
        return "a page"


def fault(call, *arguments):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*arguments)
    return caught.value.faultCode, caught.value.faultString


def answer(site, body, content_type="text/xml", path="/RPC2", **headers):
    """The whole HTTP answer to *body*."""
    return Client(site).post(path, body, headers={"Content-Type": content_type, **headers})


def said(site, body):
    """Number and sentence of the fault that *body* gets."""
    reply = answer(site, body)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    return fault(xmlrpc.client.loads, reply.body)


def call_of(value, name="echo"):
    return f"<methodCall><methodName>{name}</methodName><params><param>{value}</param></params></methodCall>".encode()
