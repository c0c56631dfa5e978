"""A small site to report on."""

import pytest

from kirsch import Application, Controller, Mapper, tools
from kirsch.config import Config


class Albums(Controller):
    """Something to route to."""

    @tools.mako("albums/all")
    def index(self):
        """All."""
        return {}

    def show(self, id: int):
        """One."""
        return str(id)


@pytest.fixture
def site():
    """An application with two routes, a redirect and settings from three places."""
    mapper = Mapper()
    mapper.connect("albums", "/albums", controller=Albums, conditions={"method": "GET"})
    mapper.connect("album", "/albums/{id:int}", controller=Albums, action="show")
    mapper.redirect("/records", "/albums")
    given = {
        "site": {"name": "shop", "secret_key": "open sesame" * 4},
        "tools": {"csrf": {}, "sessions": {}},
        "controllers": {"albums": {"actions": {"show": {"tools": {"csrf": {"on": False}}}}}},
    }
    environ = {"KIRSCH__SERVER__PORT": "8081"}
    application = Application(mapper, site=Config(given, environ=environ), config={"server": {"host": "127.0.0.1"}})
    yield application
    application.close()
