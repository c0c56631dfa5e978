"""A small project on disk, as the generator writes it, and a way to run commands in it."""

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kirsch.cli import main

FILES = {
    "manage.py": """
import sys
from kirsch.cli import main

if __name__ == "__main__":
    sys.exit(main(project="PACKAGE"))
""",
    ".kirsch/answers.toml": 'project = "PACKAGE"\n',
    "config/site.toml": """
[site]
name = "shop"
secret_key = "0123456789abcdef0123456789abcdef"
[tools.sqlalchemy]
url = "sqlite:///data/shop.sqlite"
""",
    "migrations/env.py": "from kirsch.data.migrations import run\n\nrun()\n",
    "PACKAGE/__init__.py": "",
    "PACKAGE/app.py": """
import os
from pathlib import Path
from kirsch import Application, Config
from PACKAGE import controllers
from PACKAGE.routes import make_mapper

ROOT = Path(__file__).resolve().parent.parent

def make_app(*overrides):
    site = Config(ROOT / "config" / "site.toml", *overrides, environ=os.environ, root=ROOT)
    return Application(make_mapper(), controllers=controllers, site=site)
""",
    "PACKAGE/routes.py": """
from kirsch import Mapper

def make_mapper():
    mapper = Mapper()
    mapper.connect("home", "/", controller="home", action="index")
    mapper.connect("book", "/books/{id:int}", controller="home", action="book")
    return mapper
""",
    "PACKAGE/models.py": """
from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from kirsch.data.model import NAMING

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
""",
    "PACKAGE/controllers.py": """
from kirsch import Controller

class Home(Controller):
    def index(self) -> str:
        return "welcome"

    def book(self, id: int) -> str:
        return f"book {id}"
""",
    "tests/test_home.py": "def test_nothing():\n    assert True\n",
}


@dataclass
class Shop:
    """A project on disk; `run` runs a command in this process, `manage` in one of its own."""

    root: Path
    package: str
    capsys: pytest.CaptureFixture[str]
    modules: set[str] = field(default_factory=set)

    def run(self, *words: str) -> tuple[int, str, str]:
        """The exit code, the output and the errors of a command."""
        self.forget()
        code = main(list(words), project=self.package)
        return code, *self.capsys.readouterr()

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The end of `python manage.py` with these words."""
        command = [sys.executable, "-W", "error", "-W", "ignore:'cgi':DeprecationWarning", "manage.py", *words]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False, timeout=60)

    def write(self, path: str, text: str) -> None:
        """Write one of the project's files; PACKAGE stands for its name."""
        place = self.root / path.replace("PACKAGE", self.package)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace("PACKAGE", self.package))

    def forget(self) -> None:
        """Let Python read the project's modules anew."""
        for name in [name for name in sys.modules if name.split(".")[0] == self.package]:
            del sys.modules[name]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    """A project with a database that has not been migrated; the current folder is its."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    made = Shop(tmp_path, f"shop_{secrets.token_hex(4)}", capsys)
    for path, text in FILES.items():
        made.write(path, text)
    yield made
    made.forget()


@pytest.fixture
def kirsch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., object]:
    """Run `kirsch` in an empty folder: the exit code, the output and the errors."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        return code, *capsys.readouterr()

    return run
