"""tools.referer: whose pages may show what is here."""

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.testing import Client


class Images(Controller):
    def show(self):
        return "image"


def make_client(**options):
    mapper = Mapper()
    mapper.connect("/image", controller=Images, action="show")
    return Client(Application(mapper, [Images], {"tools.referer": options}), base_url="https://example.org")


def status_of(client, page):
    return client.get("/image", headers={} if page is None else {"Referer": page}).status_code


PARTNERS = r"https://(www\.)?partner\.example/.*"


@pytest.mark.parametrize(
    ("options", "page", "status"),
    [
        ({}, "https://example.org/page", 200),
        ({}, "http://example.org/page", 200),
        ({}, "https://EXAMPLE.org", 200),
        ({}, "https://other.example/page", 403),
        ({}, "https://example.org.evil.example/", 403),
        ({}, "https://evil.example/?https://example.org/", 403),
        ({}, "https://example.org@evil.example/", 403),
        ({}, "example.org", 403),
        ({}, "javascript://example.org/", 403),
        ({}, "https://[", 403),
        ({}, None, 403),
        ({}, "", 403),
        ({"missing": True}, None, 200),
        ({"missing": True}, "https://other.example/", 403),
        ({"pattern": PARTNERS}, "https://partner.example/a", 200),
        ({"pattern": PARTNERS}, "https://example.org/a", 200),
        ({"pattern": PARTNERS}, "https://evil.example/?https://partner.example/a", 403),
        ({"pattern": PARTNERS}, "https://partner.example/a" + "a" * 5000, 403),
        ({"pattern": PARTNERS, "own": False}, "https://example.org/a", 403),
        ({"pattern": ".*evil.*", "accept": False}, "https://evil.example/", 403),
        ({"pattern": ".*evil.*", "accept": False}, "https://other.example/", 200),
        ({"pattern": ".*evil.*", "accept": False}, None, 403),
    ],
)
def test_a_page_is_let_in_or_refused(options, page, status):
    """The whole address counts, never a part of it."""
    assert status_of(make_client(**options), page) == status


def test_who_is_refused_reads_why():
    """In words of the site."""
    answer = make_client(message="Ask us first.").get("/image", headers={"Referer": "https://other.example/"})

    assert "Ask us first." in answer.text


def test_what_no_route_takes_is_not_found():
    """There is nothing to be kept from anybody."""
    assert make_client().get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("options", "words"),
    [({"pattern": "("}, "no regular expression"), ({"accept": False}, "pattern is empty"), ({"own": False}, "nobody")],
)
def test_options_that_cannot_work_are_said_at_start(options, words):
    """With what to do instead."""
    with pytest.raises(ConfigError, match=words):
        make_client(**options)
