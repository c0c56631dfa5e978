"""What the site is doing, on a page for those who may see it."""

import threading

import pytest

from kirsch import Application, Config, Controller, Mapper, Response
from kirsch.errors import ConfigError
from kirsch.hashing import hashed
from kirsch.seeing import Statistics
from kirsch.testing import Client

SECRET = hashed("secret", cost=16)
KEY = "not-this-one-but-32-random-characters"


class Books(Controller):
    """Pages of every sort."""

    def index(self) -> str:
        return "hello"

    def fail(self) -> str:
        raise LookupError("broken")

    def stream(self) -> Response:
        response = Response()
        response.app_iter = (chunk for chunk in (b"abc", b"de"))
        return response


def site(tmp_path, settings=None, debug=False, **options) -> Application:
    """A site whose page of statistics lies at /statistics."""
    mapper = Mapper()
    for action in ("index", "fail", "stream"):
        mapper.connect(f"/{action}", controller=Books, action=action)
    mapper.connect("/statistics", controller=Statistics, action="index")
    tools = {"statistics": options, **(settings or {})}
    config = {"tools": tools, "site": {"secret_key": KEY, "name": "<Shop>", "debug": debug}}
    return Application(mapper, [Books], config, Config(root=tmp_path))


@pytest.fixture
def client(tmp_path):
    """A client whose address may see the statistics."""
    return Client(site(tmp_path, trusted=["127.0.0.1"], slow=0.0, kept=3))


def figures(client: Client) -> dict:
    return client.get("/statistics?format=json").json


def test_requests_are_counted_by_action_and_status(client):
    """With the bytes of both directions, and those that nothing answers."""
    client.get("/index")
    client.post("/index", {"title": "x"})
    client.get("/fail")
    client.get("/stream")
    client.get("/nowhere?a=1")

    found = figures(client)

    rows = {row["action"]: row for row in found["actions"]}
    assert {name: row["statuses"] for name, row in rows.items()} == {
        "books.index": {"200": 2}, "books.fail": {"500": 1}, "books.stream": {"200": 1}, "nowhere": {"404": 1},
    }  # fmt: skip
    assert (rows["books.index"]["received"], rows["books.index"]["sent"]) == (7, 10)
    assert rows["books.stream"]["sent"] == 5
    assert (found["requests"]["count"], found["requests"]["errors"], found["requests"]["running"]) == (5, 1, 1)
    assert 0 < rows["books.index"]["min"] <= rows["books.index"]["p50"] <= rows["books.index"]["max"]
    assert rows["books.index"]["p99"] <= rows["books.index"]["max"] <= rows["books.index"]["total"]


def test_the_request_that_asks_is_at_work(client):
    """With its thread and how long it has been."""
    found = figures(client)

    (running,) = found["running"]

    assert (running["thread"], running["method"], running["path"]) == ("MainThread", "GET", "/statistics")
    assert running["action"] == "statistics.index"
    assert running["seconds"] > 0


def test_slow_requests_are_listed_within_bounds(client):
    """The latest three, the slowest first; addresses without their query, which may hold secrets."""
    for number in range(5):
        client.get(f"/nowhere/{number}?password=hunter2")

    found = figures(client)

    assert sorted(one["path"] for one in found["slow"]) == ["/nowhere/2", "/nowhere/3", "/nowhere/4"]
    assert [one["seconds"] for one in found["slow"]] == sorted((one["seconds"] for one in found["slow"]), reverse=True)
    assert "hunter2" not in str(found)


def test_strange_paths_and_methods_make_no_new_figures(client):
    """However many of them are tried."""
    for number in range(50):
        client.request(f"BREW{number}", f"/x{number}")

    found = figures(client)

    assert [row["action"] for row in found["actions"]] == ["nowhere"]
    assert found["actions"][0]["count"] == 50


def test_a_page_shows_it_to_people(client):
    """With everything escaped that was sent."""
    client.get("/nowhere/<script>alert(1)</script>")

    answer = client.get("/statistics")

    assert answer.content_type == "text/html"
    assert "<h1>Statistics of &lt;Shop&gt;</h1>" in answer.text
    assert "<script>" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/statistics?part=style").content_type == "text/css"


def test_a_program_that_likes_json_gets_it(client):
    """Without saying so in the address."""
    answer = client.get("/statistics", headers={"Accept": "application/json"})

    assert answer.json["process"]["paused"] is False


