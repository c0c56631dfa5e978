"""tools.deadline: a database gives up what takes longer than the request may."""

import pytest
from sqlalchemy import text

from kirsch import Application, Controller, Mapper, tools
from kirsch.testing import Client

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT max(i) FROM n"
LONG = {"postgresql": "SELECT pg_sleep(30)", "sqlite": COUNT.format(10**8)}
SOME = {"postgresql": "SELECT pg_sleep(0.4)", "sqlite": COUNT.format(3 * 10**6)}


class Rows(Controller):
    @tools.deadline(0.2)
    def long(self):
        return str(self.db.scalar(text(LONG[self.db.bind.dialect.name])))

    @tools.deadline(0.2, status=504)
    def quick(self):
        return str(self.db.scalar(text("SELECT 7")))

    @tools.deadline(0.2, status=504)
    def twice(self):
        self.db.execute(text("SELECT 1"))
        self.db.commit()
        return str(self.db.scalar(text(LONG[self.db.bind.dialect.name])))

    def patient(self):
        self.db.execute(text(SOME[self.db.bind.dialect.name]))
        return "done"


@pytest.fixture(params=["sqlite", "postgresql"])
def client(request, tmp_path):
    url = (
        f"sqlite:///{tmp_path / 'rows.sqlite'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    mapper = Mapper()
    for action in ("long", "quick", "twice", "patient"):
        mapper.connect(f"/{action}", controller=Rows, action=action)
    application = Application(mapper, [Rows], {"tools.sqlalchemy": {"url": url, "pool_size": 1}})
    yield Client(application)
    application.close()


@pytest.mark.parametrize(("path", "status"), [("/long", 503), ("/twice", 504)])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_statement_is_given_up_when_the_time_is_over(client, path, status, method):
    """With the answer of the deadline; the connection serves the next request."""
    answer = client.request(method, path)

    assert (answer.status_code, "taken too long" in answer.text) == (status, True)
    assert client.get("/quick").text == "7"


def test_an_action_without_a_deadline_has_all_the_time(client):
    """Nothing of the time of one request is left on the connection that serves the next one."""
    client.get("/long")
    client.get("/quick")

    assert client.get("/patient").text == "done"
