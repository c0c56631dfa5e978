"""Other WSGI applications below a path of a site, and sites beside each other."""

import http.client
import logging
from wsgiref.validate import validator

import pytest

from dispatch.plain import saying
from kirsch import Application, Controller, Mapper
from kirsch.dispatch import mount
from kirsch.routing import RouteError
from kirsch.testing import Client


class Pages(Controller):
    def index(self):
        return "ours"


def site(application, path="/old", config=None):
    """A client of a site with *application* at *path* and an own page at /old/own, checked on both sides."""
    mapper = Mapper()
    mapper.connect("/old/own", controller=Pages)
    mount(mapper, path, application)
    return Client(validator(Application(mapper, config=config)))


def answering(status="200 OK", body=(b"hello",), headers=(("Content-Type", "text/plain"),), **more):
    def application(environ, start_response):
        start_response(status, [*headers, *more.items()])
        return body

    return application


@pytest.mark.parametrize(
    ("path", "target", "script_name", "path_info"),
    [
        ("/old", "/old", "/old", ""),
        ("/old", "/old/", "/old", "/"),
        ("/old/", "/old/a/b?x=1", "/old", "/a/b"),
        ("/old", "/old//a//", "/old", "//a//"),
        ("/old", "/old/%C3%A9%20x", "/old", "/Ã© x"),
        ("/old/café", "/old/caf%C3%A9/x", "/old/cafÃ©", "/x"),
        ("/", "/", "", "/"),
        ("/", "/anything/at/all", "", "/anything/at/all"),
    ],
)
def test_the_path_is_divided_where_the_application_stands(path, target, script_name, path_info):
    """SCRIPT_NAME and PATH_INFO together are what was asked for, as PEP 3333 encodes them."""
    assert site(saying("old"), path).get(target).text.encode("latin-1").decode("latin-1").split("|")[1:3] == [
        script_name, path_info,
    ]  # fmt: skip


def test_routes_before_it_are_tried_first():
    """What is at the root answers whatever is left, its own 404 included."""
    client = site(answering("404 Nothing Here"), "/")

    assert client.get("/old/own").text == "ours"
    assert client.get("/else").status == "404 Nothing Here"


def test_a_path_that_only_begins_alike_is_another():
    """/older is not below /old."""
    assert site(saying("old")).get("/older").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_every_method_reaches_it(method):
    """With the body, as it was sent."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        length = int(environ.get("CONTENT_LENGTH") or 0)
        return [environ["REQUEST_METHOD"].encode(), environ["wsgi.input"].read(length)]

    assert site(validator(application)).request(method, "/old/x", b"12").text == f"{method}12"


def test_a_form_that_a_tool_has_read_is_put_back():
    """The token of tools.csrf stands in the form, and the form reaches the application."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    class Reader(Controller):
        def index(self):
            return {"token": self.request.take("csrf_token")}

    mapper = Mapper()
    mapper.connect("/token", controller=Reader)
    mount(mapper, "/old", application)
    client = Client(
        Application(mapper, config={"site": {"secret_key": "k" * 32}, "tools": {"csrf": {}}}), same_origin=False
    )
    token = client.get("/token").json["token"]

    assert client.post("/old", {"a": "1"}).status_code == 403
    assert client.post("/old", {"a": "1", "csrf_token": token}).text == f"a=1&csrf_token={token}"


