"""Where the time of a request goes."""

import sys
import threading

import pytest

from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError, Forbidden
from kirsch.seeing import Profiles
from kirsch.testing import Client


def deep(number: int) -> int:
    """A function to be found in a profile."""
    return sum(range(number))


def other() -> int:
    """A function that another thread calls all the time."""
    return 7


class Books(Controller):
    """Pages of every sort."""

    def index(self) -> str:
        return str(sum(deep(100) for _ in range(10)))

    def fail(self) -> str:
        deep(1)
        raise LookupError("broken")

    def deny(self) -> str:
        raise Forbidden


def site(tmp_path, **options) -> Application:
    """A site whose profiles lie at /profiles."""
    mapper = Mapper()
    for action in ("index", "fail", "deny"):
        mapper.connect(f"/{action}", controller=Books, action=action)
    mapper.connect("/profiles", controller=Profiles, action="index")
    settings = {"profiling": {"trusted": ["127.0.0.1"], "folder": "profiles", **options}, "secureheaders": {"on": True}}
    return Application(mapper, [Books], {"tools": settings}, Config(root=tmp_path))


def functions(client: Client, action: str) -> dict[str, dict]:
    rows = client.get("/profiles", data={"action": action, "format": "json"}).json["functions"]
    return {row["function"]: row for row in rows}


def test_one_request_in_many_is_profiled(tmp_path):
    """Of each action the first, then every third."""
    client = Client(site(tmp_path, every=3))
    for _ in range(7):
        client.get("/index")

    found = client.get("/profiles?format=json").json["profiles"]

    assert [one["action"] for one in found] == ["books.index"] * 3


def test_the_functions_of_an_action_are_added_up(tmp_path):
    """Over all of its profiles, with their calls and seconds; so is what ends in an error."""
    client = Client(site(tmp_path, every=1))
    client.get("/index")
    client.get("/index")
    client.get("/fail")
    client.get("/deny")

    found = functions(client, "books.index")

    assert found["deep"]["calls"] == 20
    assert found["deep"]["place"].endswith(f"test_profiling.py:{deep.__code__.co_firstlineno}")
    assert 0 < found["deep"]["own"] <= found["deep"]["total"] <= found["index"]["total"]
    assert functions(client, "books.fail")["deep"]["calls"] == 1
    assert "after" in found, "the steps of tools are part of it"


