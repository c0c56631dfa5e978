"""What else may come to an address of XML-RPC, and what a site of it may have wrong."""

import logging
import xmlrpc.client

import pytest
import sqlalchemy

from dispatch.programs import answer, call_of, said
from kirsch import Application, Mapper
from kirsch.dispatch import tree
from kirsch.errors import ConfigError, UsageError
from kirsch.testing import Client
from kirsch.xmlrpc import XMLRPC, Fault, procedure

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]>
<methodCall><methodName>&lol9;</methodName></methodCall>""" % b"".join(
    b'<!ENTITY lol%d "%s">' % (number, b"&lol%s;" % (str(number - 1).encode() if number > 1 else b"") * 10)
    for number in range(1, 10)
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:/etc/passwd">]><methodCall><methodName>&f;</methodName></methodCall>'
PARAMETER = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><methodCall><methodName>echo</methodName></methodCall>'


@pytest.mark.parametrize("body", [LAUGHS, OUTSIDE, PARAMETER], ids=["laughs", "outside", "parameter"])
def test_nothing_expands_and_nothing_is_fetched(programs, body):
    """A document type is refused where it begins."""
    assert said(programs, body) == (-32700, "A call has no document type.")


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
def test_hostile_bodies_are_faults(programs, body, code):
    """Never a 500, whatever is sent."""
    assert said(programs, body)[0] == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('<?xml version="1.0" encoding="iso-8859-1"?>', "é"),
        ('<?xml version="1.0" encoding="utf-8"?>', "é"),
    ],
)
def test_the_encoding_is_the_one_of_the_document(programs, text, value):
    """XML says it itself."""
    encoding = "latin-1" if "8859" in text else "utf-8"

    reply = answer(programs, text.encode() + call_of(f"<value>{value}</value>").decode().encode(encoding))

    assert xmlrpc.client.loads(reply.body)[0] == (value,)


@pytest.mark.parametrize(
    "number",
    ["<int>9223372036854775808</int>", "<int>-9223372036854775809</int>", "<i8>99999999999999999999</i8>",
     "<biginteger>9223372036854775808</biginteger>", "<double>1e999</double>", "<double>nan</double>",
     "<double>-inf</double>", "<bigdecimal>NaN</bigdecimal>", "<bigdecimal>sNaN</bigdecimal>", "<int>1_0</int>",
     "<int>\u0663</int>", "<double>1_0.5</double>", "<double>\u0663</double>", "<int>0x1</int>", "<i4/>"],
)  # fmt: skip
def test_a_number_that_is_none_is_the_callers_mistake(programs, caplog, number):
    """It reaches no procedure, and no log of what went wrong on our side."""
    assert said(programs, call_of(f"<value>{number}</value>"))[0] == -32600
    assert not caplog.records


@pytest.mark.parametrize(
    ("number", "value"),
    [("<int> +7 </int>", 7), ("<i8>-9223372036854775808</i8>", -(2**63)), ("<double>1e3</double>", 1000.0)],
)
def test_numbers_of_64_bits_are_taken(programs, number, value):
    """And given back."""
    assert xmlrpc.client.loads(answer(programs, call_of(f"<value>{number}</value>")).body)[0] == (value,)


def test_what_is_no_call_at_all_is_answered_by_http(programs):
    """Another method is 405, another type of body 415, a body that is too large 413."""
    assert Client(programs).get("/RPC2").headers["Allow"] == "OPTIONS, POST"
    assert answer(programs, b"{}", "application/json").status_code == 415
    assert answer(programs, b"x", **{"Content-Encoding": "gzip"}).status_code == 415
    assert answer(programs, b"<" + b" " * 9_000_000).status_code == 413
    assert answer(programs, call_of("<value>1</value>"), "application/xml; charset=utf-8").status_code == 200


@pytest.mark.parametrize("path", ["/RPC2", "/RPC2/", "/rpc2", "/rpc2/"])
def test_a_slash_at_the_end_makes_no_difference(programs, path):
    """Clients write it or do not."""
    assert answer(programs, call_of("<value>1</value>"), path=path).status_code == 200


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
    programs = Application(mapper, config={"tools": {"sqlalchemy": {"url": url}}})

    def call(name, *arguments):
        return answer(programs, xmlrpc.client.dumps(arguments, name).encode()).body

    call("add", "one")
    call("add", "bad")
    call("system.multicall", [{"methodName": "add", "params": [text]} for text in ("two", "bad", "three")])
    ((kept,), _) = xmlrpc.client.loads(call("all"))
    programs.close()

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


def test_nothing_of_a_refused_call_is_logged_as_an_error(programs, caplog):
    """Whoever writes nonsense does not fill the log."""
    caplog.set_level(logging.WARNING)

    said(programs, b"nonsense")

    assert caplog.text == ""
