"""Old addresses that lead to new ones."""

import pytest

from kirsch.routing import RouteError


def follow(mapper, path, query="", script_name=""):
    """Where a GET of *path* is sent."""
    route, values, _ = mapper.find(path, "GET")
    return route.location(values, query, script_name)


def test_a_redirect_keeps_the_query(mapper):
    """And the variables, as it was told to."""
    mapper.redirect("/archive/{year:int}/{rest:.*}", "/blog/{rest}/{year}", status=308)
    [route] = mapper.matchlist

    assert follow(mapper, "/archive/2024/a/b c", "page=2&q=x") == "/blog/a/b%20c/2024?page=2&q=x"
    assert (route.redirect, route.redirect_status) == (True, "308 Permanent Redirect")


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example/", "/\\evil.example/", "/\\/evil.example/"])
def test_a_redirect_stays_on_its_host(mapper, path):
    """The recipe that takes off a trailing slash is no open door."""
    mapper.redirect("/{url:.*}/", "/{url}")

    location = follow(mapper, path)

    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_a_redirect_goes_below_the_mount_point(mapper):
    """SCRIPT_NAME comes first, and may not smuggle a host in either."""
    mapper.redirect("/old", "/new")

    assert [follow(mapper, "/old", script_name=name) for name in ("", "/shop", "//evil.example")] == [
        "/new",
        "/shop/new",
        "/evil.example/new",
    ]


def test_a_redirect_answers_reading_only(mapper):
    """Unless it is told otherwise, a POST is not thrown away by one."""
    mapper.redirect("/old", "/new", _redirect_code="301 Moved Permanently")

    assert mapper.find("/old", "POST")[2] == ("GET", "HEAD", "OPTIONS")
    assert mapper.find("/old", "HEAD")[0].redirect_status == "301 Moved Permanently"


def test_a_redirect_elsewhere_or_without_its_variable_is_a_mistake(mapper):
    """Both are said at start."""
    mapper.redirect("/a", "https://other.example/")
    mapper.redirect("/b/{x}", "/c/{y}")

    first, second = mapper.mistakes()

    assert "a redirect stays on this host" in first
    assert "it leads to /c/{y}, but has no variable 'y'" in second


def test_a_status_that_is_no_redirect_is_refused(mapper):
    """With those that are."""
    with pytest.raises(RouteError, match="'404' is no status of a redirect"):
        mapper.redirect("/a", "/b", _redirect_code="404 Not Found")
