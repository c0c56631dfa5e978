"""JSON bodies: strict, bounded, and refused in words."""

import pytest

JSON = "application/json"


def test_json_arrives_as_values(ask):
    """Of a name that comes twice, the last one counts."""
    told = ask("json", b'{"a": [1, 1.5, null, "\\u00e9", "\\ud83d\\ude00"], "b": 1, "b": 2}', JSON)

    assert told.json == {"json": {"a": [1, 1.5, None, "é", "😀"], "b": 2}}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty where JSON is wanted."),
        (b"{", "The body is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
        (b"\xff", "The JSON body is not UTF-8."),
        (b"NaN", "A number in the JSON body is too long, or none of JSON's."),
        (b"[-Infinity]", "A number in the JSON body is too long, or none of JSON's."),
        (b"1e999", "A number in the JSON body is too long, or none of JSON's."),
        (b"1" * 5000, "A number in the JSON body is too long, or none of JSON's."),
        (b"[" * 65 + b"]" * 65, "The JSON body is nested deeper than the 64 levels that are taken here."),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "The JSON body is nested deeper than the 64 levels that are taken here."),
        (b"[" * 100_000, "The JSON body is nested deeper than the 64 levels that are taken here."),
    ],
)
def test_what_is_no_json_is_refused(ask, body, sentence):
    """The sentence says why, and the limit where there is one."""
    told = ask("json", body, JSON)

    assert (told.status, told.detail) == (400, sentence)


@pytest.mark.parametrize("body", [b"[" * 64 + b"]" * 64, b"[" + b"[1]," * 500 + b"[1]]", b'"' + b"[{" * 500 + b'"'])
def test_breadth_and_text_are_no_depth(ask, body):
    """Many brackets beside each other, or inside a text, are fine."""
    assert ask("json", body, JSON).status == 200


def test_the_depth_is_set_per_action(ask):
    """Three levels are three levels."""
    assert ask("json", b'[{"a": [1]}]', JSON, limits={"json_depth": 3}).status == 200
    assert ask("json", b'[{"a": [1]}]', JSON, limits={"json_depth": 2}).status == 400


@pytest.mark.parametrize("chunked", [{}, {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}])
def test_json_has_a_size(ask, chunked):
    """What is held in memory is bounded, apart from the body as a whole, whether its length is announced or not."""
    assert ask("json", b"[" + b" " * 2046 + b"]", JSON, limits={"memory": "2 KiB"}, **chunked).status == 200

    told = ask("json", b"[" + b" " * 2047 + b"]", JSON, limits={"memory": "2 KiB"}, **chunked)

    assert (told.status, told.detail) == (413, "The body is larger than the 2 KiB that are taken here.")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_json_is_announced_as_json(ask, content_type):
    """A page of another site can send JSON as plain text without being asked; it is not taken for JSON."""
    told = ask("json", b"{}", content_type)

    assert (told.status, told.detail) == (415, "This address takes JSON, announced as application/json.")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/problem+json", "Application/JSON"]
)
def test_types_that_are_json(ask, content_type):
    """Parameters, case and the ``+json`` of RFC 6839 do not matter."""
    assert ask("json", b"{}", content_type).json == {"json": {}}
