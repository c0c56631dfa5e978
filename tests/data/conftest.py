"""A small project with models and migrations, beside each database that Kirsch supports."""

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kirsch.database import make_engine

BASE = """
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase
from kirsch.data.model import NAMING

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
"""
ENV = "from kirsch.data.migrations import run\n\nrun()\n"
ALBUMS = """
from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column
from kirsch.data.model import Timestamps, Versioned

class Artist(Versioned, Base):
    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)

class Album(Versioned, Timestamps, Base):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"), index=True)
"""


@dataclass
class Project:
    """A project's folder and package name; `models` writes its models anew."""

    root: Path
    package: str
    engine: Engine

    def models(self, source: str) -> None:
        for name in [name for name in sys.modules if name.split(".")[0] == self.package]:
            del sys.modules[name]
        folder = self.root / self.package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text("")
        # A name that changes keeps Python from reading the compiled file of the models before.
        module = f"models_{secrets.token_hex(4)}"
        (folder / f"{module}.py").write_text(BASE + source)
        (folder / "models.py").write_text(
            f"from {self.package}.{module} import *  # noqa\n".ljust(secrets.randbelow(500) + 80)
        )

    @property
    def place(self) -> tuple[Path, str, Engine]:
        return self.root, self.package, self.engine


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of an empty database, once for each kind."""
    url = "sqlite:///data/test.sqlite" if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    engine = make_engine(url, root=tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def project(engine: Engine, tmp_path: Path) -> Iterator[Project]:
    """A project with an artist and an album model, and no migration yet."""
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "migrations" / "env.py").write_text(ENV)
    project = Project(tmp_path, f"shop_{secrets.token_hex(4)}", engine)
    project.models(ALBUMS)
    yield project
    sys.path[:] = [entry for entry in sys.path if entry != str(tmp_path)]
    for name in [name for name in sys.modules if name.split(".")[0] == project.package]:
        del sys.modules[name]
