"""The ways to read one body: which of them go together, and which character sets a text comes in."""

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import UnsupportedMediaType
from kirsch.request import Request
from kirsch.testing import Client

MULTIPART = "multipart/form-data; boundary=b"
FORM = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'


class Files(Controller):
    """Arguments are looked for in a form or in JSON before the action reads the body."""

    def stream(self, name: str = "nobody") -> str:
        assert self.request.stream is self.request.stream
        return f"{name}: {self.request.stream.read().decode()}"

    def body(self, name: str = "nobody") -> str:
        return f"{name}: {self.request.body.decode()}"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/x-www-form-urlencoded", b"a=1"), ("application/json", b'{"a": 1}'), ("text/plain", b"a")],
)
@pytest.mark.parametrize("action", ["stream", "body"])
def test_a_body_that_was_looked_into_is_read_as_it_is(action, content_type, body):
    """An action that takes a stream gets it from a client that announces a form, too."""
    answer = ask(action, body, content_type)

    assert (answer.status_code, answer.text) == (200, f"x: {body.decode()}")


@pytest.mark.parametrize("action", ["stream", "body"])
def test_a_form_with_files_is_no_body_as_it_is(action):
    """Whether a body is a form is for the client to say, so it is told, and nothing fails."""
    assert ask(action, FORM, MULTIPART).status_code == 415


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "undefined", "zip", "x" * 500])
def test_only_character_sets_are_read(name):
    """What else Python decodes takes the square of a body's length, or makes no text of it."""
    with pytest.raises(UnsupportedMediaType, match="unknown character set"):
        _ = text_of(name)


@pytest.mark.parametrize("name", ["utf-8\0", "UTF8", "Latin-1", "windows-1252", "utf-8;x"])
def test_names_of_character_sets_are_read_kindly(name):
    """In capitals or not, and whatever follows that is no name."""
    assert text_of(name) == "abc"


def ask(action, body, content_type):
    """The answer of an action of Files."""
    mapper = Mapper()
    mapper.connect("/", controller=Files, action=action)
    return Client(Application(mapper)).post("/?name=x", body, headers={"Content-Type": content_type})


def text_of(charset):
    """A body's text, announced in *charset*."""
    request = Request.blank("/", method="POST", body=b"abc")
    request.environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    return request.text
