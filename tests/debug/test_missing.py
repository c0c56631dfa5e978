"""What developers see where no route answers."""

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.debug import missing
from kirsch.testing import Client


class Albums(Controller):
    """Routes to miss."""

    def index(self) -> str:
        return "all"

    def show(self, id: int) -> str:
        return str(id)


@pytest.fixture
def application():
    """A small site in development."""
    mapper = Mapper()
    mapper.domains = ("example.com",)
    mapper.connect("albums", "/albums", controller=Albums, conditions={"method": "GET"})
    mapper.connect("album", "/albums/{id:int}", controller=Albums, action="show", conditions={"method": "GET"})
    mapper.connect("/shop", controller=Albums, conditions={"sub_domain": ["shop"]})
    application = Application(mapper)
    application.debug_missing = missing
    return application


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/albums/x", 404, "&#x27;x&#x27; does not match the requirement of id: {id:int}"),
        ("GET", "/albmus", 404, "&#x27;albmus&#x27; stands where &#x27;albums&#x27; is expected"),
        ("GET", "/albums/1/", 404, "The path has a slash too many at its end"),
        ("POST", "/albums/1", 405, "The path is known, but for GET, HEAD, OPTIONS only"),
        ("GET", "/shop", 404, "www.example.com has www, and the route wants the sub-domain shop"),
        ("GET", "/<b>", 404, "/<b>&lt;b&gt;</b>"),
        ("GET", "/caf\u00e9", 404, "café"),
    ],
)
def test_the_page_names_the_nearest_route_and_the_part_that_failed(application, method, path, status, sentence):
    """With its place and the table of all routes; whatever was asked for is text, never markup."""
    answer = Client(application, headers={"Host": "www.example.com"}).request(method, path)

    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (status, "text/html")
    assert sentence in answer.text
    assert "debug/test_missing.py:" in answer.text
    assert "/albums/{id:int}" in answer.text
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_program_reads_the_reason_in_the_detail(application):
    """As problem details, with the status and the header fields of the plain answer."""
    client = Client(application, headers={"Accept": "application/json"})

    missed, refused = client.get("/albums/x"), client.request("POST", "/albums")

    assert missed.status_code == missed.json["status"] == 404
    assert "nearest: route GET /albums/{id:int} (album), debug/test_missing.py:" in missed.json["detail"]
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "the path allows GET, HEAD, OPTIONS" in refused.json["detail"]


def test_the_page_of_a_405_names_who_would_answer(application):
    """Before the table of all routes, which may be long."""
    text = Client(application).request("POST", "/albums/1").text

    assert "<code>GET /albums/{id:int} (album)</code>, connected in debug/test_missing.py:" in text.partition("<h2>")[0]


def test_visitors_are_not_told_about_routes(application):
    """Outside development the answer is the usual one."""
    application.debug_missing = None
    answer = Client(application).get("/albums/x")

    assert answer.status_code == 404
    assert "albums/{id" not in answer.text


def test_an_empty_site_has_a_page_too():
    """There is no nearest route then."""
    application = Application(Mapper())
    application.debug_missing = missing

    assert Client(application).get("/x").status_code == 404
