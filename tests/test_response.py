"""What leaves the house."""

import pytest

from asking import ask
from kirsch.response import BadHeader, Markup, Page, Response, local_location


def test_text_is_sent_as_utf8_html():
    """Type, character set and length are set."""
    answer = ask(Response("é"), "/")

    assert answer.body == "é".encode()
    assert answer.headers == {"Content-Type": "text/html; charset=utf-8", "Content-Length": "2"}


def test_a_head_request_gets_the_length_without_the_body():
    """HEAD answers what GET would, body apart."""
    answer = ask(Response("hello"), "/", method="HEAD")

    assert (answer.headers["Content-Length"], answer.body) == ("5", b"")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_no_length(status):
    """204 and 304 carry neither body nor type."""
    answer = ask(Response("ignored", status), "/")

    assert (answer.status, answer.body, answer.headers) == (status, b"", {})


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: evil=1", "a\nb", "nul\x00"])
def test_a_header_cannot_split_the_response(value):
    """A control character in a value is refused before anything is sent."""
    response = Response("x")
    response.headers["X-Name"] = value

    with pytest.raises(BadHeader, match="X-Name"):
        ask(response, "/")


def test_a_header_may_hold_letters_of_any_language():
    """Only control characters are refused."""
    response = Response("x", headers=[("X-Name", "caf\xe9\xa0")])

    assert ask(response, "/").headers["X-Name"] == "caf\xe9\xa0"


def test_webobs_own_keywords_work():
    """A response can be made as WebOb's is."""
    response = Response(json={"a": 1}, status=201)

    assert (response.status_code, response.json, response.content_type) == (201, {"a": 1}, "application/json")


def test_a_copy_is_a_response():
    """WebOb's copy() works."""
    assert Response("x", 404).copy().status_code == 404


def test_wrapping_the_body_keeps_its_length():
    """A wrapper sees the body; the header stays."""
    response = Response("abc")
    response.wrap(lambda body: (part.upper() for part in body))

    answer = ask(response, "/")

    assert (answer.body, answer.headers["Content-Length"]) == (b"ABC", "3")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/albums?page=2", "/albums?page=2"),
        ("https://example.org/x", "https://example.org/x"),
        ("//evil.example/", "/evil.example/"),
        ("/\\evil.example", "/evil.example"),
        ("\\\\evil.example", "/evil.example"),
        (" //evil.example", "/evil.example"),
        ("/\t/evil.example", "/evil.example"),
        ("javascript:alert(1)", "/javascript:alert(1)"),
        ("https:evil.example", "/https:evil.example"),
        ("/a\r\nSet-Cookie: x=1", "/aSet-Cookie: x=1"),
    ],
)
def test_a_redirect_stays_on_the_host_unless_it_says_otherwise(given, sent):
    """What browsers would read as another host becomes a path of this one."""
    assert local_location(given) == sent


def test_a_page_knows_its_template():
    """A page is a dict, so it can also become JSON."""
    page = Page("books/show", {"title": Markup("<b>")})

    assert (page.template, page["title"]) == ("books/show", "<b>")
