"""The bookshop, open for visitors."""

from collections.abc import Iterator

import pytest

import shop as bookshop
from kirsch import Application
from kirsch.testing import Client


@pytest.fixture
def shop(tmp_path) -> Iterator[Application]:
    """The bookshop with a few rows, over SQLite."""
    application = bookshop.site(f"sqlite:///{tmp_path}/shop.sqlite")
    bookshop.fill(application)
    yield application
    application.close()


@pytest.fixture
def client(shop: Application) -> Client:
    """A visitor of the bookshop."""
    return Client(shop)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def any_shop(request: pytest.FixtureRequest, tmp_path) -> Iterator[Application]:
    """The bookshop over each kind of database."""
    fixtures = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}
    url = (
        request.getfixturevalue(fixtures[request.param]) if request.param in fixtures else f"sqlite:///{tmp_path}/s.db"
    )
    application = bookshop.site(url)
    bookshop.fill(application)
    yield application
    application.close()


@pytest.fixture
def any_client(any_shop: Application) -> Client:
    """A visitor of the bookshop over each kind of database."""
    return Client(any_shop)
