"""The files of a site over an existing database: models, controllers, routes, tests, a migration that does nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kirsch_scaffold.controllers import controller_source
from kirsch_scaffold.fromdb.decisions import Found
from kirsch_scaffold.fromdb.proving import test_files
from kirsch_scaffold.migration import baseline
from kirsch_scaffold.models import model_source
from kirsch_scaffold.plan import Action, Plan, Step
from kirsch_scaffold.project import Answers, project_plan
from kirsch_scaffold.render import render


def site_plan(root: Path, answers: Answers, found: Found, now: dt.datetime) -> Plan:
    """The plan of a new project whose resources are the tables that were found."""
    tables = found.schema.tables
    answers = replace(
        answers,
        from_db=True,
        version_table=found.version_table,
        resources=tuple((table.singular, table.plural) for table in tables),
        models=tuple((table.singular, table.class_name) for table in tables),
    )
    return project_plan(root, answers, list(_steps(answers.name, found, now)))


def absolute_url(url: str) -> str:
    """The URL with the whole path of a SQLite file, so that it means the same from any folder."""
    match = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^?]+)(\?.*)?", url)
    if not match or match[2] == ":memory:" or match[2].startswith("file:"):
        return url
    return f"{match[1]}{Path(match[2]).resolve().as_posix()}{match[3] or ''}"


def _steps(package: str, found: Found, now: dt.datetime) -> Iterator[Step]:
    schema = found.schema
    for table in schema.tables:
        yield _file(f"{package}/models/{table.singular}.py", model_source(table, schema))
        yield _file(f"{package}/controllers/{table.plural}.py", controller_source(table, schema))
    for path, text in test_files(schema):
        yield _file(path, text)
    text = render("fromdb/baseline.py", revision=baseline(package))
    yield _file(f"migrations/versions/{now:%Y%m%d_%H%M%S}_baseline.py", text)


def _file(path: str, text: str) -> Step:
    return Step(path, text, Action.CREATE)
