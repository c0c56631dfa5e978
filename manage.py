"""The repository's one command, on nothing but Python 3.11: `python3 manage.py demo`, `test`, `check`, `bench` ..."""

import argparse
import errno
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import traceback
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the reader may have an older one
    sys.stderr.write("manage.py: Kirsch needs Python 3.11 or newer, and this is %s.\n" % sys.version.split()[0])  # noqa: UP031
    sys.exit(2)

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn
from urllib.parse import quote

try:
    import fcntl
except ImportError:  # Windows, where two set-ups at once are not held apart
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent
# The frameworks that Kirsch is measured against stay apart: no test can lean on one of them, and none pins what we use.
VENV = ROOT / (".venv-bench" if sys.argv[1:2] == ["bench"] else ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "kirsch.json"
HOST = "127.0.0.1"
BENCH = ("only", "peers", "rounds", "json", "page")
Command = Sequence[str | Path]


class Trouble(Exception):
    """One sentence that says what is wrong and what to do. Exit code 2 for bad input, 1 for a failure at run time."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


# The commands


def demo(options: argparse.Namespace, _more: Command) -> int:
    """Generate a CRUD site from a database of the world's countries, and serve it."""
    folder = Path(options.dir).absolute()
    project, database = folder / "world", folder / "world.sqlite"
    check_folder(folder, project, database)
    if options.serve:
        check_port(options.port)
    with locked():
        set_up("demo")
        make_demo(folder, project, database)
    if not options.serve:
        say(f"Ready. Serve it with: {shown(PYTHON)} {shown(project / 'manage.py')} serve --port {options.port}")
        return 0
    say(f"Serving it: {shown(PYTHON)} {shown(project / 'manage.py')} serve --port {options.port}")
    return run([PYTHON, project / "manage.py", "serve", "--port", str(options.port)], project)


def make_demo(folder: Path, project: Path, database: Path) -> None:
    """The database and the project over it, as far as they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    say(f"The existing database: {shown(database)}, the world's countries, languages and currencies")
    run_step([PYTHON, ROOT / "docs" / "examples" / "world" / "load.py", database])
    if (project / "manage.py").exists():
        say(f"The site {shown(project)} is there already; delete {shown(folder)} to start anew")
        return
    say("Generating a site from its tables")
    place = os.path.relpath(folder) if folder.is_relative_to(Path.cwd()) else folder
    new: Command = ["new", "world", "--from-db", f"sqlite:///{quote(str(database))}", "--into", place]
    run_step([BIN / "kirsch", *new], Path.cwd())
    run_step([PYTHON, project / "manage.py", "migrate"], project)


def test(options: argparse.Namespace, more: Command) -> int:
    """Run every test: style, types, then pytest. What is not an option of this command goes to pytest."""
    prepare("dev")
    workers = str(min(4, max(2, os.cpu_count() or 2)))
    chosen = ["-m", "not slow"] if options.fast else []
    pytest = [PYTHON, "-m", "pytest", "-n", workers, "--dist", "worksteal", "--durations=15", *chosen, *more]
    return run_all({**inspections(), "pytest": pytest})


def check(_options: argparse.Namespace, _more: Command) -> int:
    """Style, types, the rules of the house and the documents; seconds rather than minutes."""
    prepare("dev")
    rules: Command = [PYTHON, "-m", "pytest", "-q", "-m", "not slow", "tests/house", "tests/docs"]
    return run_all({**inspections(), "rules and documents": rules})


def bench(options: argparse.Namespace, _more: Command) -> int:
    """Measure Kirsch side by side with other frameworks, each answer verified before it is timed."""
    told = [f"--{name}={value}" for name in BENCH if (value := getattr(options, name)) is not None]
    told += ["--quick"] * options.quick
    if code := run([sys.executable, "-m", "bench", "--look", *told], ROOT / "tests"):
        return code
    prepare("bench")
    return run([PYTHON, "-m", "bench", *told], ROOT / "tests")


def build(_options: argparse.Namespace, _more: Command) -> int:
    """Build the wheel and the source archive into dist/."""
    prepare("dev")
    return run([PYTHON, "-m", "hatchling", "build", "--directory", ROOT / "dist"])


def inspections() -> dict[str, Command]:
    return {
        "ruff check": [PYTHON, "-m", "ruff", "check", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "mypy": [PYTHON, "-m", "mypy"],
    }


def run_all(steps: dict[str, Command]) -> int:
    """Run every step, then say how each went and how long it took; 0 only if all went well."""
    results = []
    for name, command in steps.items():
        say(f"{name}: {' '.join(map(shown, command))}")
        started = time.monotonic()
        results.append((name, run(command), time.monotonic() - started))
    say("Where the time went:")
    for name, code, seconds in results:
        say(f"    {name:20} {seconds:7.1f} s   {'ok' if code == 0 else f'failed (exit code {code})'}")
    return next((code for _, code, _ in reversed(results) if code), 0)


# The virtual environment


def prepare(group: str) -> None:
    """Have Kirsch and the packages of *group* in the environment, with nobody else at work there."""
    with locked():
        set_up(group)


def set_up(group: str) -> None:
    """Make the environment if it is absent, renew it if pyproject.toml has changed, else leave it."""
    before = stamp()
    known = before["groups"] if before["fingerprint"] == fingerprint() else []
    fresh = not is_sound(before)
    if not fresh and (group in known or "dev" in known):
        return
    started = time.monotonic()
    mark({**before, "finished": False})
    try:
        if fresh:
            make_venv()
        install(group)
    except Trouble:
        shutil.rmtree(VENV, ignore_errors=True) if fresh else mark(before)
        raise
    groups = sorted({group} if fresh else {group, *known})
    mark({"finished": True, "root": str(ROOT), "fingerprint": fingerprint(), "groups": groups})
    say(f"    done in {time.monotonic() - started:.0f} s")


def is_sound(state: dict[str, Any]) -> bool:
    """Whether the environment is whole, runs, and belongs to this Python and this place."""
    base = str(VENV)
    packages = Path(sysconfig.get_path("purelib", "venv", vars={"base": base, "platbase": base}))
    return bool(state["finished"]) and state["root"] == str(ROOT) and PYTHON.exists() and packages.is_dir()


def fingerprint() -> str:
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def stamp() -> dict[str, Any]:
    """What the environment holds; one without a note was made by hand, and is taken over if it fits this Python."""
    state: dict[str, Any] = {"finished": True, "root": str(ROOT), "fingerprint": "", "groups": []}
    if STAMP.exists():
        with suppress(ValueError):
            return {**state, **json.loads(STAMP.read_text())}
        state["finished"] = False
    return state


def mark(state: dict[str, Any]) -> None:
    VENV.mkdir(exist_ok=True)
    partial = STAMP.with_suffix(".partial")
    partial.write_text(json.dumps(state))
    partial.replace(STAMP)


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise Trouble(f"{sys.executable} cannot make virtual environments: sudo apt-get install python3-venv", 1)
    say(f"Making {VENV.name} with Python {sys.version.split()[0]}")
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != STAMP:
            entry.unlink()
    run_quietly([sys.executable, "-m", "venv", VENV], f"Python could not make {VENV.name}")


def install(group: str) -> None:
    say(f"Installing Kirsch and the packages of its group {group!r} into {VENV.name} (once; a minute, say)")
    pip: Command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    run_quietly([*pip, "pip>=25.1"], "pip could not be brought up to date")  # the first that knows --group
    run_quietly([*pip, "--group", group, "--editable", "."], "The packages could not be installed")


@contextmanager
def locked() -> Iterator[None]:
    """Hold other set-ups of this checkout off; the lock is on this very file, so it leaves nothing behind."""
    with open(__file__, "rb") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Waiting for another manage.py, which is at work here")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Bad input, found before anything is written


def port_number(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Trouble(f"--port takes a number from 1 to 65535, not {text!r}.")


def check_port(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except PermissionError:
            raise Trouble(f"Port {port} is for the administrator; take one above 1023: --port 8080") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            other = 8081 if port == 8080 else 8080
            raise Trouble(f"Port {port} is in use; stop what listens there or take another: --port {other}") from None


def check_folder(folder: Path, project: Path, database: Path) -> None:
    standing = next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))
    if not os.access(standing, os.W_OK | os.X_OK) and os.path.isdir(standing):
        raise Trouble(f"{standing} cannot be written to; name another folder: --dir PATH")
    if not os.path.isdir(standing):
        raise Trouble(f"--dir {standing} is a file; name a folder that is new or empty.")
    if folder.is_dir() and any(folder.iterdir()) and not (project.exists() or database.exists()):
        raise Trouble(f"--dir {folder} holds other things; name a folder that is new or empty.")


# Running things


def run(command: Command, folder: Path = ROOT, variables: dict[str, str] | None = None) -> int:
    """Run *command* with the reader's terminal and return its exit code; when we are stopped, it is stopped first."""
    with subprocess.Popen(list(map(str, command)), cwd=folder, env=variables or environment()) as child:
        return settle(child, child.wait)


def run_step(command: Command, folder: Path = ROOT) -> None:
    if code := run(command, folder, outside()):
        raise Trouble(f"The demo stopped at {' '.join(map(shown, command))}", 2 if code == 2 else 1)


def run_quietly(command: Command, fault: str) -> None:
    """Run *command* and keep its words for the trouble it may be in; on a terminal one line shows that it moves."""
    lines: list[str] = []
    with subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        settle(child, lambda: follow(child, lines))
    if child.returncode:
        raise Trouble(f"{fault}: {last_words(lines)}", 1)


def follow(child: "subprocess.Popen[str]", lines: list[str]) -> int:
    wordy, moving = "--debug" in sys.argv, sys.stdout.isatty()
    for line in child.stdout or ():
        lines.append(line)
        if wordy:
            say("    " + line.rstrip())
        elif moving:
            print(f"\r\033[K    {line.strip()[:90]}", end="", flush=True)
    if moving and not wordy:
        print("\r\033[K", end="", flush=True)
    return child.wait()


def settle(child: "subprocess.Popen[Any]", wait: Callable[[], int]) -> int:
    try:
        return wait()
    except BaseException as reason:
        if not isinstance(reason, KeyboardInterrupt):  # Ctrl-C reached the child too
            child.terminate()
        for end in (child.terminate, child.kill):
            with suppress(subprocess.TimeoutExpired):
                child.wait(10)
                break
            end()
        raise


def last_words(lines: Sequence[str]) -> str:
    said = "".join(lines)
    if "No space left on device" in said or shutil.disk_usage(ROOT).free < 16 * 1024 * 1024:
        return "the disk is full. Make room and run it again."
    errors = [line.strip() for line in lines if line.lower().startswith("error")]
    words = (errors or [line.strip() for line in lines if line.strip()] or ["it said nothing"])[-1]
    offline = any(sign in said for sign in ("NewConnectionError", "NameResolutionError", "from versions: none"))
    return f"{words.rstrip('.')}.{' Is a package index within reach?' * offline} --debug shows all of it."


def outside() -> dict[str, str]:
    """The reader's own environment: what a child says there can be typed there."""
    return {key: value for key, value in os.environ.items() if key not in {"PYTHONHOME", "PYTHONPATH"}}


def environment() -> dict[str, str]:
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**outside(), "VIRTUAL_ENV": str(VENV), "PATH": path, "PIP_USER": "0"}


