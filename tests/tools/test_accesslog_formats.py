"""What a line of the access log may say, and in which form."""

import json
import re
from datetime import datetime

import pytest

from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.testing import Client


class Pages(Controller):
    """One page."""

    def index(self) -> str:
        return "hello"


@pytest.fixture
def client(tmp_path):
    """A function that makes a site with the tool's options and a client for it."""

    def make(**options) -> Client:
        mapper = Mapper()
        mapper.connect("/", controller=Pages, action="index")
        return Client(Application(mapper, [Pages], {"tools": {"accesslog": options}}, Config(root=tmp_path)))

    return make


def test_an_object_of_json_has_everything(client, capsys):
    """Numbers are numbers, the time is RFC 3339, what is not known is null."""
    answer = client(format="json").get("/?a=1", headers={"User-Agent": "me"})

    line = json.loads(capsys.readouterr().out)

    assert answer.status_code == 200
    assert datetime.fromisoformat(line.pop("time")).utcoffset() is not None
    assert re.fullmatch("[0-9a-f]{16}", line.pop("id"))
    assert line.pop("ms") >= 0
    assert line == {
        "client": "127.0.0.1", "user": None, "method": "GET", "path": "/", "query": "a=1", "protocol": "HTTP/1.1",
        "host": "localhost", "action": "pages.index", "status": 200, "bytes": 5, "referer": None, "agent": "me",
    }  # fmt: skip


def test_json_can_hold_what_one_wants(client, capsys):
    """The words of a format, headers among them."""
    client(format="json", fields=["method", "status", "header:X-Shop", "sent:Content-Type"]).get(
        "/", headers={"X-Shop": "7"}
    )

    line = json.loads(capsys.readouterr().out)

    assert line == {
        "method": "GET", "status": 200, "header:X-Shop": "7", "sent:Content-Type": "text/plain; charset=utf-8",
    }  # fmt: skip


FORMATS = {
    '{client} "{method} {path}" {status}': '127.0.0.1 "GET /" 200',
    "{{{method}}}": "{GET}",
    '"{header:User-Agent}"': '"me and you"',
    "{header:User-Agent}": r"me\x20and\x20you",
    "{agent}": r"me\x20and\x20you",
    "{header:Missing}": "-",
    "{header:Authorization}": "(hidden)",
    "{sent:Content-Length}": "5",
    "{sent:Missing}": "-",
    "{query}": "a=1&token=(hidden)",
    "{target}": "/?a=1&token=(hidden)",
    '"{request}"': '"GET /?a=1&token=(hidden) HTTP/1.1"',
    "{referer}": "http://x.example/?password=(hidden)",
    "{route} {action}": "/ pages.index",
    "{bytes}b {received}": "5b -",
    "{host} {protocol} {user}": "localhost HTTP/1.1 -",
}


@pytest.mark.parametrize(("form", "line"), FORMATS.items(), ids=FORMATS)
def test_a_format_of_ones_own(client, capsys, form, line):
    """Words in braces; outside of quotes a space would end the field, and is written as its number."""
    client(format=form).get(
        "/?a=1&token=x",
        headers={
            "User-Agent": "me and you", "Authorization": "Basic YTpi", "Referer": "http://x.example/?password=y",
        },
    )  # fmt: skip

    written = capsys.readouterr().out

    assert written == line + "\n"


@pytest.mark.parametrize(
    ("word", "pattern"),
    [
        ("time", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("stamp", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("second", r"\d{10}"),
        ("seconds", r"\d+\.\d+"),
        ("ms", r"\d+\.\d"),
        ("id", "[0-9a-f]{16}"),
        ("pid", r"\d+"),
        ("thread", "MainThread"),
    ],
)
def test_times_and_places_in_a_format(client, capsys, word, pattern):
    """Each as its reader expects it."""
    client(format=f"{{{word}}}").get("/")

    written = capsys.readouterr().out

    assert re.fullmatch(pattern, written.strip())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"format": "{statsu}"}, "format has no word 'statsu'. Did you mean 'status'?"),
        ({"format": "{status!r}"}, "without !r"),
        ({"format": "{status"}, "expected '}'"),
        ({"format": "{}"}, "format has no word ''"),
        ({"format": "apache"}, "names nothing of a request"),
        ({"format": ""}, "names nothing of a request"),
        ({"format": "{status}\n"}, "must be one line"),
        ({"format": "{header:a b}"}, "names no header"),
        ({"format": "{header:}"}, "no word 'header'"),
        ({"format": "json", "fields": []}, "fields is empty"),
        ({"format": "json", "fields": ["user", "ip"]}, "fields has no word 'ip'"),
    ],
)
def test_a_format_that_cannot_be_is_found_at_start(client, options, sentence):
    """Before the first request, and with what to do."""
    with pytest.raises(ConfigError) as caught:
        client(**options)

    assert sentence in str(caught.value)
