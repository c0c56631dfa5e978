"""Routes in an application, seen from outside."""

import pytest

from kirsch import Application, Controller
from kirsch.testing import Client


class Shop(Controller):
    """Two actions to route to."""

    label = "Shop"

    def index(self):
        """The list."""
        return "all"

    def show(self, id: int):
        """One."""
        return f"number {id}"


@pytest.fixture
def client(mapper):
    """A visitor of a small shop."""
    mapper.connect("shop", "/shop", controller=Shop, conditions={"method": "GET"})
    mapper.connect("/shop/{id:int}", controller=Shop, action="show", conditions={"method": "GET"})
    mapper.redirect("/old/{id}", "/shop/{id}", status=308)
    mapper.redirect("/{url:.*}/", "/{url}")
    return Client(Application(mapper))


def test_a_redirect_is_served(client):
    """With its status, its query, and nowhere but here."""
    answer = client.get("/old/7?page=2")
    followed = client.get("/old/7", follow=True)

    assert (answer.status_code, answer.location) == (308, "/shop/7?page=2")
    assert followed.text == "number 7"
    assert client.get("//evil.example/").location == "/evil.example"


def test_a_redirect_to_no_address_is_not_found(client):
    """A value that climbs makes no URL."""
    assert client.get("/x/%2e%2e/").status_code in (302, 404)
    assert client.get("/old/%2e%2e").status_code == 404


def test_the_table_answers_for_other_methods(client):
    """405 with Allow, OPTIONS and HEAD from the table; an undecodable path is a 400."""
    refused = client.delete("/shop")
    options = client.request("OPTIONS", "/shop/1")

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (client.head("/shop").status_code, client.head("/shop").body) == (200, b"")
    assert client.get("/%ff").status_code == 400
    assert client.get("/shop%0A").status_code == 404
