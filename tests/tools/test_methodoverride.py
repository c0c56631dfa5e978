"""tools.methodoverride: forms that say PUT, PATCH and DELETE."""

from io import BytesIO

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.request import Upload
from kirsch.testing import Client


class Books(Controller):
    def create(self, title: str = ""):
        return f"created {title}"

    def update(self, id: int, title: str = ""):
        return f"{self.request.method} {id} {title}"

    def destroy(self, id: int):
        return f"destroyed {id}"

    def cover(self, id: int, file: Upload):
        return f"{self.request.method} {id} {file.size}"


def make_app(**options):
    mapper = Mapper()
    with mapper.submapper(controller=Books) as books:
        books.connect("/books", action="create", conditions={"method": ["POST"]})
        books.connect("/books/{id:int}", action="update", conditions={"method": ["PUT", "PATCH"]})
        books.connect("/books/{id:int}", action="destroy", conditions={"method": ["DELETE"]})
        books.connect("/books/{id:int}/cover", action="cover", conditions={"method": ["PUT"]})
    return Application(mapper, [Books], {"tools.methodoverride": options})


def posted(path, data, **options):
    client = Client(make_app(**options), same_origin=True)
    answer = client.post(path, data)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([("_method", "PUT"), ("title", "Blue")], "PUT 7 Blue"),
        ([("_method", "patch"), ("title", "ü" * 1000)], f"PATCH 7 {'ü' * 1000}"),
        ([("_method", "DELETE")], "destroyed 7"),
    ],
)
def test_the_first_field_says_the_method(data, text):
    """The action of that method is reached, and the form with all of its fields."""
    assert posted("/books/7", data) == (200, text)


def test_the_query_says_the_method():
    """For forms that cannot have a hidden field."""
    assert posted("/books/7?a=1&_method=DELETE", {"title": "x"}) == (200, "destroyed 7")


def test_a_form_with_files_says_it_too():
    """In its first part; a large file goes on as it arrives."""
    data = [("_method", "PUT"), ("file", ("cover.png", b"x" * 300_000))]

    assert posted("/books/7/cover", data) == (200, "PUT 7 300000")
    assert posted("/books/7/cover?_method=PUT", data[1:]) == (200, "PUT 7 300000")


@pytest.mark.parametrize(
    "data",
    [
        [("title", "Blue"), ("_method", "DELETE")],
        [("x_method", "DELETE")],
        [("_methods", "DELETE")],
        [("title", "_method=DELETE")],
        [("file", ("x.txt", b"_method=DELETE"))],
        [],
    ],
)
def test_other_forms_are_posted_as_they_are(data):
    """A field further on is one like any other."""
    assert posted("/books", data)[0] == 200
    assert posted("/books/7", data)[0] == 405


@pytest.mark.parametrize("method", ["GET", "POST", "TRACE", "CONNECT", "", "PUT DELETE", "PU\u0422", "PUT\r\nX: y"])
def test_a_form_cannot_say_what_is_not_meant(method):
    """400 with the methods that it may say."""
    status, text = posted("/books/7", [("_method", method)])

    assert (status, "PUT or PATCH or DELETE" in text) == (400, True)


def test_a_site_may_allow_fewer_methods_under_another_name():
    """The form then says only these."""
    options = {"name": "verb", "methods": ["DELETE"]}

    assert posted("/books/7", {"verb": "DELETE"}, **options) == (200, "destroyed 7")
    assert posted("/books/7", {"verb": "PUT"}, **options)[0] == 400
    assert posted("/books/7", {"_method": "DELETE"}, **options)[0] == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, 200),
        ({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://localhost"}, 200),
        ({"HTTP_ORIGIN": "http://localhost"}, 200),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "none"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://localhost"}, 403),
        ({"HTTP_ORIGIN": "http://evil.example"}, 403),
        ({"HTTP_ORIGIN": "http://localhost.evil.example"}, 403),
        ({"HTTP_ORIGIN": "http://localhost:8080"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_HOST": "", "HTTP_ORIGIN": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_are_believed(headers, status):
    """Another site's form cannot delete anything, nor one whose browser does not say where it comes from."""
    environ = {"HTTP_HOST": "localhost", **headers}

    answer = ask(make_app(), "/books/7", method="POST", environ=environ, POST={"_method": "DELETE"})

    assert answer.status == status


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "", "text/plain; x=application/x-www-form-urlencoded"]
)
def test_only_forms_are_looked_into(kind):
    """Programs say the method themselves."""
    environ = {"HTTP_SEC_FETCH_SITE": "same-origin"}

    answer = ask(
        make_app(), "/books/7?_method=DELETE", method="POST", environ=environ, body=b"_method=DELETE", content_type=kind
    )

    assert answer.status == 405


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_only_a_post_is_overridden(method):
    """A link, or an image of another site, changes nothing."""
    environ = {"HTTP_SEC_FETCH_SITE": "same-origin", "CONTENT_TYPE": "application/x-www-form-urlencoded"}

    answer = ask(make_app(), "/books/7?_method=DELETE", method=method, environ=environ)

    assert "destroyed" not in answer.text


@pytest.mark.parametrize("length", ["-1", "+5", "x", "1" * 30])
def test_a_length_that_is_none_is_refused_as_without_the_tool(length):
    """Nothing is read on its word."""
    environ = {
        "HTTP_SEC_FETCH_SITE": "same-origin", "wsgi.input": BytesIO(b"_method=DELETE"), "CONTENT_LENGTH": length,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }  # fmt: skip

    assert ask(make_app(), "/books", method="POST", environ=environ).status in (400, 413)


def test_a_body_in_chunks_is_looked_into():
    """The server says where it ends."""
    environ = {
        "HTTP_SEC_FETCH_SITE": "same-origin", "wsgi.input": BytesIO(b"_method=PUT&title=Blue"), "CONTENT_LENGTH": "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.input_terminated": True,
    }  # fmt: skip

    assert ask(make_app(), "/books/7", method="POST", environ=environ).text == "PUT 7 Blue"


class Slow:
    def __init__(self, error):
        self.error = error

    def read(self, size=-1):
        raise self.error


@pytest.mark.parametrize(("error", "status"), [(TimeoutError(), 408), (OSError(), 400), (EOFError(), 400)])
def test_a_body_that_does_not_come_is_no_error_of_ours(error, status):
    """408 or 400, as for any other body."""
    environ = {"wsgi.input": Slow(error), "CONTENT_LENGTH": "9", "CONTENT_TYPE": "application/x-www-form-urlencoded"}

    assert ask(make_app(), "/books", method="POST", environ=environ).status == status


def test_the_tool_is_one_of_the_whole_site():
    """It decides which action is asked for, so no action can have another."""
    mapper = Mapper()
    mapper.connect("/", controller=Books, action="create")

    with pytest.raises(ConfigError, match="Set it for the whole site"):
        Application(mapper, [Books], {"controllers.books.tools.methodoverride": {}})


def test_a_name_that_would_have_to_be_encoded_is_refused_at_start():
    """With what to take."""
    with pytest.raises(ConfigError, match="take letters"):
        make_app(name="my method")
