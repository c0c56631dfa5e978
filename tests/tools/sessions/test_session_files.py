"""Sessions in files: who may read them, and what becomes of them when the disk is full or a process killed."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import racing
from kirsch.errors import ConfigError
from kirsch.tools._stores.file import File
from kirsch.tools._stores.keyed import Place
from racing import Visitor, racing_app
from visitors import make_app, visit

KEY = "0123456789abcdef0123456789abcdef01234567"
TESTS = str(Path(racing.__file__).parent)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sessions"


@pytest.fixture
def visitor(folder):
    app = racing_app(store="file", folder=str(folder))
    ann = Visitor(app)
    ann.ask("/start")
    yield ann
    app.close()


@pytest.fixture
def python():
    """Starts processes that run some code with the tests' modules at hand; none outlives the test."""
    started = []

    def start(code, *words):
        paths = os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": paths}
        words = [sys.executable, "-c", code, *words]
        started.append(subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=60)


def sessions_in(folder):
    """The files that hold a session."""
    return [file for file in folder.iterdir() if len(file.name) == 40]


def test_nobody_else_can_read_them(visitor, folder):
    """The folder is the user's alone, and so is each file, whatever the umask."""
    modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert modes == {0o600}


def test_a_folder_below_the_site_is_made(tmp_path):
    """Relative paths begin at the site's root; the default is data/sessions."""
    File(Place(root=tmp_path, folder=Path("data/sessions"))).put(KEY, "{}", 60, 0)

    assert (tmp_path / "data" / "sessions" / KEY).is_file()


def test_a_folder_that_cannot_be_is_found_at_start(tmp_path):
    """A file of that name; or a folder where everybody may put files."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"tools\.sessions: folder .* cannot be made"):
        make_app(store="file", folder=str(tmp_path / "file"))
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(ConfigError, match=r"can be written by everybody\. Run: chmod 700"):
        make_app(store="file", folder=str(tmp_path / "open"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1 9999999999.0\n",
        b'1 9999999999.0\n{"count": ',
        b"\0" * 40,
        b"1 9999999999.0\n[1]",
        b"1 9999999999.0\n\xff",
    ],
)
def test_what_a_power_cut_has_left_of_a_file_is_a_new_session(folder, content):
    """Never an error; and the visitor gets a new cookie with the next value."""
    app = make_app(store="file", folder=str(folder))
    _, cookie = visit(app, "/", None)
    (file,) = sessions_in(folder)
    file.write_bytes(content)

    assert visit(app, "/peek", cookie)[0].text == "None"
    answer, renewed = visit(app, "/", cookie)

    assert (answer.status, answer.text, renewed == cookie) == (200, "1", False)


def test_a_link_is_no_session(folder, tmp_path):
    """Who may write into the folder cannot have other files read."""
    app = make_app(store="file", folder=str(folder))
    _, cookie = visit(app, "/", None)
    (file,) = sessions_in(folder)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")

    assert visit(app, "/peek", cookie)[0].status == 503


def test_a_full_disk_is_503_and_loses_nothing(folder, python):
    """The session stays as it was; nothing half-written is left. The limit on the size of files stands for the disk."""
    process = python(FULL, str(folder))
    before, refused, after = json.loads(process.communicate(timeout=60)[0])

    assert refused == [503, "5"]
    assert before == after == {"n": 0}
    assert [file for file in folder.iterdir() if file.name.endswith(".new")] == []


FULL = """
import json, resource, sys
from racing import Visitor, racing_app
visitor = Visitor(racing_app(store="file", folder=sys.argv[1]))
visitor.ask("/start")
before = visitor.values
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
answer = visitor.ask("/keep?name=a&value=%22" + 3000 * "x" + "%22")
print(json.dumps([before, [answer.status, answer.headers["Retry-After"]], visitor.values]))
"""


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_writes_leaves_a_whole_session(visitor, folder, python):
    """Twenty processes that do nothing but write are killed one after the other; each time a session is there."""
    for round_ in range(20):
        process = python(WRITING, str(folder), visitor.cookie)
        assert process.stdout.readline() == "writing\n"
        time.sleep(0.01 + round_ / 400)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        values = visitor.values
        assert len(set(values.pop("a"))) == 1
        assert values == {"n": 0}

    assert visitor.ask("/keep?name=b&value=1").status == 200


WRITING = """
import itertools, sys
from racing import Visitor, racing_app
visitor = Visitor(racing_app(store="file", folder=sys.argv[1]), sys.argv[2])
for number in itertools.count():
    visitor.ask(f"/keep?name=a&value=%22{chr(97 + number % 26) * 5000}%22")
    if not number:
        print("writing", flush=True)