def say(sentence: str) -> None:
    print(sentence, flush=True)


def shown(part: str | Path) -> str:
    near = isinstance(part, Path) and part.is_relative_to(Path.cwd())
    return shlex.quote(os.path.relpath(part) if near else str(part))


# The command line


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(f"{message}. See: python3 manage.py --help")


def parser() -> Parser:
    whole = Parser(prog="manage.py", description=__doc__, allow_abbrev=False)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for act in (demo, test, check, bench, build):
        command = commands.add_parser(act.__name__, help=act.__doc__, description=act.__doc__, allow_abbrev=False)
        command.set_defaults(act=act)
        command.add_argument("--debug", action="store_true", help="show tracebacks and all that pip says")
        if act is demo:
            command.add_argument("--port", type=port_number, default=8080, help="where to listen (8080)")
            command.add_argument("--dir", default=ROOT / "demo", help="the folder of the demo (demo)")
            command.add_argument("--no-serve", dest="serve", action="store_false", help="stop before serving")
        if act is bench:
            command.add_argument("--only", help="scenarios, separated by commas; all without it")
            command.add_argument("--peers", help="peers, separated by commas; all without it")
            command.add_argument("--rounds", type=int, help="how often each peer has its turn (31)")
            command.add_argument("--quick", action="store_true", help="few short rounds, for a first look")
            command.add_argument("--json", type=os.path.abspath, metavar="FILE", help="write the figures there too")
            page = ROOT / "docs" / "performance.md"
            command.add_argument("--page", action="store_const", const=page, help=f"write {shown(page)} anew")
        if act is test:
            command.add_argument("--fast", action="store_true", help="leave out the tests that take seconds")
    return whole


def main(arguments: Sequence[str]) -> int:
    try:
        options, more = parser().parse_known_args(arguments)
        if more and options.act is not test:
            raise Trouble(f"unknown argument {more[0]!r}. See: python3 manage.py --help")
        code: int = options.act(options, more)
        return code
    except Trouble as trouble:
        return complain(str(trouble), trouble.code, arguments)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return complain(f"{error.strerror or error}{place}", 1, arguments)
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def complain(sentence: str, code: int, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        traceback.print_exc()
    print(f"manage.py: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
