"""A new project: which files it has and what is in them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kirsch_scaffold import names, source
from kirsch_scaffold.plan import Action, Plan, Step, digest
from kirsch_scaffold.render import render

SCHEMES = {"sqlite": "", "postgresql": "postgres", "postgres": "postgres", "mysql": "mysql", "mariadb": "mysql"}
"""Databases that a project can use, each with the extra of Kirsch that brings its driver."""

PLACES = {
    "project/manage.py": "manage.py",
    "project/pyproject.toml": "pyproject.toml",
    "project/README.md": "README.md",
    "project/gitignore": ".gitignore",
    "project/config/site.toml": "config/site.toml",
    "project/config/secrets.toml": "config/secrets.toml",
    "project/package/init.py": "{package}/__init__.py",
    "project/package/app.py": "{package}/app.py",
    "project/package/wsgi.py": "{package}/wsgi.py",
    "project/package/routes.py": "{package}/routes.py",
    "project/package/models/base.py": "{package}/models/base.py",
    "project/package/controllers/init.py": "{package}/controllers/__init__.py",
    "project/package/controllers/home.py": "{package}/controllers/home.py",
    "project/package/controllers/static.py": "{package}/controllers/static.py",
    "project/package/static/site.css": "{package}/static/site.css",
    "project/package/static/favicon.svg": "{package}/static/favicon.svg",
    "project/migrations/env.py": "migrations/env.py",
    "project/tests/conftest.py": "tests/conftest.py",
    "project/tests/test_home.py": "tests/test_home.py",
    "{engine}/layout.{engine}": "{package}/templates/layout.{engine}",
    "{engine}/error.{engine}": "{package}/templates/error.{engine}",
    "{engine}/home/index.{engine}": "{package}/templates/home/index.{engine}",
}
"""Template of each file, and where the file is in the project."""

SECRETS = ("config/secrets.toml",)
MANIFEST = ".kirsch/manifest.json"
ANSWERS = ".kirsch/answers.toml"


@dataclass(frozen=True)
class Answers:
    """What the user decided about a new project."""

    name: str
    engine: str = "mako"
    url: str = ""
    """The database; empty for a SQLite file in the project's data folder."""
    from_db: bool = False
    version_table: str = ""
    """Where the state of its migrations is; empty for the usual table."""
    resources: tuple[tuple[str, str], ...] = ()
    """Routes of the resources it begins with: `(("album", "albums"),)`."""
    models: tuple[tuple[str, str], ...] = ()
    """Modules and classes of the models it begins with: `(("album", "Album"),)`."""

    @property
    def database(self) -> str:
        """The URL of its database."""
        return self.url or f"sqlite:///data/{self.name}.sqlite"


def project_plan(root: Path, answers: Answers, extra: Iterable[Step] = ()) -> Plan:
    """The plan of a new project at *root*; *extra* are the files of the resources it begins with."""
    values = _values(answers)
    steps = [_step(template, place, answers, values) for template, place in PLACES.items()]
    steps.append(_created(f"{answers.name}/models/__init__.py", models_init(answers.name, answers.models)))
    steps.append(_created("migrations/versions/.gitkeep", ""))
    steps += extra
    steps.append(_created(ANSWERS, _answers_text(answers)))
    steps.append(_created(MANIFEST, manifest_text({step.path: digest(step.text) for step in steps})))
    return Plan(root, tuple(steps))


def models_init(package: str, models: Iterable[tuple[str, str]]) -> str:
    """`models/__init__.py`: every model imported, so that migrations and relationships find it."""
    modules = sorted([*models, ("base", "Base")])
    lines = [f"from {package}.models.{module} import {name}" for module, name in modules]
    listed = source.listing("__all__ = [", [source.text(name) for name in sorted(name for _, name in modules)])
    return '"""Every table of the site as a class."""\n\n' + "\n".join(lines) + f"\n\n{listed}\n"


def manifest_text(prints: Mapping[str, str]) -> str:
    """`.kirsch/manifest.json`: the files that were generated and what they held then."""
    kept = {path: mark for path, mark in sorted(prints.items()) if path not in SECRETS}
    return json.dumps({"files": kept}, indent=1) + "\n"


def url_fault(url: str) -> str:
    """Why this cannot be the URL of a database, as the end of a sentence; empty when it can."""
    scheme = re.match(r"([a-z0-9]+)(\+[a-z0-9_]+)?://", url)
    if not scheme:
        return "is no database URL: write for instance sqlite:///data/shop.sqlite or postgresql://user@localhost/shop"
    if scheme[1] not in SCHEMES:
        return f"begins with {scheme[1]}, which Kirsch does not know. Known: sqlite, postgresql, mysql, mariadb"
    return _file_fault(url) if scheme[1] == "sqlite" else _server_fault(url)


def _file_fault(url: str) -> str:
    place = url.partition("://")[2]
    if place in ("", "/", "/:memory:"):
        return "keeps nothing: name a file, as in sqlite:///data/shop.sqlite"
    return "" if place.startswith("/") else f"lacks a slash: write sqlite:///{place}"


def _server_fault(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "has no host and port that can be read: write for instance postgresql://user@localhost:5432/shop"
    if port == 0:
        return "names port 0: write for instance postgresql://user@localhost:5432/shop"
    if not parts.path.strip("/") and not parts.query:
        return "names no database: write for instance postgresql://user@localhost/shop"
    return ""


def _step(template: str, place: str, answers: Answers, values: Mapping[str, str]) -> Step:
    path = place.format(package=answers.name, engine=answers.engine)
    mode = 0o600 if path in SECRETS else 0o644
    return _created(path, render(template.format(engine=answers.engine), **values), mode)


def _created(path: str, text: str, mode: int = 0o644) -> Step:
    return Step(path, text, Action.CREATE, mode)


def _values(answers: Answers) -> dict[str, str]:
    title = names.label(answers.name)
    secret_url = urlsplit(answers.database).password is not None
    setting = f"[tools.sqlalchemy]\nurl = {toml_text(answers.database)}\n"
    routes = [f"    mapper.resource({source.text(one)}, {source.text(many)})\n" for one, many in answers.resources]
    return {
        "package": answers.name,
        "distribution": answers.name.replace("_", "-"),
        "title": title,
        "site_name": toml_text(title),
        "engine": answers.engine,
        "versions": f"version_table={source.text(answers.version_table)}" if answers.version_table else "",
        "requirement": f"kirsch[{','.join(_extras(answers))}]",
        "database": "" if secret_url else f"{setting}\n",
        "secret_database": f"\n{setting}" if secret_url else "",
        "secret": secrets.token_hex(32),
        "resources": "".join(routes),
        "example_url": "postgresql://user:password@localhost/" + answers.name,
    }


def _extras(answers: Answers) -> list[str]:
    scheme = re.split(r"[+:]", answers.database)[0]
    wanted = ["sql", "forms", "jinja" if answers.engine == "jinja" else "", SCHEMES.get(scheme, "")]
    return [extra for extra in wanted if extra]


def _answers_text(answers: Answers) -> str:
    lines = ["# What `kirsch new` was told.", f"project = {toml_text(answers.name)}"]
    lines += [f"templates = {toml_text(answers.engine)}", f"from_db = {'true' if answers.from_db else 'false'}"]
    return "\n".join(lines) + "\n"


def toml_text(value: str) -> str:
    """A TOML basic string."""
    return json.dumps(value, ensure_ascii=False)
