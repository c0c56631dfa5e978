"""`check` finds what is wrong with a site before a visitor does."""

import os

import pytest

SITE = """
[site]
name = "shop"
secret_key = "0123456789abcdef0123456789abcdef"
[tools.{engine}]
directories = ["PACKAGE/templates"]
error_page = "eror"
"""
CONTROLLERS = """
from kirsch import Controller

class Home(Controller):
    def index(self):
        return {"title": "welcome"}

    def book(self, id: int):
        return self.page("books/shown", id=id)
"""


def test_what_the_server_would_refuse_is_named(shop):
    """Before it is started for the first time."""
    shop.write("config/site.toml", "[server]\nprot = 1\n")
    shop.write("PACKAGE/controllers.py", CONTROLLERS)

    code, out, err = shop.run("check")

    assert (code, err) == (2, "")
    assert out.splitlines()[0] == "config/site.toml [server] prot: server has no option 'prot'. Did you mean 'port'?"


@pytest.mark.parametrize("engine", ["mako", "jinja"])
def test_templates_that_are_broken_or_absent_are_named(shop, engine):
    """File and line of the broken ones; for the absent ones, who shows them."""
    broken = "<p>\n% if True:\n</p>\n" if engine == "mako" else "<p>\n{% if true %}\n</p>{% nonsense %}\n"
    shop.write("config/site.toml", SITE.format(engine=engine).replace("PACKAGE", shop.package))
    shop.write("PACKAGE/controllers.py", CONTROLLERS)
    shop.write(f"PACKAGE/templates/broken.{engine}", broken)

    code, out, _ = shop.run("check")

    lines = out.splitlines()
    assert code == 2
    assert len(lines) == 4, out
    assert lines[0].startswith(f"{shop.package}/templates/broken.{engine}, line ")
    assert lines[1] == f"There is no template 'eror.{engine}', which error_page names."
    assert lines[2].startswith(f"home.index shows the template 'home/index.{engine}', which is not in ")
    assert lines[3].startswith(f"home.book shows the template 'books/shown.{engine}', which is not in ")


def test_what_is_unsafe_in_production_is_named(shop, monkeypatch):
    """Whatever this machine is for; the exit code is 2 until nothing is left."""
    monkeypatch.setenv("KIRSCH__SITE__ENVIRONMENT", "development")
    shop.write("config/site.toml", UNSAFE)

    code, out, _ = shop.run("check", "--deploy")

    assert code == 2
    assert [line.partition(". ")[0] for line in out.splitlines()] == [
        "Errors are shown to everybody with their source (config/site.toml [environments.production.site] debug)",
        "Any Host is answered, so that links can lead to a stranger's",
        "Browsers are not told what to refuse",
    ]
    shop.write("config/site.toml", '[site]\n[tools.hosts]\nallow = ["example.org"]\n[tools.secureheaders]\nhsts = 1\n')
    assert shop.run("check", "--deploy") == (
        0,
        "site: nothing is unsafe.\nsite: 2 routes and no mistakes.\n",
        "",
    )
    assert os.environ["KIRSCH__SITE__ENVIRONMENT"] == "development"


UNSAFE = "[environments.production.site]\ndebug = true\n"
