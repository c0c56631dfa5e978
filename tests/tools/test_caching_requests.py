"""tools.caching by the sections of RFC 9111: what a request may ask of it, and what a change does; and RFC 5861."""

import time
from email.utils import formatdate

import pytest

from cached import headed, make_client, runs

# 4.3. Validation -----------------------------------------------------------------------------------------------------


def test_a_client_that_holds_it_gets_304():
    """Section 4.3.2: by tag or by date, without the action; and also the first time."""
    client = make_client()
    dated = "Sat, 01 Jan 2022 00:00:00 GMT"
    path = headed(ETag='"v1"', **{"Last-Modified": dated.replace(" ", "%20")})

    answers = [
        client.get(path, headers=headers)
        for headers in (
            {"If-None-Match": '"v1"'}, {"If-None-Match": 'W/"v1", "v2"'}, {"If-None-Match": "*"},
            {"If-Modified-Since": dated}, {"If-Modified-Since": "Sun, 02 Jan 2022 00:00:00 GMT"},
        )
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [304] * 5
    assert {answer.headers["ETag"] for answer in answers} == {'"v1"'}
    assert all("Content-Length" not in answer.headers and answer.body == b"" for answer in answers)
    assert client.application.tally["/headed"] == 1


def test_a_client_that_holds_another_gets_the_answer():
    """Section 4.3.2: a tag goes before a date."""
    client = make_client()
    path = headed(ETag='"v1"')

    for headers in ({"If-None-Match": '"v2"'}, {"If-None-Match": '"v2"', "If-Modified-Since": formatdate(usegmt=True)},
                    {"If-Modified-Since": "yesterday"}):  # fmt: skip
        assert client.get(path, headers=headers).text == "run 1"


def test_conditions_of_a_change_are_the_actions():
    """Section 4.3.2: If-Match and If-Unmodified-Since are not for caches."""
    client = make_client()
    runs(client, "/index")

    assert runs(client, "/index", headers={"If-Match": '"x"'}) == ["run 2"]
    assert runs(client, "/index", headers={"If-Unmodified-Since": formatdate(usegmt=True)}) == ["run 3"]
    assert runs(client, "/index") == ["run 1"]


# 4.4. Invalidating ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "dropped"), [(200, True), (201, True), (303, True), (400, False), (404, False), (500, False)]
)
def test_only_a_change_that_succeeds_drops_answers(status, dropped):
    """Section 4.4: an error has changed nothing."""
    client = make_client()
    runs(client, "/index")

    client.post(f"/index?status={status}")

    assert runs(client, "/index") == [f"run {2 if dropped else 1}"]


@pytest.mark.parametrize("name", ["location", "content_location"])
@pytest.mark.parametrize(
    ("address", "dropped"),
    [("/index", True), ("index?x=1", True), ("http://localhost/index", True), ("http://LOCALHOST/index", True),
     ("http://other.example/index", False), ("https://localhost/index", False), ("//other.example/index", False),
     ("http://[/index", False)],
)  # fmt: skip
def test_what_a_change_names_is_dropped_too(name, address, dropped):
    """Section 4.4: in Location and Content-Location, of the same origin alone."""
    client = make_client()
    runs(client, "/index")

    client.post(f"/somewhere?{name}={address.replace('?', '%3F')}")

    assert runs(client, "/index") == [f"run {2 if dropped else 1}"]


def test_all_variants_queries_and_visitors_are_dropped():
    """Section 4.4: everything of the address."""
    client = make_client()
    sent = [{"Cookie": "a=1"}, {"Authorization": "x"}, {"Accept": "text/plain"}, {}]
    for headers in sent:
        client.get("/echo?header=Accept", headers=headers)

    client.delete("/echo")

    assert client.application.tool("caching").held() == (0, 0)


