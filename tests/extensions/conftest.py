"""Distributions of other packages, really installed where a process of its own finds them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest


class Installed:
    """A folder that distributions are installed into, and processes that see them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, entry_points: str, **modules: str) -> None:
        """Install the distribution *name*: its modules and its metadata, as pip leaves them."""
        for module, text in modules.items():
            (self.folder / f"{module}.py").write_text(dedent(text), encoding="utf-8")
        metadata = self.folder / f"{name}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (metadata / "entry_points.txt").write_text(dedent(entry_points), encoding="utf-8")
        (metadata / "RECORD").write_text("", encoding="utf-8")

    def run(self, program: str, **environment: str) -> str:
        """What a program prints that runs beside the distributions; mistakes in configuration among it."""
        whole = "from kirsch.errors import UsageError\ntry:\n{}\nexcept UsageError as error:\n    print(error)\n"
        indented = "\n".join("    " + line for line in dedent(program).strip().splitlines())
        done = subprocess.run(
            [sys.executable, "-W", "error", "-W", "ignore:'cgi':DeprecationWarning", "-c", whole.format(indented)],
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """An empty folder for distributions."""
    return Installed(tmp_path)


@pytest.fixture
def asked(installed: Installed) -> Callable[..., str]:
    """What a site with these settings answers to GET /, or its mistakes."""

    def ask(settings: dict[str, object]) -> str:
        return installed.run(f"""
            from kirsch import Application, Controller, Mapper
            from kirsch.testing import Client
            class Home(Controller):
                def index(self):
                    return {{"name": "world"}}
            mapper = Mapper()
            mapper.connect("/", controller=Home, action="index")
            answer = Client(Application(mapper, config={settings!r})).get("/", headers={{"Accept": "text/html"}})
            print(answer.status_code, answer.headers.get("X-Greeting"), answer.text)
        """)

    return ask
