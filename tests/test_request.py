"""What a request tells of itself, also of what is malformed."""

from io import BytesIO

import pytest

from kirsch.errors import BadRequest, ContentTooLarge, UnsupportedMediaType, UsageError
from kirsch.request import Request
from kirsch.serving import OFFERED_BY
from kirsch.tools import load_tool


def posted(body: bytes, content_type: str, **environ):
    made = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **environ,
    }
    return Request.blank("/", made)


def test_a_path_is_text():
    """Percent-encoded UTF-8 arrives decoded."""
    request = Request.blank("/caf%C3%A9")

    assert request.path_info == "/café"


def test_an_undecodable_path_is_a_bad_request():
    """Bytes that are no UTF-8 are answered 400, not 500."""
    request = Request.blank("/%ff")

    with pytest.raises(BadRequest, match="UTF-8"):
        _ = request.path_info


def test_query_fields_come_in_order_and_repeat():
    """Every value of a repeated field is there."""
    request = Request.blank("/?tag=a&tag=b&q=caf%C3%A9")

    assert request.GET.getall("tag") == ["a", "b"]
    assert request.GET["q"] == "café"


@pytest.mark.parametrize("query", ["q=%ff", "q=\xff"])
def test_an_undecodable_query_is_a_bad_request(query):
    """WebOb raises here; Kirsch answers 400."""
    request = Request.blank("/", {"QUERY_STRING": query})

    with pytest.raises(BadRequest):
        _ = request.GET


def test_a_query_of_too_many_fields_is_refused():
    """A thousand fields are taken, no more."""
    request = Request.blank("/?" + "&".join(["a=1"] * 1001))

    with pytest.raises(BadRequest, match="1000"):
        _ = request.GET


def test_a_form_is_read():
    """Urlencoded fields are text, in UTF-8, with repeated names."""
    request = posted(b"name=Ren%C3%A9&tag=a&tag=b&blank=", "application/x-www-form-urlencoded; charset=UTF-8")

    assert list(request.POST.items()) == [("name", "René"), ("tag", "a"), ("tag", "b"), ("blank", "")]
    assert request.params["name"] == "René"


def test_an_upload_keeps_its_name_and_bytes():
    """A file in a multipart form is an Upload, the other fields are text."""
    request = Request.blank("/", POST={"title": "x", "file": ("ü.txt", b"\x00\x01")})

    upload = request.POST["file"]

    assert request.POST["title"] == "x"
    assert (upload.filename, upload.raw) == ("ü.txt", b"\x00\x01")
    request.close()


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"a=%ff", "application/x-www-form-urlencoded", BadRequest),
        (b"a=1", "application/x-www-form-urlencoded; charset=latin-1", UnsupportedMediaType),
        (b"a=1", "application/x-www-form-urlencoded; charset=bogus", UnsupportedMediaType),
        (b"--b\r\n", "multipart/form-data", BadRequest),
        (b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\ncut", "multipart/form-data; boundary=b", BadRequest),
        (b"--b\r\n\r\nnameless\r\n--b--\r\n", "multipart/form-data; boundary=b", BadRequest),
        (b"nonsense", "multipart/form-data; boundary=b", BadRequest),
        (b"&".join([b"a=1"] * 1001), "application/x-www-form-urlencoded", ContentTooLarge),
    ],
)
def test_a_malformed_form_is_an_answer_not_an_exception(body, content_type, error):
    """Whatever is wrong with a form, the client reads a sentence."""
    request = posted(body, content_type)

    with pytest.raises(error):
        _ = request.POST


def test_a_body_shorter_than_announced_is_refused():
    """A form that was cut off is not taken for a whole one."""
    request = posted(b"a=1", "application/x-www-form-urlencoded", CONTENT_LENGTH="10")

    with pytest.raises(BadRequest, match="ended"):
        _ = request.POST


@pytest.mark.parametrize("length", ["-5", "+5", "0_5", "x", "٣"])
def test_a_content_length_is_ascii_digits(length):
    """Anything else is a bad request (RFC 9110, section 8.6)."""
    request = Request.blank("/", {"CONTENT_LENGTH": length})

    with pytest.raises(BadRequest):
        _ = request.length


def test_a_form_of_newlines_costs_no_time():
    """Two megabytes of newlines in an upload are read in one go, not line by line."""
    body = b"--b\r\nContent-Disposition: form-data; name=x; filename=f\r\n\r\n" + b"\n" * 2_000_000 + b"\r\n--b--\r\n"
    request = posted(body, "multipart/form-data; boundary=b")

    assert request.POST["x"].size == 2_000_000
    request.close()


def test_json_is_read_once_and_kept():
    """The second look does not read the body again."""
    request = posted(b'{"a": 1}', "application/json")

    assert request.json == {"a": 1}
    assert request.json is request.json


@pytest.mark.parametrize("body", [b"{", b"\xff", b"NaN", b"[" * 100_000, b"", b"1" * 5000])
def test_malformed_json_is_a_bad_request(body):
    """Broken, undecodable, unbounded and too deep JSON is answered 400."""
    request = posted(body, "application/json")

    with pytest.raises(BadRequest):
        _ = request.json


def test_what_a_tool_offers_is_made_once():
    """Taking a thing twice gives the same thing."""
    request = Request.blank("/")
    request.offer("thing", lambda request: [request])

    assert request.taken("thing") is None
    assert request.take("thing") is request.take("thing")


def test_what_no_tool_offers_is_explained():
    """The error says which tool is off, where it is one of Kirsch's own."""
    with pytest.raises(UsageError, match=r"No tool offers 'db' here. Switch on tools.sqlalchemy for this action."):
        Request.blank("/").take("db")
    with pytest.raises(UsageError, match="Switch on the tool that does"):
        Request.blank("/").take("basket")


@pytest.mark.parametrize("name", sorted(OFFERED_BY))
def test_the_tool_that_is_named_is_one(name):
    """So that the sentence leads somewhere."""
    load_tool(OFFERED_BY[name].split()[0].removeprefix("tools."))


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("image/png", None),
        ("not a media type", "text/html"),
    ],
)
def test_the_client_gets_the_form_it_likes_best(accept, chosen):
    """Accept decides; a malformed one counts as none."""
    request = Request.blank("/", headers={"Accept": accept} if accept else {})

    assert request.prefers("text/html", "application/json") == chosen


@pytest.mark.parametrize("name", ["date", "if_modified_since", "if_unmodified_since", "if_range"])
@pytest.mark.parametrize("sent", ["Sat, 21 Nov 99999999999999 10:00:00 GMT", "Mon, 99 Foo 2026 25:61:61 GMT"])
def test_a_date_that_is_none_counts_as_not_sent(name, sent):
    """Also where it lies further away than any calendar goes."""
    request = Request.blank("/", headers={name.replace("_", "-"): sent})

    assert getattr(getattr(request, name), "date", getattr(request, name)) is None


def test_a_date_is_read_as_webob_does():
    """As a moment with a zone, and can be set."""
    request = Request.blank("/", headers={"If-Modified-Since": "Sat, 21 Nov 2026 10:00:00 GMT"})
    assert request.if_modified_since.isoformat() == "2026-11-21T10:00:00+00:00"

    request.if_modified_since = request.if_modified_since.replace(hour=11)

    assert request.environ["HTTP_IF_MODIFIED_SINCE"] == "Sat, 21 Nov 2026 11:00:00 GMT"