def test_the_tools_of_the_site_stand_around_it():
    """Headers are added, bodies compressed, and its controller has a name in the configuration."""
    body = b"hello " * 1000
    config = {
        "tools": {"compression": {}, "requestid": {}},
        "controllers": {"old": {"tools": {"headers": {"send": {"X-Old": "yes"}}}}},
    }

    answer = site(answering(body=[body]), config=config).get("/old/x", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Old"] == "yes"
    assert len(answer.body) < len(body)


def test_an_exception_is_a_500_of_the_site(caplog):
    """With an id that is in the log, and no word of the exception for the client."""

    def application(environ, start_response):
        raise RuntimeError("the secret")

    answer = site(application).get("/old")

    assert answer.status_code == 500
    assert "the secret" not in answer.text
    assert "the secret" in caplog.text


@pytest.mark.parametrize("calls", [0, 2], ids=["never", "twice"])
def test_an_application_begins_one_answer(calls, caplog):
    """Without start_response, or with two of them, it has failed."""

    def application(environ, start_response):
        for _ in range(calls):
            start_response("200 OK", [])
        return [b"x"]

    assert site(application).get("/old").status_code == 500
    assert "start_response" in caplog.text


def test_what_is_written_comes_before_what_is_returned():
    """The function that start_response returns sends, too."""

    def application(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"one ")
        write(b"two ")
        return [b"three"]

    assert site(validator(application)).get("/old").text == "one two three"


def test_empty_pieces_do_not_begin_an_answer():
    """An application may call start_response as late as its first piece with anything in it."""

    def application(environ, start_response):
        yield b""
        start_response("201 Created", [("Content-Type", "text/plain")])
        yield b""
        yield b"made"

    answer = site(application).get("/old")

    assert (answer.status_code, answer.text) == (201, "made")


def test_an_error_replaces_what_has_not_been_sent():
    """start_response with exc_info begins anew."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            raise ValueError("x")
        except ValueError:
            import sys

            start_response("503 Later", [("Content-Type", "text/plain")], sys.exc_info())
        return [b"sorry"]

    answer = site(application).get("/old")

    assert (answer.status, answer.text) == ("503 Later", "sorry")


def test_an_error_after_the_beginning_breaks_the_answer_off(caplog):
    """What is on its way cannot be taken back; the log says so."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"begun"
        try:
            raise ValueError("too late")
        except ValueError:
            import sys

            start_response("500 Error", [], sys.exc_info())

    with pytest.raises(ValueError, match="too late"):
        site(application).get("/old")

    assert "its answer broke off" in caplog.text


class Watched:
    """A body that counts what was read of it, and whether it was closed."""

    def __init__(self, pieces):
        self.left = list(pieces)
        self.closed = 0

    def __iter__(self):
        while self.left:
            yield self.left.pop(0)

    def close(self):
        self.closed += 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_body_is_closed_once(method):
    """Whether it was read or not."""
    body = Watched([b"a", b"b"])

    site(answering(body=body)).request(method, "/old")

    assert body.closed == 1


def test_a_body_arrives_while_it_is_made():
    """Nothing is gathered: the first piece is sent before the second is asked for."""
    body = Watched([b"a", b"b", b"c"])
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/old", "SERVER_NAME": "x", "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }  # fmt: skip
    mapper = Mapper()
    mount(mapper, "/old", answering(body=body))

    answer = Application(mapper)(environ, lambda *_: None)
    pieces = iter(answer)

    assert (next(pieces), body.left) == (b"a", [b"b", b"c"])
    answer.close()
    assert body.closed == 1


def test_a_header_that_would_split_the_answer_is_a_500(caplog):
    """What another application says is checked like what ours says."""
    caplog.set_level(logging.ERROR)

    answer = site(answering(headers=[("X-A", "1\r\nSet-Cookie: evil=1")])).get("/old")

    assert (answer.status_code, "Set-Cookie" in answer.headers) == (500, False)


@pytest.mark.parametrize("path", ["old", "/old/{id}", "/old/*rest"])
def test_what_is_mounted_has_a_fixed_path(path):
    """A variable would be nobody's."""
    with pytest.raises(RouteError, match=r"test_mounting\.py:\d+: .* is no path to mount at"):
        mount(Mapper(), path, saying("old"))


def test_what_is_mounted_can_be_called():
    """A module or a name is not enough."""
    with pytest.raises(RouteError, match="mount takes a WSGI application"):
        mount(Mapper(), "/old", "shop.wsgi")


def test_its_addresses_are_made_by_name():
    """What follows its path is `rest`."""
    mapper = Mapper()
    mount(mapper, "/old/shop", saying("shop"))
    mount(mapper, "/wiki", saying("wiki"), name="pages")

    assert mapper.url("old_shop") == "/old/shop/"
    assert mapper.url("pages", rest="Main Page") == "/wiki/Main%20Page"


def test_over_a_socket_pieces_are_sent_as_they_come(served):
    """A length that is said is kept, one that is not is chunked."""
    mapper = Mapper()
    mount(mapper, "/long", answering(body=(b"a", b"b"), **{"Content-Length": "2"}))
    mount(mapper, "/chunked", answering(body=iter([b"a", b"", b"b"])))
    connection = http.client.HTTPConnection(*served(Application(mapper)), timeout=10)

    answers = []
    for path in ("/long", "/chunked"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answers.append((answer.getheader("Content-Length"), answer.getheader("Transfer-Encoding"), answer.read()))
    connection.close()

    assert answers == [("2", None, b"ab"), (None, "chunked", b"ab")]
