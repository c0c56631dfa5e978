"""The files whose change means that a site in development must start again."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

SUFFIXES = (".py", ".toml", ".mako", ".jinja")
#: Folders below which nothing of a project lies.
ASIDE = frozenset({"__pycache__", "node_modules", "venv", "data"})
#: More folders than this are no project, but somebody's whole home.
MOST_FOLDERS = 2000

Snapshot = dict[str, int]


def project_root() -> Path:
    """The folder of the script that runs, or the current one where that is an installed command."""
    script = Path(sys.argv[0])
    if script.suffix == ".py" and script.is_file() and not script.resolve().is_relative_to(sys.prefix):
        return script.resolve().parent
    return Path.cwd()


def project_files(root: Path) -> Iterator[str]:
    """The code, configuration and templates below *root*, without hidden folders and virtual environments."""
    for folder, folders, names in islice(os.walk(root), MOST_FOLDERS):
        if "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name not in ASIDE]
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith(".") and not name.endswith(".mako.py"):
                yield os.path.join(folder, name)


def module_files() -> set[str]:
    """The source files of loaded modules that are neither Python's own nor installed packages."""
    paths = sysconfig.get_paths()
    installed = tuple(os.path.join(paths[name], "") for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    files = {getattr(module, "__file__", None) for module in tuple(sys.modules.values())}
    return {file for file in files if file and file.endswith(".py") and not file.startswith(installed)}


def snapshot(files: Iterable[str]) -> Snapshot:
    """When each of *files* was last changed; those that are gone are left out."""
    times = {}
    for file in files:
        try:
            times[file] = os.stat(file).st_mtime_ns
        except OSError:
            continue
    return times


def changes(before: Snapshot, now: Snapshot) -> list[str]:
    """The files that were changed, added or removed between two snapshots."""
    return sorted(file for file in before.keys() | now.keys() if before.get(file) != now.get(file))
