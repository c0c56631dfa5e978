"""tools.caching by the sections of RFC 9111 (HTTP Caching): which answers are kept, for how long, and for whom."""

import time
from email.utils import formatdate

import pytest

from cached import Pages, headed, is_kept, make_client, runs, told
from kirsch import Response

FORBIDDEN = ["no-store", "NO-STORE", "max-age=9,no-store", "no-cache", 'no-cache="X-A"', "private", "public,private"]


# 3. Storing responses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 203, 300, 301, 308])
def test_what_need_not_say_how_long(status):
    """Section 4.2.2: statuses for which a cache may choose; here by configuration."""
    client = make_client()

    assert is_kept(client, headed(status=status))
    assert told(client, headed(status=status)) == "hit"
    assert client.get(headed(status=status)).status_code == status


@pytest.mark.parametrize("status", [302, 303, 307, 404, 405, 410, 414, 451, 501])
def test_what_must_say_it(status):
    """Section 3: other statuses are kept where the answer has a lifetime of its own."""
    client = make_client()

    assert not is_kept(client, headed(status=status))
    assert is_kept(client, headed(status=status, **{"Cache-Control": "max-age=60"}))


@pytest.mark.parametrize("status", [201, 202, 400, 401, 403, 409, 429, 500, 502, 503])
def test_what_is_never_kept(status):
    """Section 3: statuses that say what became of one request."""
    assert not is_kept(make_client(), headed(status=status, **{"Cache-Control": "public,max-age=60"}))


@pytest.mark.parametrize("words", FORBIDDEN)
def test_what_an_answer_forbids(words):
    """Sections 5.2.2.4, 5.2.2.5 and 5.2.2.7; qualified forms count for the whole answer, as they may."""
    assert not is_kept(make_client(), headed(**{"Cache-Control": words}))


def test_parts_are_not_kept():
    """Section 3.3: a request for a range is answered by the action until the whole is known."""

    class Parts(Pages):
        def whole(self):
            response = Response(f"run {self.run}: 0123456789", headers=[("ETag", '"a"')])
            response.conditional_response = True
            return response

    client = make_client(Parts)
    part = {"Range": "bytes=7-9"}

    first, second = client.get("/whole", headers=part), client.get("/whole", headers=part)
    client.get("/whole")
    third = client.get("/whole", headers=part)

    assert [answer.status_code for answer in (first, second, third)] == [206, 206, 206]
    assert client.application.tally["/whole"] == 3
    assert (third.text, third.headers["Content-Range"]) == ("012", "bytes 7-9/17")
    assert client.get("/whole", headers={"Range": "bytes=99-"}).status_code == 416
    assert client.get("/whole", headers={**part, "If-Range": '"b"'}).status_code == 200


def test_what_is_said_of_a_connection_is_not_kept():
    """Section 3.1: neither that nor what `Connection` names."""
    client = make_client()
    path = headed(**{"X-Hop": "1", "X-Stay": "2", "Proxy-Authenticate": "x"})

    client.get(path)
    answer = client.get(path)

    assert answer.headers["X-Stay"] == "2"
    assert "Proxy-Authenticate" not in answer.headers


@pytest.mark.parametrize("words", ["max-age=60", "public", "s-maxage=60", "must-revalidate,max-age=60"])
def test_an_answer_to_credentials(words):
    """Section 3.5: they are for who sent them, unless the answer says that it is for all."""
    client = make_client()
    path = headed(**{"Cache-Control": words})

    one, other = ({"Authorization": f"Bearer {name}"} for name in "ab")
    texts = [client.get(path, headers=headers).text for headers in (one, one, other)]

    assert texts[:2] == ["run 1", "run 1"]
    assert texts[2] == ("run 1" if words in ("public", "s-maxage=60") else "run 2")


# 4. Constructing responses from caches -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_is_never_answered_from_what_is_kept(method):
    """Section 4: unsafe methods reach the action."""
    client = make_client()
    runs(client, "/index")

    assert client.request(method, "/index").text == "saved"


def test_a_request_with_a_body_reaches_the_action():
    """RFC 9110, section 9.3.1: the body of a GET might mean something."""
    client = make_client()
    options = {"data": b"x", "headers": {"Content-Type": "text/plain"}}

    assert [client.get("/index", **options).text for _ in range(2)] == ["run 1", "run 2"]


