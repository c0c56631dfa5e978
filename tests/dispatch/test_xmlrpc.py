"""XML-RPC, spoken to with the client of the standard library over the bundled server."""

import logging
import xmlrpc.client
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy

from kirsch import Application, Controller, Mapper, NotFound
from kirsch.dispatch import tree
from kirsch.errors import ConfigError, UsageError
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


@pytest.fixture
def site():
    mapper = Mapper()
    tree(mapper, "/", Root)
    tree(mapper, "/RPC2", API, name_prefix="second.")
    return Application(mapper)


@pytest.fixture
def proxy(site, served):
    host, port = served(site)
    with xmlrpc.client.ServerProxy(f"http://{host}:{port}", allow_none=True, use_builtin_types=True) as proxy:
        yield proxy


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


def test_values_go_there_and_back(proxy):
    """Every type of the protocol, one in the other."""
    value = {"list": [1, -2.5, True, "ü <&>", {"": None}], "bytes": b"\0\xff", "at": datetime(2026, 1, 2, 3, 4, 5)}

    assert proxy.echo(value) == value


def test_names_may_have_dots(proxy):
    """From a controller inside, or as the procedure is called."""
    assert (proxy.math.add(1, 2), proxy.math.add(4), proxy.text.join("a", "b")) == (3, 5, "a b")


def test_arguments_become_what_is_annotated(proxy):
    """A struct a record, a moment at midnight a date."""
    assert proxy.move({"x": 1, "y": 2}, datetime(2026, 1, 5)) == {"x": 6, "y": 2}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("big", 2**62),
        ("decimal", "1.50"),
        ("set", [3]),
        ("zone", datetime(2026, 1, 2, 3)),
        ("cr", "a\r\nb <&>"),
    ],
)
def test_results_keep_their_meaning(proxy, kind, value):
    """What the protocol has no type for comes as the nearest that loses nothing."""
    assert proxy.odd(kind) == value


@pytest.mark.parametrize("kind", ["huge", "nan", "control", "object"])
def test_results_that_have_no_form_are_our_fault(proxy, kind, caplog):
    """The log says which; the caller gets an answer that can be read."""
    code, sentence = fault(proxy.odd, kind)

    assert code == -32603
    assert sentence.removeprefix("Something went wrong on our side. It is in the log as ")[:16] in caplog.text


@pytest.mark.parametrize(
    ("name", "arguments", "code", "sentence"),
    [
        ("math.add", [], -32602, "math.add takes (a, b), not 0 values."),
        ("math.add", [1, 2, 3], -32602, "math.add takes (a, b), not 3 values."),
        ("math.add", ["x", True], -32602, "a is not a whole number; b is not a whole number."),
        ("move", [{"y": 1}, "today"], -32602, ".x is missing"),
        ("hidden", [], -32601, "There is no procedure 'hidden'."),
        ("call", [], -32601, "There is no procedure 'call'."),
        ("_find", [], -32601, "There is no procedure '_find'."),
        ("math.__init__", [], -32601, "There is no procedure 'math.__init__'."),
        ("system.shutdown", [], -32601, "There is no procedure 'system.shutdown'."),
        ("fail", ["fault"], 7, "seven"),
        ("fail", ["missing"], 404, "No album 9."),
        ("system.methodHelp", [], -32602, "system.methodHelp takes one value, not 0."),
        ("system.methodHelp", [{"a": 1}], -32601, "There is no procedure"),
    ],
)
def test_a_call_that_cannot_be_answered_is_a_fault(proxy, name, arguments, code, sentence):
    """With a number of the usual ones, and a sentence that helps."""
    got = fault(getattr(proxy, name), *arguments)

    assert got[0] == code
    assert sentence in got[1]


def test_an_unexpected_error_says_nothing_of_itself(proxy, caplog):
    """The sentence names where it is in the log, and no word of it."""
    code, sentence = fault(proxy.fail, "unexpected")

    assert code == -32603
    assert "secret" not in sentence
    assert "ValueError: the secret" in caplog.text


