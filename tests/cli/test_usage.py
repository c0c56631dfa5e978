"""What of a project is never used, told after its tests, or after it has run for a while."""

import json

import pytest

TESTS = """
import pytest
from kirsch.testing import Client
from PACKAGE.app import make_app

def test_home():
    app = make_app()
    assert Client(app).get("/").status_code == 200
    app.close()
"""


@pytest.mark.slow
def test_cover_tells_what_the_tests_do_not_reach(shop):
    """Lines of code and routes; nothing is left in the project, and the exit code is that of the tests."""
    shop.write("tests/test_home.py", TESTS)
    shop.write("config/site.toml", '[site]\nname = "shop"\n')
    before = {path for path in shop.root.rglob("*") if "__pycache__" not in path.parts}

    ended = shop.manage("test", "--cover", "-q", "-p", "no:cacheprovider")

    assert ended.returncode == 0, ended.stderr
    assert "1 passed" in ended.stdout
    assert "controllers.py" in ended.stdout
    assert "Routes: 1 of 2 were used. Never:\n  /books/{id:int} (book)" in ended.stdout
    after = {path for path in shop.root.rglob("*") if "__pycache__" not in path.parts}
    assert after - before == set()


@pytest.mark.slow
def test_tests_that_fail_are_told_by_the_exit_code(shop):
    """Also where their reach is measured."""
    shop.write("tests/test_home.py", "def test_wrong():\n    assert False\n")

    ended = shop.manage("test", "--cover", "-q")

    assert ended.returncode == 1
    assert "Routes: 0 of 2 were used" in ended.stdout


def test_a_site_that_ran_tells_what_was_never_used(shop):
    """To people and to programs."""
    shop.write("config/site.toml", '[site]\nname = "shop"\n[tools.usage]\nfile = "used.txt"\n')
    shop.write("used.txt", "route / (home)\n")

    code, out, _ = shop.run("usage")
    found = json.loads(shop.run("usage", "--json")[1])

    assert (code, out) == (
        0,
        "Routes: 1 of 2 were used. Never:\n  /books/{id:int} (book)\nTemplates: 0 of 0 were used.\n",
    )
    assert found == {"routes": ["/books/{id:int} (book)"], "templates": []}


def test_where_nothing_is_written_down_there_is_nothing_to_tell(shop):
    """It is said what to do."""
    code, _, errors = shop.run("usage")

    assert code == 2
    assert "Write [tools.usage]" in errors
