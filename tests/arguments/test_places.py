"""Arguments by position: what stands before `/` or `*rest` in an action's signature comes from the path."""

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.testing import Client


def site(action, *paths):
    """A client of a site whose *action* answers at *paths*."""
    mapper = Mapper()
    for path in paths:
        mapper.connect(path, controller="pages", action="show")
    return Client(Application(mapper, [type("Pages", (Controller,), {"show": action})]))


def test_what_stands_before_the_slash_comes_from_the_path_alone():
    """The query string cannot set it, nor what its default stands for."""

    def show(self, year: int, month: int = 12, /, sort: str = "date"):
        return [year, month, sort]

    client = site(show, "/{year}", "/{year}/{month}")

    assert client.get("/2026?year=1&month=2&sort=title").json == [2026, 12, "title"]
    assert client.get("/2026/3?month=2").json == [2026, 3, "date"]
    assert client.get("/2026/march").status_code == 404


def test_the_rest_of_a_path_comes_part_by_part():
    """``*rest`` is a tuple of converted parts; what stands before it is by position, too."""

    def show(self, first, *rest: int, sort: str = ""):
        return [first, list(rest), sort]

    client = site(show, "/{first}", "/{first}/{rest:path}")

    assert client.get("/a?rest=9").json == ["a", [], ""]
    assert client.get("/a/1/2?sort=up&first=b").json == ["a", [1, 2], "up"]
    assert client.get("/a/1/x").status_code == 404


def test_others_never_hold_what_comes_by_position():
    """``**others`` takes what is sent, apart from the names that have a place of their own."""

    def show(self, id: int, /, **others):
        return [id, others]

    client = site(show, "/{id}")

    assert client.get("/3?id=4&q=x").json == [3, {"q": "x"}]


def test_a_place_without_a_variable_is_a_mistake_at_start():
    """The route has to have what the action takes from the path."""

    def show(self, id: int, /):
        return id

    with pytest.raises(ConfigError) as caught:
        site(show, "/")

    assert str(caught.value).endswith(
        "Pages.show takes 'id' from the path, and its route has no variable of that name."
    )


def test_an_error_of_the_action_is_no_mistake_of_the_client():
    """A TypeError inside an action is a 500, though a wrong call would raise the same."""

    def show(self, *rest, **others):
        raise TypeError("show() missing 1 required positional argument: 'x'")

    assert site(show, "/").get("/?x=1").status_code == 500
