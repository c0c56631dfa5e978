"""Why a URL leads where it leads."""

import pytest

from kirsch.routing import explain


@pytest.fixture
def shop(mapper):
    """Some routes to miss."""
    mapper.resource("album", "albums")
    mapper.connect("/days/{day:date}", controller="days")
    mapper.connect("/users/{id:int}/posts", controller="posts")
    mapper.connect("/closed", controller="c", conditions={"function": lambda *_: False})
    mapper.redirect("/old/{id}", "/albums/{id}")
    return mapper


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("GET", "/albums/1", ["is answered by albums.show", "(album), routing/test_explain.py:", "id = '1'"]),
        ("HEAD", "/old/1", ["is answered by a redirect to /albums/{id}"]),
        ("PUT", "/albums", ["no route; the path allows GET, HEAD, OPTIONS, POST", "GET /albums", "POST /albums"]),
        ("GET", "/albmus", ["no route", "nearest: route GET /albums", "'albmus' stands where 'albums' is expected"]),
        ("GET", "/albums/1/edit/", ["nearest: route GET /albums/{id}/edit", "a slash too many at its end"]),
        ("GET", "/albums/1/", ["nearest: route GET /albums/{id}{.format:json|csv}", "a slash too many at its end"]),
        ("GET", "/users/x/posts/", ["'x' does not match the requirement of id: {id:int}"]),
        ("GET", "/albums//edit", ["nearest: route GET /albums/{id}/edit"]),
        ("OPTIONS", "/albums", ["is answered with 204 and Allow: GET, HEAD, OPTIONS, POST"]),
        ("GET", "/albums/1/edit/x", ["goes on with 'x'"]),
        ("GET", "/days/2024-02-31", ["'2024-02-31' is refused by date: ", " (variable day)"]),
        ("GET", "/users/x/posts", ["'x' does not match the requirement of id: {id:int}"]),
        ("GET", "/users/3", ["the path ends where posts should follow"]),
        ("GET", "/closed", ["its function condition refused"]),
    ],
)
def test_a_url_is_explained(shop, method, path, words):
    """The route with its variables; or the nearest one with the part that failed."""
    text = "\n".join(explain(shop, method, path))

    assert [word for word in words if word not in text] == []


def test_an_empty_table_is_explained_too(mapper):
    """There is no nearest route then."""
    assert explain(mapper, "GET", "/")[1:] == ["  there are no routes"]


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("example.com", "example.com has none, and the route wants the sub-domain shop, store"),
        ("www.example.com:8080", "has www, and the route wants"),
        ("127.0.0.1", "127.0.0.1 has none"),
    ],
)
def test_a_refused_sub_domain_is_explained(mapper, host, words):
    """The host that was asked for, and what the route wants of it."""
    mapper.domains = ("example.com",)
    mapper.connect("/cart", controller="c", conditions={"sub_domain": ["shop", "store"]})

    assert words in explain(mapper, "GET", "/cart", {"HTTP_HOST": host})[-1]