def test_callers_can_look_around(proxy):
    """Names, help and signatures; no more than the procedures."""
    names = [
        "echo", "fail", "math.add", "move", "nothing", "odd", "system.listMethods", "system.methodHelp",
        "system.methodSignature", "system.multicall", "text.join",
    ]  # fmt: skip

    assert proxy.system.listMethods() == names
    assert proxy.system.methodHelp("math.add") == "The sum of two numbers."
    assert proxy.system.methodHelp("echo") == proxy.system.methodHelp("system.multicall") == ""
    assert proxy.system.methodSignature("math.add") == [["int", "int"], ["int", "int", "int"]]
    assert proxy.system.methodSignature("echo") == proxy.system.methodSignature("system.listMethods") == "undef"


def test_several_calls_in_one(proxy):
    """Each has its result or its fault."""
    calls = xmlrpc.client.MultiCall(proxy)
    calls.math.add(1, 2)
    calls.fail("fault")
    calls.nothing()
    results = calls()

    assert (results[0], results[2]) == (3, None)
    assert fault(lambda: results[1]) == (7, "seven")


@pytest.mark.parametrize(
    ("calls", "first"),
    [
        ([{"methodName": "system.multicall", "params": [[]]}], {"faultCode": -32600}),
        (["echo"], {"faultCode": -32600}),
        ([{"methodName": 3, "params": []}], {"faultCode": -32600}),
        ([{"methodName": "echo", "params": 3}], {"faultCode": -32600}),
        ([{"methodName": "odd", "params": ["nan"]}, {"methodName": "nothing"}], {"faultCode": -32603}),
    ],
    ids=["nested", "text", "number", "params", "result"],
)
def test_one_wrong_call_is_no_harm_to_the_others(proxy, calls, first):
    """It is a fault in its place."""
    results = proxy.system.multicall(calls)

    assert results[0]["faultCode"] == first["faultCode"]
    assert results[1:] == [[None]] * (len(calls) - 1)


def test_the_number_of_calls_is_bounded(proxy):
    """A hundred, unless the controller says otherwise."""
    call = {"methodName": "nothing", "params": []}

    assert len(proxy.system.multicall([call] * 100)) == 100
    assert fault(proxy.system.multicall, [call] * 101) == (
        -32602, "system.multicall takes an array of at most 100 calls.",
    )  # fmt: skip
    assert fault(proxy.system.multicall, "all")[0] == -32602