def test_a_page_shows_the_functions_in_an_order(tmp_path):
    """By own seconds, by seconds with what is called, by calls; anything else is the first."""
    client = Client(site(tmp_path, every=1))
    client.get("/index")

    pages = [client.get("/profiles", data={"action": "books.index", "sort": sort}) for sort in ("calls", "own", "x")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "<td>deep</td>" in pages[0].text
    assert '<a href="?action=books.index">books.index</a>' in client.get("/profiles").text


def test_no_more_are_kept_than_wanted(tmp_path):
    """The latest; the button takes all away."""
    client = Client(site(tmp_path, every=1, kept=3))
    for _ in range(6):
        client.get("/index")
    assert len(list((tmp_path / "profiles").iterdir())) == 3

    client.submit(client.get("/profiles"), button="clear")

    assert [one["action"] for one in client.get("/profiles?format=json").json["profiles"]] == ["profiles.index"]


def test_other_threads_are_not_in_it(tmp_path):
    """What they do meanwhile is theirs."""
    client = Client(site(tmp_path, every=1))
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            other()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(20):
            client.get("/index")
    finally:
        stop.set()
        thread.join()

    found = functions(client, "books.index")

    assert found["deep"]["calls"] == 200
    assert "other" not in found


def test_many_threads_are_profiled_at_once(tmp_path):
    """Each by itself, and no request fails."""
    client = Client(site(tmp_path, every=1, kept=1000))
    statuses: list[int] = []

    def ask() -> None:
        statuses.extend(client.get("/index").status_code for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 160
    assert functions(client, "books.index")["deep"]["calls"] == 1600


def test_a_request_that_somebody_else_profiles_is_left_alone(tmp_path):
    """It is answered, and the other profiler goes on."""
    client = Client(site(tmp_path, every=1))

    def watch(frame, event, argument) -> None:
        pass

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        answer = client.get("/index")
        watching = sys.getprofile()
    finally:
        sys.setprofile(before)

    assert (answer.status_code, watching) == (200, watch)
    assert list((tmp_path / "profiles").iterdir()) == []


def test_pyinstrument_shows_the_tree_of_calls(tmp_path):
    """One page for each profile, which may run its own script and reach nothing of the site."""
    client = Client(site(tmp_path, every=1, by="pyinstrument"))
    client.get("/index")
    client.get("/fail")
    profiles = client.get("/profiles?format=json").json["profiles"]

    page = client.get("/profiles", data={"sample": profiles[0]["file"]})

    assert {one["action"] for one in profiles} == {"books.index", "books.fail"}
    assert (page.status_code, page.content_type) == (200, "text/html")
    assert "pyinstrument" in page.text
    assert "default-src 'none'; script-src 'unsafe-inline'" in page.headers["Content-Security-Policy"]
    assert "Call trees" in client.get("/profiles").text


@pytest.mark.parametrize(
    "name", ["../access.log", "x.session", "/etc/passwd", "20260101T000000-00000000-a.session", ""]
)
def test_only_profiles_are_shown(tmp_path, name):
    """No other file, whatever is asked for."""
    (tmp_path / "access.log").write_text("secret")
    client = Client(site(tmp_path, by="pyinstrument"))

    answer = client.get("/profiles", data={"sample": name})

    assert answer.status_code == 404


def test_half_a_profile_spoils_nothing(tmp_path):
    """Another process may be writing it, or have been killed."""
    client = Client(site(tmp_path, every=1))
    client.get("/index")
    for number, content in enumerate([b"", b"half", b"{\x01"]):
        (tmp_path / "profiles" / f"20990101T00000{number}-00000000-books.index.pstats").write_bytes(content)
    (tmp_path / "profiles" / "notes.txt").write_text("mine")

    found = functions(client, "books.index")

    assert found["deep"]["calls"] == 10


def test_a_folder_that_goes_away_costs_profiles_only(tmp_path):
    """The answer is as ever."""
    client = Client(site(tmp_path, every=1))
    (tmp_path / "profiles").rmdir()

    answer = client.get("/index")

    assert answer.status_code == 200


def test_nobody_sees_them_until_it_is_said_who(tmp_path):
    """As with everything that a site tells of itself."""
    answer = Client(site(tmp_path, trusted=[])).get("/profiles")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"every": 0}, "must be 1 at least"),
        ({"kept": 0}, "must be 1 at least"),
        ({"folder": "taken"}, "folder 'taken' cannot be made"),
        ({"by": "perf"}, "must be one of 'cprofile', 'pyinstrument'"),
    ],
)
def test_what_cannot_work_is_found_at_start(tmp_path, options, sentence):
    """With what to do."""
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(ConfigError) as caught:
        site(tmp_path, **options)

    assert sentence in str(caught.value)


def test_pyinstrument_that_is_missing_is_named(tmp_path, monkeypatch):
    """With the command that brings it."""
    monkeypatch.setitem(sys.modules, "pyinstrument", None)

    with pytest.raises(ConfigError) as caught:
        site(tmp_path, by="pyinstrument")

    assert "by = 'pyinstrument' needs the package 'pyinstrument'. Run: pip install 'kirsch[profiling]'" in str(
        caught.value
    )


def test_a_page_without_its_tool_is_found_at_start(tmp_path):
    """It would be an error at its first visit."""
    mapper = Mapper()
    mapper.connect("/profiles", controller=Profiles, action="index")

    with pytest.raises(ConfigError, match=r"profiles\.index needs tools\.profiling; switch it on for the site"):
        Application(mapper, site=Config(root=tmp_path))