# 5.2.1. Request directives -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{"Cache-Control": "no-cache"}, {"Pragma": "no-cache"}, {"Cache-Control": "NO-CACHE, x=y"}]
)
def test_a_client_may_want_an_answer_made_anew(headers):
    """Sections 5.2.1.4 and 5.4: and others get that one from then on; a site may refuse it."""
    client, strict = make_client(), make_client(reload=False)
    for each in (client, strict):
        runs(each, "/index")

    assert client.get("/index", headers=headers).headers["Cache-Status"] == "Kirsch; fwd=request; stored"
    assert runs(client, "/index") == ["run 2"]
    assert runs(strict, "/index", headers=headers) == ["run 1"]


def test_pragma_counts_only_without_cache_control():
    """Section 5.4."""
    client = make_client()
    runs(client, "/index")

    assert runs(client, "/index", headers={"Pragma": "no-cache", "Cache-Control": "max-age=60"}) == ["run 1"]


@pytest.mark.parametrize(
    ("words", "run"),
    [("max-age=0", 2), ("max-age=1", 1), ("max-age=60", 1), ("min-fresh=10", 1), ("min-fresh=600", 2),
     ("max-age=soon", 2), ("min-fresh=soon", 2), ("max-stale", 1), ("", 1), (",,,=;\"", 1), ("max-age=60," * 1000, 1)],
)  # fmt: skip
def test_a_client_says_how_old_an_answer_may_be(words, run):
    """Sections 5.2.1.1 and 5.2.1.3; a number that is none is the strictest, and nothing that is sent is an error."""
    client = make_client()
    path = headed(Age="1")
    runs(client, path)

    assert runs(client, path, headers={"Cache-Control": words}) == [f"run {run}"]


@pytest.mark.parametrize(
    ("words", "run"), [("max-stale", 1), ("max-stale=60", 1), ("max-stale=0", 2), ("max-stale=x", 2), ("", 2)]
)
def test_a_client_may_take_an_old_answer(words, run):
    """Section 5.2.1.2."""
    client = make_client(seconds=1)
    path = headed(Age="2")
    runs(client, path)

    assert runs(client, path, headers={"Cache-Control": words}) == [f"run {run}"]


def test_a_client_may_want_nothing_kept():
    """Section 5.2.1.5: of its own request; what was kept before, it may have."""
    client = make_client()
    headers = {"Cache-Control": "no-store"}

    assert runs(client, "/index", 2, headers=headers) == ["run 1", "run 2"]
    assert client.application.tool("caching").held() == (0, 0)
    assert runs(client, "/index") == runs(client, "/index", headers=headers) == ["run 3"]


def test_a_client_may_want_what_is_kept_or_nothing():
    """Section 5.2.1.7: 504 where nothing is, and the action does not run."""
    client = make_client()
    headers = {"Cache-Control": "only-if-cached"}

    nothing = client.get("/index", headers=headers)
    runs(client, "/index")

    assert (nothing.status_code, client.application.tally["/index"]) == (504, 1)
    assert runs(client, "/index", headers=headers) == ["run 1"]


# RFC 5861 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "options"),
    [("max-age=1,stale-while-revalidate=60", {}), ("max-age=1", {"stale_while_revalidate": 60}),
     ("s-maxage=1,stale-while-revalidate=60", {})],
)  # fmt: skip
def test_an_old_answer_is_given_until_there_is_a_new_one(words, options):
    """RFC 5861, section 3: one request makes it and gets it."""
    client = make_client(**options)
    path = headed(**{"Cache-Control": words})
    runs(client, path)
    time.sleep(1.05)

    assert runs(client, path, 3) == ["run 2"] * 3


@pytest.mark.parametrize("options", [{"stale_if_error": 60}, {"stale_if_error": 60, "stale_while_revalidate": 60}])
def test_an_old_answer_stands_for_an_error(options, caplog):
    """RFC 5861, section 4: without any, the error is seen."""
    client, strict = make_client(seconds=1, **options), make_client(seconds=1)
    for each in (client, strict):
        runs(each, "/fail")
        each.application.broken = True
    time.sleep(1.05)

    answers = [client.get("/fail") for _ in range(3)]

    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "run 1")] * 3
    assert answers[0].headers["Age"] == "1"
    assert strict.get("/fail").status_code == 500
