"""The hello in a site as ``kirsch new`` writes it, with every tool that its configuration switches on.

The project is generated anew, so its configuration is always the generator's own; a controller and a route are added to
it as its developer would.
"""

import sys
import tempfile
from pathlib import Path

from kirsch_scaffold.project import Answers, project_plan
from kirsch_scaffold.write import write_project

from .contract import DATA_DIR

PROJECT = "bench_site"
CONTROLLER = """
from kirsch import Controller


class Greeting(Controller):
    def hello(self, name: str) -> str:
        return f"Hello, {name}!"
"""
ROUTE = '    mapper.connect("hello", "/hello/{name}", controller="greeting", action="hello")\n'


def make_app(full):
    root = Path(tempfile.mkdtemp(dir=DATA_DIR)) / PROJECT
    write_project(project_plan(root, Answers(PROJECT)))
    (root / PROJECT / "controllers" / "greeting.py").write_text(CONTROLLER, encoding="utf-8")
    routes = root / PROJECT / "routes.py"
    end = "    return mapper"
    routes.write_text(routes.read_text(encoding="utf-8").replace(end, ROUTE + end), encoding="utf-8")
    sys.path.insert(0, str(root))
    from bench_site.app import make_app as make_site

    return make_site()
