"""The site as other WSGI servers and clients see it: a second opinion on what PEP 3333 asks for."""

from wsgiref.validate import validator

import pytest
from webtest import TestApp

from asking import ask

ADDRESSES = ("/books", "/books.json", "/books.csv", "/books/new", "/books/1", "/static/kirsch.css", "/nowhere", "/%ff")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_keeps_to_the_protocol(shop, path, method):
    """Whatever is asked, status, headers and body are as PEP 3333 wants them."""
    answer = ask(validator(shop), path, method=method, environ={"SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": ""})

    assert answer.status < 500


def test_a_foreign_client_fills_in_a_form_and_sends_it(shop):
    """WebTest, with its own checks on, walks from the list to a new author."""
    browser = TestApp(shop, lint=True)

    form = browser.get("/authors/new").form
    form["name"] = "Ursula K. Le Guin"
    answer = form.submit()
    page = answer.follow()

    assert answer.status_int == 303
    assert "Ursula K. Le Guin" in page
