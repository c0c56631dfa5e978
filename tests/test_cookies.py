"""Cookies as browsers get them."""

from datetime import timedelta

import pytest

from kirsch import Response


@pytest.mark.parametrize("age", [60, timedelta(minutes=1)])
def test_a_cookie_ends_after_its_seconds(age):
    """On every Python, with warnings as errors."""
    response = Response("body")

    response.set_cookie("name", "value", max_age=age, httponly=True, samesite="Lax")

    assert response.headers["Set-Cookie"] == "name=value; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"


def test_a_deleted_cookie_ends_at_once():
    """As WebOb writes it."""
    response = Response("body")

    response.delete_cookie("name")

    assert response.headers["Set-Cookie"].startswith("name=; Max-Age=0; Path=/; expires=Wed, 31-Dec-97")


def test_a_cookie_without_an_age_lasts_as_long_as_the_browser():
    """No Max-Age, no date."""
    response = Response("body")

    response.set_cookie("name", "value")

    assert response.headers["Set-Cookie"] == "name=value; Path=/"