@pytest.mark.parametrize(
    ("header", "one", "other", "same"),
    [
        ("Accept", "text/html", "text/plain", True),
        ("Accept", "text/html, text/plain", "Text/HTML ,\ttext/plain", False),
        ("Accept-Encoding", "gzip, br", "br,gzip", False),
        ("Accept-Language", "de, en", "en, de", True),
        ("X-Custom", "a", "A", True),
        ("X-Custom", "", "a", True),
    ],
)
def test_headers_are_compared_by_what_they_mean(header, one, other, same):
    """Section 4.1: white space makes no difference, nor order or case where the header's own rules say so."""
    client = make_client()
    path = headed(Vary=header)

    texts = [client.get(path, headers={header: value}).text for value in (one, other)]

    assert (texts[0] != texts[1]) is same


def test_a_header_that_is_absent_is_a_value_of_its_own():
    """Section 4.1: absent matches absent alone."""
    client = make_client()

    assert [client.get(headed(Vary="X-A"), headers=headers).text for headers in ({}, {"X-A": ""}, {})] == [
        "run 1", "run 2", "run 1"]  # fmt: skip


def test_what_varies_by_everything_is_not_kept():
    """Section 4.1: a Vary of `*` never matches."""
    for words in ("*", "Accept,*", "*,*"):
        assert not is_kept(make_client(), headed(Vary=words))


def test_answers_of_one_address_may_vary_by_different_headers():
    """Section 4.1: whatever one of them depends on counts for all."""

    class Mixed(Pages):
        def mixed(self):
            self.response.headers["Vary"] = "X-B" if self.request.headers.get("X-A") else "X-A"
            return f"run {self.run}"

    client = make_client(Mixed)
    first = client.get("/mixed").text
    second = [client.get("/mixed", headers={"X-A": "1", "X-B": value}).text for value in "121"]

    assert [first, *second] == ["run 1", "run 2", "run 3", "run 2"]


@pytest.mark.parametrize(
    ("headers", "ttl"),
    [
        ({"Cache-Control": "max-age=100"}, 100),
        ({"Cache-Control": "max-age=100,s-maxage=200"}, 200),
        ({"Cache-Control": "max-age=100,max-age=300"}, 100),
        ({"Cache-Control": 'max-age="100"'}, 100),
        ({"Cache-Control": "max-age=99999999999999999999"}, 2**31),
        ({"Cache-Control": "max-age=100", "Expires": formatdate(4102444800, usegmt=True)}, 100),
        ({"Cache-Control": "public"}, 60),
        ({"Cache-Control": "max-age=100", "Age": 40}, 60),
    ],
)
def test_how_long_an_answer_is_fresh(headers, ttl):
    """Section 4.2.1: s-maxage before max-age before Expires; the first of two alike; an age that it came with."""
    client = make_client()
    path = headed(**headers)

    client.get(path)

    left = int(client.get(path).headers["Cache-Status"].partition("ttl=")[2])
    assert ttl - 2 <= left <= ttl


@pytest.mark.parametrize(
    "words", ["max-age=0", "s-maxage=0,max-age=60", "max-age=soon", "max-age", "max-age=-5", "max-age=1.5"]
)
def test_what_is_stale_at_once_is_not_kept(words):
    """Section 4.2.1: a lifetime that is no number is none."""
    assert not is_kept(make_client(), headed(**{"Cache-Control": words}))


@pytest.mark.parametrize(
    ("expires", "date", "kept"),
    [
        (3600, None, True),
        (-3600, None, False),
        (3600, 7200, False),
        (3600, 0, True),
        ("0", None, False),
        ("soon", None, False),
    ],
)
def test_expires(expires, date, kept):
    """Section 5.3: seconds from Date; what is no date lies in the past."""
    moment = formatdate(time.time() + expires, usegmt=True) if isinstance(expires, int) else expires
    headers = {"Expires": moment} | ({"Date": formatdate(time.time() + date, usegmt=True)} if date is not None else {})

    assert is_kept(make_client(), headed(**headers).replace("+", "%2B")) is kept


def test_age_rises():
    """Sections 4.2.3 and 5.1: in whole seconds since the answer was made."""
    client = make_client()
    runs(client, "/index")

    time.sleep(1.05)

    assert client.get("/index").headers["Age"] == "1"


@pytest.mark.parametrize("words", ["must-revalidate", "proxy-revalidate", "s-maxage=1"])
def test_what_is_never_given_stale(words):
    """Sections 4.2.4 and 5.2.2.2: whatever client and configuration allow."""
    client = make_client(stale_while_revalidate=60, stale_if_error=60)
    path = headed(**{"Cache-Control": f"{words},max-age=1", "Age": "1"})
    runs(client, path)

    assert runs(client, path, headers={"Cache-Control": "max-stale"}) == ["run 2"]
