"""Forms are found, filled in and sent as a browser would."""

from urllib.parse import parse_qsl

import pytest

from kirsch.testing import TestingError


@pytest.fixture
def page(client):
    """The page with forms."""
    return client.get("/albums/1/edit")


def sent(site):
    """The fields of the last request."""
    return parse_qsl(site.last["body"].decode(), keep_blank_values=True)


def test_a_form_is_sent_as_it_stands(client, site, page):
    """Hidden fields, selections, ticks, the first button; not what is disabled."""
    client.submit(page, form="edit")

    assert (site.last["PATH_INFO"], site.last["QUERY_STRING"]) == ("/albums/1/save", "draft=1")
    assert sent(site) == [
        ("csrf_token", "abc"),
        ("title", "<Back & forth>"),
        ("text", "first\n"),
        ("genre", "2"),
        ("tags", "a"),
        ("tags", "c"),
        ("new", "on"),
        ("size", "m"),
        ("far", "away"),
        ("do", "save"),
    ]


def test_fields_are_filled_in(client, site, page):
    """Options by value or label, ticks by True and False, radios by value, None leaves a field out."""
    values = {"title": None, "genre": "Rock", "tags": ["b"], "live": True, "new": False, "size": "s", "far": 3}

    client.submit(page, values, button="Drop")

    assert sent(site) == [
        ("csrf_token", "abc"),
        ("text", "first\n"),
        ("genre", "1"),
        ("tags", "b"),
        ("live", "1"),
        ("size", "s"),
        ("far", "3"),
        ("do", "drop"),
    ]


def test_the_form_that_has_the_fields_is_chosen(client, site, page):
    """A search is sent as a query to the page's own address."""
    answer = client.submit(page, {"q": "new & old"})

    assert answer.url == "/albums/1/edit?q=new+%26+old"


def test_a_file_is_uploaded(client, site, page):
    """And an empty file field is sent as browsers do."""
    client.submit(page, {"cover": ("a.png", b"\x89")})
    assert b'name="cover"; filename="a.png"' in site.last["body"]

    client.submit(page, {"note": "n"})
    assert b'name="cover"; filename=""' in site.last["body"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"values": {"titel": "x"}, "form": "edit"}, "the form has no field 'titel'. Did you mean 'title'?"),
        ({"values": {"off": "x"}, "form": 1}, "the form has no field 'off'"),
        ({"values": {"genre": "Roc"}}, "'genre' has no option 'Roc'. Did you mean 'Rock'?"),
        ({"values": {"size": "xl"}}, "'size' cannot be 'xl'"),
        ({"values": {"zebra": 1}}, "no form fits (fields ['zebra']). Its forms are\n  0: GET (this page) fields: q"),
        ({}, "3 forms fit; say form=POSITION"),
        ({"form": "edit", "button": "Sav"}, "the form has no button 'Sav'. Did you mean 'Save it'?"),
        ({"form": 7}, "no form fits"),
    ],
)
def test_what_the_page_does_not_offer_cannot_be_sent(client, page, options, sentence):
    """A test finds out that a field is gone, with what is there."""
    with pytest.raises(TestingError) as caught:
        client.submit(page, **options)

    assert sentence in str(caught.value)
