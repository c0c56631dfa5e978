"""What the client sends, and what it makes of the answer."""

import pytest

from kirsch.testing import Client, TestingError


def test_a_request_is_what_a_browser_sends(client, site):
    """Path and query apart, percent signs decoded to bytes, same-origin said."""
    client.get("/caf%C3%A9/é?q=a b&é#part", headers={"Accept": "text/html"})

    assert site.last["PATH_INFO"].encode("latin-1").decode() == "/café/é"
    assert site.last["QUERY_STRING"] == "q=a%20b&%C3%A9"
    assert (site.last["HTTP_ACCEPT"], site.last["HTTP_SEC_FETCH_SITE"]) == ("text/html", "same-origin")
    assert "CONTENT_TYPE" not in site.last
    assert site.closed == 1


def test_a_program_says_no_origin(site):
    """With same_origin=False, and with headers of its own on every request."""
    Client(site, same_origin=False, headers={"X-Key": "1"}).get("/")

    assert "HTTP_SEC_FETCH_SITE" not in site.last
    assert site.last["HTTP_X_KEY"] == "1"


@pytest.mark.parametrize(
    ("options", "kind", "body"),
    [
        ({"data": {"a": "b c", "n": [1, 2], "none": None}}, "application/x-www-form-urlencoded", b"a=b+c&n=1&n=2"),
        ({"data": [("a", 1), ("a", 2)]}, "application/x-www-form-urlencoded", b"a=1&a=2"),
        ({"json": {"a": None}}, "application/json", b'{"a": null}'),
        ({"data": b"\x00"}, "application/octet-stream", b"\x00"),
        ({"data": "é", "headers": {"Content-Type": "text/csv"}}, "text/csv", "é".encode()),
        ({}, "application/x-www-form-urlencoded", b""),
    ],
)
def test_data_becomes_a_body(client, site, options, kind, body):
    """A form, JSON, or what is given, with its length."""
    client.post("/", **options)

    assert (site.last["CONTENT_TYPE"], site.last["body"]) == (kind, body)
    assert site.last["CONTENT_LENGTH"] == str(len(body))


def test_a_file_makes_the_form_multipart(client, site):
    """With name, type and content of the file beside the fields."""
    client.post("/", {"cover": ('a"b.png', b"\x89", "image/png"), "note": "é"})

    assert site.last["CONTENT_TYPE"].startswith("multipart/form-data; boundary=")
    assert b'name="cover"; filename="a%22b.png"\r\nContent-Type: image/png\r\n\r\n\x89\r\n' in site.last["body"]
    assert 'name="note"\r\n\r\né\r\n'.encode() in site.last["body"]


def test_data_of_a_get_goes_into_the_query(client, site):
    """Behind what is there."""
    client.get("/?a=1", data={"b": "2 3"})

    assert site.last["QUERY_STRING"] == "a=1&b=2+3"


def test_an_answer_is_read_as_it_is_labelled(client, site):
    """Charset, JSON, headers in any case, several of one name joined."""
    headers = [("Content-Type", "application/json; charset=latin-1"), ("Vary", "A"), ("vary", "B")]
    site.answers["/"] = ("201 Created", headers[1:], '["ü"]'.encode())

    answer = client.get("/")

    assert (answer.status_code, answer.status, answer.json) == (201, "201 Created", ["ü"])
    assert (answer.headers["VARY"], answer.content_type, "x-none" in answer.headers) == ("A, B", "text/html", False)
    assert answer.headers.get("x-none") is None


def test_what_is_no_json_is_said_to_be_none(client, site):
    """With the beginning of what came."""
    site.answers["/"] = ("200 OK", [], b"<p>Oops")

    with pytest.raises(TestingError, match="is no JSON but text/html: b'<p>Oops'"):
        _ = client.get("/").json


def test_cookies_are_kept_by_path_until_they_expire(client, site):
    """As a browser does: nearer paths first, gone when told so."""
    site.answers["/in"] = (
        "200 OK",
        [("Set-Cookie", 's="a b"; Path=/; HttpOnly'), ("Set-Cookie", "p=1; Path=/in")],
        b"",
    )
    site.answers["/out"] = ("200 OK", [("Set-Cookie", "s=; Path=/; Max-Age=0")], b"")

    sent = []
    for path in ("/in", "/in/side", "/inside", "/out", "/"):
        client.get(path)
        sent.append(site.last.get("HTTP_COOKIE"))

    assert sent == [None, 'p=1; s="a b"', 's="a b"', 's="a b"', None]
    assert (client.cookies.value("p"), client.cookies.value("s")) == ("1", None)


def test_an_expiry_date_is_understood(client, site):
    """Expires as well as Max-Age."""
    past = "Thu, 01 Jan 1970 00:00:00 GMT"
    site.answers["/"] = ("200 OK", [("Set-Cookie", f"a=1; Expires={past}"), ("Set-Cookie", "b=1; Max-Age=60")], b"")

    client.get("/")

    assert [name for name, _ in client.cookies] == ["b"]


def test_secure_cookies_travel_to_safe_places_only(site):
    """Over https, or on this machine."""
    site.answers["/"] = ("200 OK", [("Set-Cookie", "a=1; Secure; Path=/")], b"")

    seen = []
    for base_url in ("http://localhost", "http://shop.example", "https://shop.example"):
        client = Client(site, base_url=base_url)
        client.get("/")
        client.get("/x")
        seen.append(site.last.get("HTTP_COOKIE"))

    assert seen == ["a=1", None, "a=1"]


def test_redirects_are_followed_on_request(client, site):
    """303 and 302 with GET and without the body, 307 and 308 as it was."""
    site.answers["/a"] = ("303 See Other", [("Location", "b?x=1")], b"")
    site.answers["/c"] = ("308 Permanent Redirect", [("Location", "/d")], b"")

    assert client.post("/a", {"n": 1}).location == "b?x=1"
    assert client.post("/a", {"n": 1}, follow=True).url == "/b?x=1"
    assert (site.last["REQUEST_METHOD"], site.last["body"]) == ("GET", b"")
    client.post("/c", {"n": 1}, follow=True)
    assert (site.last["PATH_INFO"], site.last["REQUEST_METHOD"], site.last["body"]) == ("/d", "POST", b"n=1")


def test_the_client_stays_on_its_site(client, site):
    """A redirect elsewhere and a circle are errors of the test; `//x` asked for is a path."""
    site.answers["/away"] = ("302 Found", [("Location", "//evil.example/")], b"")
    site.answers["/loop"] = ("302 Found", [("Location", "/loop")], b"")

    assert client.get("//x/y").url == "//x/y"
    with pytest.raises(TestingError, match="leads away from http://localhost"):
        client.get("/away", follow=True)
    with pytest.raises(TestingError, match="/loop redirects more than 10 times"):
        client.get("/loop", follow=True)
    with pytest.raises(TestingError, match="is no redirect"):
        _ = client.get("/").location


def test_an_application_that_breaks_wsgi_is_named():
    """Rather than a puzzling failure later."""
    with pytest.raises(TestingError, match="/x: the application never called start_response"):
        Client(lambda *_: [b""]).get("/x")