"""


def test_what_a_killed_process_has_not_completed_is_cleaned_away(folder):
    """An hour later; what is none of ours is left alone."""
    store = File(Place(folder=folder))
    store.put(KEY, "{}", 60, 0)
    old, young, foreign = (folder / name for name in (f"{KEY}.0123abcd.new", f"{KEY}.4567abcd.new", "notes.txt"))
    for file in (old, young, foreign):
        file.write_text("x")
    for file in (old, foreign):
        os.utime(file, (time.time() - 4000,) * 2)

    store.clean()

    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)
    assert store.get(KEY) == (1, "{}")


def test_a_lock_of_a_process_that_is_killed_is_gone_at_once(visitor, folder, python):
    """The system gives it back; nobody waits for an end of its own."""
    process = python(HOLDING, str(folder), visitor.cookie)
    assert process.stdout.readline() == "holding\n"
    locked = Visitor(racing_app(store="file", folder=str(folder), lock=0.05), visitor.cookie)
    assert locked.ask("/count").status == 503

    process.kill()
    process.communicate(timeout=60)

    assert locked.ask("/count").status == 200


HOLDING = """
import sys, time
from racing import Visitor, racing_app
visitor = Visitor(racing_app(store="file", folder=sys.argv[1], lock=5), sys.argv[2])
visitor.ask("/count", meanwhile=lambda: (print("holding", flush=True), time.sleep(60)))
"""


def test_cleaning_in_pieces_gets_everywhere(folder):
    """However few files are looked at each time, all that have ended are gone after some rounds."""
    store = File(Place(folder=folder))
    for number in range(100):
        store.put(f"{number:040x}", "{}", -1 if number % 2 else 60, 0)

    removed = [store.clean(7) for _ in range(40)]

    assert (sum(removed), max(removed) <= 7) == (50, True)
    assert len(sessions_in(folder)) == 50
    store.close()


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_cleaned_away(folder, tmp_path):
    """A link and a folder, named like sessions: they stay, and nobody opens more and more files."""
    store = File(Place(folder=folder))
    (tmp_path / "elsewhere").write_text("1 1000.000\n{}")
    (folder / ("a" * 40)).symlink_to(tmp_path / "elsewhere")
    (folder / ("b" * 40)).mkdir()
    store.put(KEY, "{}", -1, 0)
    opened = len(os.listdir("/dev/fd"))

    assert [store.clean() for _ in range(20)] == [1] + [0] * 19

    assert (tmp_path / "elsewhere").exists()
    assert len(os.listdir("/dev/fd")) == opened


def test_there_are_never_more_files_than_sessions_and_turns(folder):
    """Visitors who come without a cookie and are only looked at leave no file at all."""
    app = racing_app(store="file", folder=str(folder), lock=1)
    for _ in range(200):
        Visitor(app).ask("/show")
        Visitor(app, "session=forged").ask("/hear")
    assert list(folder.iterdir()) == []
    for _ in range(200):
        visitor = Visitor(app)
        visitor.ask("/count")
        visitor.ask("/leave")

    assert len(list(folder.iterdir())) <= 16
    app.close()
