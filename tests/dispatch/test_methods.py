"""Controllers whose actions are the methods of HTTP."""

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.dispatch import ByMethod, tree
from kirsch.errors import ConfigError
from kirsch.testing import Client


class Things(ByMethod):
    def get(self, id: int | None = None, /):
        return f"get {id}"

    def post(self, name: str):
        return f"post {name}"

    def put(self, id: int, /, name: str):
        return f"put {id} {name}"


class Root(Controller):
    things = Things

    def default(self, *rest):
        return f"default {rest}"


@pytest.fixture
def client():
    mapper = Mapper()
    tree(mapper, "/", Root)
    return Client(Application(mapper))


def test_each_method_has_its_action(client):
    """Parts of the path, forms and queries reach it as they reach any action."""
    assert client.get("/things").text == "get None"
    assert client.get("/things/3").text == "get 3"
    assert client.post("/things", {"name": "a"}).text == "post a"
    assert client.put("/things/3", {"name": "b"}).text == "put 3 b"


@pytest.mark.parametrize(
    ("method", "target", "status", "allow"),
    [
        ("HEAD", "/things", 200, None),
        ("DELETE", "/things", 405, "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/things", 405, "GET, HEAD, OPTIONS, POST"),
        ("POST", "/things/3", 405, "GET, HEAD, OPTIONS, PUT"),
        ("OPTIONS", "/things/3", 204, "GET, HEAD, OPTIONS, PUT"),
        ("PROPFIND", "/things", 405, "GET, HEAD, OPTIONS, POST"),
        ("POST", "/thing", 200, None),
    ],
)
def test_the_other_methods_are_refused(client, method, target, status, allow):
    """No default above answers them instead."""
    answer = client.request(method, target)

    assert (answer.status_code, answer.headers.get("Allow")) == (status, allow)


def test_head_has_no_body(client):
    """It is answered by `get`."""
    assert client.head("/things").body == b""


def test_a_method_may_be_one_of_webdav():
    """A controller alone is a tree, too."""

    class Folder(ByMethod):
        def propfind(self):
            return "found"

    mapper = Mapper()
    tree(mapper, "/folder", Folder)

    answer = Client(Application(mapper)).request("PROPFIND", "/folder")

    assert (answer.text, mapper.url("folder")) == ("found", "/folder")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("gett", "Did you mean 'get'?"), ("POST", "Call it 'post'"), ("total", "A helper begins with an underscore")],
)
def test_what_is_no_method_is_a_mistake(name, sentence):
    """A misspelt method is found at start."""

    def action(self):
        return ""

    kind = type("Wrong", (ByMethod,), {"get": action, name: action})
    mapper = Mapper()
    tree(mapper, "/wrong", kind)

    with pytest.raises(ConfigError) as caught:
        Application(mapper)

    assert f"Wrong.{name} is no method of HTTP." in str(caught.value)
    assert sentence in str(caught.value)