def test_none_is_an_extension(served):
    """Where it is switched off, a procedure that returns None has failed."""
    mapper = Mapper()
    tree(mapper, "/RPC2", type("Strict", (API,), {"allow_none": False}))
    host, port = served(Application(mapper))

    with xmlrpc.client.ServerProxy(f"http://{host}:{port}/RPC2") as proxy:
        assert fault(proxy.nothing)[0] == -32603
        assert proxy.math.add(1) == 2


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]>
<methodCall><methodName>&lol9;</methodName></methodCall>""" % b"".join(
    b'<!ENTITY lol%d "%s">' % (number, b"&lol%s;" % (str(number - 1).encode() if number > 1 else b"") * 10)
    for number in range(1, 10)
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><methodCall><methodName>&f;</methodName></methodCall>'
PARAMETER = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><methodCall><methodName>echo</methodName></methodCall>'


@pytest.mark.parametrize("body", [LAUGHS, OUTSIDE, PARAMETER], ids=["laughs", "outside", "parameter"])
def test_nothing_expands_and_nothing_is_fetched(site, body):
    """A document type is refused where it begins."""
    assert said(site, body) == (-32700, "A call has no document type.")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"hello", -32700),
        (b"<methodCall>", -32700),
        (b"<methodCall><methodName>echo</methodName></methodCall><more/>", -32700),
        (b"\xff\xfe\x00", -32700),
        (b"<methodCall/>", -32600),
        (b"<a><methodName>echo</methodName></a>", -32600),
        (b"<methodCall><params><param><value>1</value></param></params></methodCall>", -32600),
        (b"<methodResponse><params><param><value>1</value></param></params></methodResponse>", -32600),
        (b"<methodResponse><fault><value><int>1</int></value></fault></methodResponse>", -32600),
        (call_of("<value><int>x</int></value>"), -32600),
        (call_of("<value><int>" + "9" * 5000 + "</int></value>"), -32600),
        (call_of("<value><boolean>7</boolean></value>"), -32600),
        (call_of("<value><base64>abc</base64></value>"), -32600),
        (call_of("<value><dateTime.iso8601>now</dateTime.iso8601></value>"), -32600),
        (call_of("<value><bigdecimal>x</bigdecimal></value>"), -32600),
        (call_of("<value><struct><member><value>1</value></member></struct></value>"), -32600),
        (call_of("</param><param>"), -32602),
        (call_of("<value>1</value>", "no such"), -32601),
        (call_of("<value>&#xd83d;</value>"), -32700),
        (call_of("<value><array><data>" * 100 + "</data></array></value>" * 100), -32600),
        (call_of("<value>" * 400 + "</value>" * 400), -32600),
        (call_of("<value><array><data>" + "<value/>" * 210_000 + "</data></array></value>"), -32600),
    ],
)
def test_hostile_bodies_are_faults(site, body, code):
    """Never a 500, whatever is sent."""
    assert said(site, body)[0] == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('<?xml version="1.0" encoding="iso-8859-1"?>', "é"),
        ('<?xml version="1.0" encoding="utf-8"?>', "é"),
    ],
)
def test_the_encoding_is_the_one_of_the_document(site, text, value):
    """XML says it itself."""
    encoding = "latin-1" if "8859" in text else "utf-8"

    reply = answer(site, text.encode() + call_of(f"<value>{value}</value>").decode().encode(encoding))

    assert xmlrpc.client.loads(reply.body)[0] == (value,)


def test_what_is_no_call_at_all_is_answered_by_http(site):
    """Another method is 405, another type of body 415, a body that is too large 413."""
    assert Client(site).get("/RPC2").headers["Allow"] == "OPTIONS, POST"
    assert answer(site, b"{}", "application/json").status_code == 415
    assert answer(site, b"x", **{"Content-Encoding": "gzip"}).status_code == 415
    assert answer(site, b"<" + b" " * 9_000_000).status_code == 413
    assert answer(site, call_of("<value>1</value>"), "application/xml; charset=utf-8").status_code == 200


@pytest.mark.parametrize("path", ["/RPC2", "/RPC2/", "/rpc2", "/rpc2/"])
def test_a_slash_at_the_end_makes_no_difference(site, path):
    """Clients write it or do not."""
    assert answer(site, call_of("<value>1</value>"), path=path).status_code == 200


def test_a_fault_undoes_what_it_did_to_the_database(tmp_path):
    """Though the answer is a 200; the calls beside it keep theirs."""

    class Notes(XMLRPC):
        @procedure
        def add(self, text: str):
            self.db.execute(sqlalchemy.text("insert into notes values (:text)"), {"text": text})
            if text == "bad":
                raise Fault(1, "no")

        @procedure
        def all(self):
            return list(self.db.scalars(sqlalchemy.text("select text from notes")))

    url = f"sqlite:///{tmp_path}/notes.db"
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("create table notes (text varchar)"))
    engine.dispose()
    mapper = Mapper()
    tree(mapper, "/RPC2", Notes)
    site = Application(mapper, config={"tools": {"sqlalchemy": {"url": url}}})

    def call(name, *arguments):
        return answer(site, xmlrpc.client.dumps(arguments, name).encode()).body

    call("add", "one")
    call("add", "bad")
    call("system.multicall", [{"methodName": "add", "params": [text]} for text in ("two", "bad", "three")])
    ((kept,), _) = xmlrpc.client.loads(call("all"))
    site.close()

    assert kept == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "has no procedure"),
        ({"a": procedure("x")(lambda self: 1), "b": procedure("x")(lambda self: 1)}, "two procedures 'x'"),  # noqa: ARG005
        ({"a": procedure("x")(lambda self, *, b: 1)}, "takes 'b' by name"),  # noqa: ARG005
    ],
    ids=["none", "two", "named"],
)
def test_procedures_are_checked_at_start(members, sentence):
    """What nobody could call is a mistake."""
    mapper = Mapper()
    tree(mapper, "/RPC2", type("Wrong", (XMLRPC,), members))

    with pytest.raises(ConfigError, match=sentence):
        Application(mapper)


@pytest.mark.parametrize("name", ["", "a b", "system.x", "a-b"])
def test_names_of_procedures_are_those_of_the_specification(name):
    """Letters, digits, underscore, dot, colon, slash."""
    with pytest.raises(UsageError, match="is no name"):
        procedure(name)


def test_nothing_of_a_refused_call_is_logged_as_an_error(site, caplog):
    """Whoever writes nonsense does not fill the log."""
    caplog.set_level(logging.WARNING)

    said(site, b"nonsense")

    assert caplog.text == ""
