"""Every package that Kirsch can do without: where a setting needs it, one sentence at start says what to install."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple, get_type_hints

import pytest

from kirsch.tools import EXTRAS, NAMES, load_tool

ROOT = Path(__file__).resolve().parents[2]
#: A site that is made where some packages cannot be imported. It prints its mistakes.
PROGRAM = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

BLOCKED = set(sys.argv[1].split(","))
sys.meta_path.insert(0, Blocker())
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import UsageError

class Home(Controller):
    def index(self):
        return {}

try:
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    settings = eval(sys.argv[2])
    if "code" in settings:
        exec(settings["code"])
    else:
        Application(mapper, config={"site.secret_key": "7f3b9c1e5a8d2460bd17ce93f4a60582", **settings})
    print("served")
except UsageError as error:
    print(error)
"""
HASH = "scrypt$16384$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class Case(NamedTuple):
    """A setting, the modules of the package that it needs, and what is to be installed for it."""

    name: str
    extra: str
    modules: str
    settings: dict[str, Any]


#: Options that tools need besides the one that asks for a package.
BESIDE: dict[str, dict[str, Any]] = {
    "login": {"tools.login.passwords": {"ada": HASH}, "tools.sessions": {}, "tools.csrf": {}},
    "ratelimit": {"tools.ratelimit.limits": ["1/minute"]},
    "sqlalchemy": {"tools.sqlalchemy.url": "sqlite://"},
}
#: The module that each package is imported by, where its tool says no more than its name.
MODULES = {
    "jinja": "jinja2",
    "cheetah": "Cheetah",
    "metrics": "prometheus_client",
    "i18n": "babel",
    "sql": "sqlalchemy",
}
RESOURCE = {"code": "from kirsch.crud import Resource"}
ARGON = {"tools.login.hash": "argon2", **BESIDE["login"]}


def of_tools() -> list[Case]:
    """A case for each tool that needs an extra as a whole, and for each store of a tool that is on Redis."""
    found = []
    for name, extra in EXTRAS.items():
        module = {"oidc": "joserfc", "ratelimit": "limits"}.get(name, MODULES.get(extra, extra))
        found.append(Case(name, extra, module, {f"tools.{name}": {}, **BESIDE.get(name, {})}))
    for name in sorted(NAMES):
        kind = load_tool(name)
        options = {item.name for item in fields(kind) if item.init}
        store = str(get_type_hints(kind)["store"]) if "store" in options else ""
        if "redis" in store or name == "sessions":
            settings = {f"tools.{name}.store": "redis", **BESIDE.get(name, {})}
            found.append(Case(f"{name} on redis", "redis", "redis", settings))
    return found


CASES = [
    *of_tools(),
    Case("sessions in sql", "sql", "sqlalchemy", {"tools.sessions": {"store": "sql", "url": "sqlite://"}}),
    Case("postgresql", "postgres", "psycopg", {"tools.sqlalchemy.url": "postgresql://nobody@127.0.0.1/nothing"}),
    Case("mysql", "mysql", "pymysql", {"tools.sqlalchemy.url": "mysql://nobody@127.0.0.1/nothing"}),
    Case("mariadb", "mysql", "pymysql", {"tools.sqlalchemy.url": "mariadb://nobody@127.0.0.1/nothing"}),
    Case("resource", "sql,forms", "wtforms", RESOURCE),
    Case("resource without a database", "sql,forms", "sqlalchemy", RESOURCE),
    Case("argon2", "argon2", "argon2", ARGON),
    Case("br", "compression", "brotli", {"tools.compression.encodings": ["br"]}),
    Case("zstd", "compression", "zstandard", {"tools.compression.encodings": ["zstd"]}),
    Case("pyinstrument", "profiling", "pyinstrument", {"tools.profiling.by": "pyinstrument"}),
]
#: Extras that a site imports in its own code, or a command of its own, and no setting asks for.
OWN = {
    "msgspec": "a site's own classes derive from it",
    "pydantic": "a site's own classes derive from it",
    "coverage": "`test --cover` asks for it",
    "forms": "with sql for resources",
    "full": "a name for others",
}


def made_without(case: Case, folder: Path) -> str:
    """What a site says that is made where the package is missing."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", dedent(PROGRAM), case.modules, repr(case.settings)],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_missing_package_is_one_sentence_at_start(case, tmp_path):
    """It names the setting, the package, and what installs it; nothing is served."""
    said = made_without(case, tmp_path)

    assert f"pip install 'kirsch[{case.extra}" in said, said
    assert len(said.splitlines()) == 1, said
    assert re.search(r"needs? the package '[\w-]+'", said), said
    setting = next(iter(case.settings)).split(".")
    assert setting[0] == "code" or setting[1] in said, said


def test_every_extra_has_a_case():
    """Those of the package's metadata; whoever adds one says here which setting needs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = {extra for case in CASES for extra in case.extra.split(",")} | OWN.keys()

    assert set(project["optional-dependencies"]) - known == set()
    assert set(EXTRAS.values()) <= set(project["optional-dependencies"])


def test_what_needs_nothing_is_made_without_any_of_them(tmp_path):
    """Every tool that no extra is said to bring loads without all optional packages."""
    blocked = ",".join(sorted({case.modules for case in CASES} | {"msgspec", "pydantic", "email_validator", "alembic"}))
    code = f"from kirsch.tools import load_tool\nfor name in {sorted(NAMES.keys() - EXTRAS.keys())!r}: load_tool(name)"

    assert made_without(Case("all", "", blocked, {"code": code}), tmp_path) == "served"
