"""XML-RPC, spoken to with the client of the standard library over the bundled server."""

import xmlrpc.client
from datetime import datetime

import pytest

from dispatch.programs import API, fault
from kirsch import Application, Mapper
from kirsch.dispatch import tree


@pytest.fixture
def proxy(programs, served):
    host, port = served(programs)
    with xmlrpc.client.ServerProxy(f"http://{host}:{port}", allow_none=True, use_builtin_types=True) as proxy:
        yield proxy


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
