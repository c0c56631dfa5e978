"""The demo as a visitor meets it: generated, served by its own server, walked through in a real browser."""

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
LOADER = ROOT / "docs" / "examples" / "world" / "load.py"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE = 20  # seconds until a server counts as not started, or not stopped

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def loader() -> ModuleType:
    """The example's program that makes the database."""
    spec = importlib.util.spec_from_file_location("world_load", LOADER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def demo(loader: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated site, its database beside it."""
    folder = tmp_path_factory.mktemp("demo")
    database = loader.load(folder / "world.sqlite", report=lambda _: None)
    command = [Path(sys.executable).with_name("kirsch"), "new", "world", "--from-db", f"sqlite:///{database}"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder / "world"


@pytest.fixture(scope="session")
def site(demo: Path) -> Iterator[str]:
    """The address of the served site; its process must end cleanly when asked to."""
    port = free_port()
    log = demo / "server.log"
    with log.open("wb") as output:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=demo, stdout=output, stderr=subprocess.STDOUT, env=plain_environment())
    try:
        wait_for(port, server, log)
        yield f"http://127.0.0.1:{port}"
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0, log.read_text()
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        server.kill()
        server.wait()
        shutil.copy(log, demo.parent / "server.log")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("KIRSCH", "COV_"))}


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until something listens on *port*."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        assert server.poll() is None, f"The server ended: {log.read_text()}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"Nothing listens after {PATIENCE} s: {log.read_text()}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the visitor's browser runs scripts; both must do."""
    return bool(request.param == "with JavaScript")


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """A function that opens a new visitor's page at a path; no page may complain on the console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(r"status of 4(04|09|22)", message.text):
            complaints.append(message.text)

    def open_page(path: str = "/", **options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        contexts.append(browser.new_context(base_url=site, **settings))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.set_default_timeout(5_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
