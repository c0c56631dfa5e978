"""Existing databases for the generator, and its models imported as a project would import them."""

import importlib
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy.orm import configure_mappers

from kirsch.data.reflection import describe
from kirsch_scaffold.fromdb import Found, decide
from kirsch_scaffold.models import model_source
from kirsch_scaffold.project import models_init

BASE = """
from kirsch.data.model import NAMING
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
"""


@pytest.fixture
def existing(tmp_path: Path) -> Callable[[str], str]:
    """Make a SQLite file by a script; the answer is its URL."""

    def make(script: str) -> str:
        path = tmp_path / "existing.sqlite"
        with sqlite3.connect(path) as connection:
            connection.executescript(script)
        connection.close()
        return f"sqlite:///{path}"

    return make


@pytest.fixture
def found(existing: Callable[[str], str]) -> Callable[[str], Found]:
    """What a SQLite database made by a script becomes."""
    return lambda script: decide(describe(existing(script)), "shop")


@pytest.fixture
def models(tmp_path: Path) -> Iterator[Callable[[str], ModuleType]]:
    """The generated models of the database at a URL, imported and configured with warnings as errors."""
    package = f"shop_{secrets.token_hex(4)}"
    sys.path.insert(0, str(tmp_path))

    def load(url: str) -> ModuleType:
        schema = decide(describe(url), package).schema
        folder = tmp_path / package / "models"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").write_text("")
        (folder / "base.py").write_text(BASE)
        for table in schema.tables:
            (folder / f"{table.singular}.py").write_text(model_source(table, schema))
        classes = [(table.singular, table.class_name) for table in schema.tables]
        (folder / "__init__.py").write_text(models_init(package, classes))
        module = importlib.import_module(f"{package}.models")
        configure_mappers()
        return module

    yield load
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]
