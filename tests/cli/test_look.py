"""One looks into a site from the command line without serving it."""

import pytest


def test_the_routes_are_listed(shop):
    """With name, path and action; a word narrows the list."""
    every, one = shop.run("routes"), shop.run("routes", "book")

    assert every[0] == one[0] == 0
    assert "home.index" in every[1]
    assert "/books/{id:int}" in one[1]
    assert "home.index" not in one[1]


@pytest.mark.parametrize("method", ["GET", "get"])
def test_a_url_is_explained(shop, method):
    """Which action answers, with which variables."""
    code, out, _ = shop.run("explain", method, "/books/3")

    assert code == 0
    assert out.startswith("GET /books/3 is answered by home.book\n")
    assert "id = 3" in out


def test_a_url_that_leads_nowhere_is_explained(shop):
    """The nearest route and what failed."""
    code, out, _ = shop.run("explain", "GET", "/books/three")

    assert code == 0
    assert out.startswith("GET /books/three is answered by no route\n")
    assert "book" in out.splitlines()[1]


def test_a_plan_is_shown(shop):
    """The tools around the action."""
    code, out, _ = shop.run("plan", "home.book")

    assert code == 0
    assert "sqlalchemy" in out


def test_an_unknown_action_is_one_sentence_and_2(shop):
    """With the nearest name."""
    code, _, err = shop.run("plan", "home.bok")

    assert (code, err) == (
        2,
        "kirsch: No route leads to an action called 'home.bok'. Did you mean 'home.book'?\n",
    )


def test_settings_are_shown_without_secrets(shop):
    """Each with its place; a variable of the environment too."""
    code, out, _ = shop.run("config")

    assert code == 0
    assert "config/site.toml [tools.sqlalchemy] url" in out
    assert "0123456789abcdef" not in out
    assert "tools.sqlalchemy" not in shop.run("config", "secret")[1]


def test_one_setting_is_explained(shop):
    """Where it comes from, what it means; a wrong name is one sentence and 2."""
    code, out, _ = shop.run("config", "--explain", "tools.sqlalchemy.url")

    assert (code, out.splitlines()[1]) == (0, "  from     config/site.toml [tools.sqlalchemy] url")
    code, _, err = shop.run("config", "--explain", "tools.sqlalchemy.ulr")
    assert (code, err) == (
        2,
        "kirsch: There is no setting 'tools.sqlalchemy.ulr'. Did you mean 'tools.sqlalchemy.url'?\n",
    )
