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
        ("GET", "/albums/1/edit/x", ["goes on with 'x'"]),
        ("GET", "/days/2024-02-31", ["'2024-02-31' looks like date, but is no value of it (variable day)"]),
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