def test_counting_can_be_paused_and_begun_anew(client):
    """By the buttons of the page."""
    client.get("/index")
    client.submit(client.get("/statistics"), button="pause")
    client.get("/fail")
    paused = client.get("/statistics")
    client.submit(paused, button="resume")
    assert "Nothing is counted at the moment" in paused.text
    assert "books.fail" not in paused.text

    answer = client.submit(client.get("/statistics"), button="reset")

    assert (answer.status_code, answer.location) == (303, "/statistics")
    assert [row["action"] for row in figures(client)["actions"]] == ["statistics.index"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
    ids=str,
)
@pytest.mark.parametrize("csrf", [False, True], ids=["alone", "with csrf"])
def test_commands_of_other_sites_are_refused(tmp_path, headers, csrf):
    """Whatever they send, and also where tools.csrf is off."""
    application = site(tmp_path, {"csrf": {"on": csrf}}, trusted=["127.0.0.1"])

    answer = Client(application, same_origin=False).post("/statistics", {"command": "reset"}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "data", "status"),
    [("POST", {"command": "drop"}, 400), ("POST", {}, 400), ("PUT", {}, 405), ("DELETE", {}, 405), ("HEAD", {}, 200)],
)
def test_what_is_no_command_is_refused(client, method, data, status):
    """With what there is instead."""
    answer = client.request(method, "/statistics", data or None)

    assert answer.status_code == status


def test_nobody_sees_them_until_it_is_said_who(tmp_path):
    """Not even from the same machine: a proxy may stand there."""
    client = Client(site(tmp_path))

    answers = [client.get("/statistics"), client.post("/statistics", {"command": "reset"})]

    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize(
    ("host", "address", "status"),
    [
        ("localhost:8080", "127.0.0.1", 200),
        ("127.0.0.1", "127.0.0.1", 200),
        ("[::1]:8080", "::1", 200),
        ("evil.example", "127.0.0.1", 403),
        ("localhost", "192.0.2.1", 403),
    ],
)
def test_in_development_a_browser_on_the_machine_sees_them(tmp_path, host, address, status):
    """But no stranger's name that leads to the machine (DNS rebinding)."""
    application = site(tmp_path, debug=True)

    def from_there(environ, start_response):
        environ["REMOTE_ADDR"] = address
        return application(environ, start_response)

    answer = Client(from_there).get("/statistics", headers={"Host": host})

    assert answer.status_code == status


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For: 127.0.0.1", "X-Real-IP: ::1", "Forwarded: for=127.0.0.1", "Via: 1.1 proxy"],
)
@pytest.mark.parametrize("options", [{"debug": True}, {"trusted": ["127.0.0.1"]}], ids=["development", "trusted"])
def test_behind_a_proxy_that_nobody_has_named_the_address_says_nothing(tmp_path, options, header):
    """On the same machine it gives every visitor the machine's own address; with tools.proxy they have theirs."""
    name, _, value = header.partition(": ")
    known = {"proxy": {"trusted": ["127.0.0.1"]}}
    headers = {"Host": "localhost", name: value}

    assert Client(site(tmp_path, **options)).get("/statistics", headers=headers).status_code == 403
    for address, status in (("127.0.0.1", 200), ("192.0.2.7", 403), ("unknown", 403)):
        headers = {"Host": "localhost", "X-Forwarded-For": address}
        assert Client(site(tmp_path, known, **options)).get("/statistics", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("credentials", "status"),
    [("", 401), ("Basic Ym9iOnNlY3JldA==", 403), ("Basic YWRhOnNlY3JldA==", 200)],
    ids=["nobody", "bob", "ada"],
)
def test_a_policy_says_who_may_see_them(tmp_path, credentials, status):
    """Who is not signed in is asked to, who may not is told so."""
    basic = {"passwords": {"ada": SECRET, "bob": SECRET}, "roles": {"ada": ["admin"]}}
    mapper = Mapper()
    mapper.connect("/statistics", controller=Statistics, action="index")
    config = {"tools": {"statistics": {"policy": "role:admin"}, "basicauth": basic, "allow": {"policy": "anyone"}}}
    application = Application(mapper, [], config, Config(root=tmp_path))

    answer = Client(application).get("/statistics", headers={"Authorization": credentials} if credentials else {})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"slow": -1.0}, "cannot be less than 0"),
        ({"trusted": ["localhost"]}, "Give networks such as"),
        ({"policy": "admin"}, "policy has no word 'admin'"),
    ],
)
def test_what_cannot_work_is_found_at_start(tmp_path, options, sentence):
    """With what to do."""
    with pytest.raises(ConfigError) as caught:
        site(tmp_path, **options)

    assert sentence in str(caught.value)


def test_many_threads_count_right(client):
    """No request is lost, and none stays at work."""

    def ask() -> None:
        for _ in range(200):
            client.get("/index")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = figures(client)

    assert found["requests"]["count"] == 1600
    assert found["requests"]["running"] == 1


def test_other_tools_show_what_they_count(tmp_path):
    """The database's pool of connections, the sessions and the answers in memory."""
    others = {
        "sqlalchemy": {"url": f"sqlite:///{tmp_path}/shop.db"}, "sessions": {"store": "memory", "most": 9},
        "caching": {"on": True},
    }  # fmt: skip
    application = site(tmp_path, others, trusted=["127.0.0.1"])

    found = figures(Client(application))["tools"]

    assert found["sqlalchemy"] == {"pool": 10, "in use": 0, "at rest": 0}
    assert found["sessions"] == {"kept": 0, "at most": 9}
    assert "caching" in found
    assert "in use" in Client(application).get("/statistics").text
    application.close()
