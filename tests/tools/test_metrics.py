"""What Prometheus is told."""

import os
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kirsch import Application, Controller, Mapper, Response
from kirsch.errors import ConfigError
from kirsch.seeing import Metrics
from kirsch.testing import Client


class Books(Controller):
    """Pages of every sort."""

    def index(self) -> str:
        return "hello"

    def show(self, id: int) -> str:
        return str(id)

    def stream(self) -> Response:
        response = Response()
        response.app_iter = (chunk for chunk in (b"abc", b"de"))
        return response

    def fail(self) -> str:
        raise LookupError("broken")


def site(**options) -> Application:
    """A site whose metrics lie at /metrics."""
    mapper = Mapper()
    mapper.connect("/", controller=Books, action="index")
    mapper.connect("book", "/books/{id:int}", controller=Books, action="show")
    mapper.connect("/stream", controller=Books, action="stream")
    mapper.connect("/fail", controller=Books, action="fail")
    mapper.connect("/metrics", controller=Metrics, action="index")
    return Application(mapper, [Books], {"tools.metrics": {"trusted": ["127.0.0.1"], **options}})


@pytest.fixture
def client():
    """A client whose address may see the metrics."""
    return Client(site())


def samples(client: Client, name: str) -> dict[tuple[str, ...], float]:
    """The samples of one metric by the values of their labels: route, method, status."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    order = ("route", "method", "status", "le")
    return {
        tuple(sample.labels[label] for label in order if label in sample.labels): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_route_method_and_status(client):
    """A route by its name, or by its path as it was written."""
    client.get("/")
    client.get("/books/1")
    client.get("/books/2")
    client.head("/books/2")
    client.get("/books/x")
    client.get("/fail")

    assert samples(client, "http_requests_total") == {
        ("/", "GET", "200"): 1, ("book", "GET", "200"): 2, ("book", "HEAD", "200"): 1, ("none", "GET", "404"): 1,
        ("/fail", "GET", "500"): 1,
    }  # fmt: skip


def test_durations_and_bytes_are_counted(client):
    """The bytes of both directions, pieces among them; durations in a histogram."""
    client.post("/", {"title": "x"})
    client.get("/stream")

    assert samples(client, "http_request_duration_seconds_count") == {("/", "POST"): 1, ("/stream", "GET"): 1}
    assert samples(client, "http_request_body_bytes_total")[("/",)] == 7
    assert samples(client, "http_response_body_bytes_total")[("/stream",)] == 5
    assert samples(client, "http_request_duration_seconds_bucket")[("/", "POST", "+Inf")] == 1


def test_what_clients_make_up_makes_no_series(client):
    """A thousand paths and methods are one series each."""
    for number in range(200):
        client.request(f"BREW{number}", f"/x{number}?a={number}")
        client.get(f"/books/{number}")

    series = samples(client, "http_requests_total")

    assert set(series) == {("none", "other", "404"), ("book", "GET", "200")}
    assert set(series.values()) == {200}


def test_the_request_that_asks_is_in_progress(client):
    """And no other."""
    client.get("/fail")
    client.get("/stream")

    assert samples(client, "http_requests_in_progress") == {(): 1}


def test_what_the_site_counts_itself_is_told_too(client):
    """The process and the garbage collector among it."""
    assert samples(client, "python_info")


def test_two_sites_in_one_process_count_apart():
    """Each has its own metrics."""
    one, other = Client(site()), Client(site(prefix="shop"))
    one.get("/")

    assert samples(one, "http_requests_total") == {("/", "GET", "200"): 1}
    assert samples(other, "http_requests_total") == {}
    assert samples(other, "shop_requests_in_progress") == {(): 1}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8"),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("text/html;q=\x80", "text/plain; version=0.0.4; charset=utf-8"),
    ],
)
def test_the_format_is_what_the_client_likes(client, accept, content_type):
    """Prometheus' own where it does not say."""
    answer = client.get("/metrics", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(content_type)


def test_nobody_sees_them_until_it_is_said_who():
    """The networks of those who ask are named in `trusted`."""
    refused, welcome = Client(site(trusted=["10.0.0.0/8"])), Client(site(trusted=["127.0.0.0/8"]))

    answers = [refused.get("/metrics"), welcome.get("/metrics")]

    assert [answer.status_code for answer in answers] == [403, 200]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"prefix": "my shop"}, "prefix cannot be 'my shop'"),
        ({"buckets": []}, "in ascending order"),
        ({"buckets": [2.0, 1.0]}, "in ascending order"),
    ],
)
def test_what_cannot_work_is_found_at_start(options, sentence):
    """With what to do."""
    with pytest.raises(ConfigError) as caught:
        site(**options)

    assert sentence in str(caught.value)


def test_the_package_that_is_missing_is_named(monkeypatch):
    """With the command that brings it."""
    for name in [name for name in sys.modules if name.startswith("prometheus_client")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "kirsch.tools.metrics", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(ConfigError) as caught:
        site()

    assert "tools.metrics needs the package 'prometheus_client'. Run: pip install 'kirsch[metrics]'" in str(
        caught.value
    )


PROCESS = """
import sys
from kirsch import Application, Controller, Mapper
from kirsch.seeing import Metrics
from kirsch.testing import Client

class Books(Controller):
    def index(self): return "hello"

mapper = Mapper()
mapper.connect("/", controller=Books, action="index")
mapper.connect("/metrics", controller=Metrics, action="index")
application = Application(mapper, [Books], {"tools.metrics": {"trusted": ["127.0.0.1"]}})
client = Client(application)
for _ in range(int(sys.argv[1])): client.get("/")
if sys.argv[1] == "0": print(client.get("/metrics").text)
application.close()
"""


@pytest.mark.slow
def test_several_processes_add_up(tmp_path):
    """Where PROMETHEUS_MULTIPROC_DIR names a folder, any of them tells of all; who has gone is not in progress."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    told = [
        subprocess.run([sys.executable, "-W", "ignore", "-c", PROCESS, times], env=environ, check=True,
                       capture_output=True, text=True).stdout
        for times in ("3", "4", "0")
    ]  # fmt: skip

    assert 'http_requests_total{method="GET",route="/",status="200"} 7.0' in told[2]
    assert "http_requests_in_progress 1.0" in told[2]
