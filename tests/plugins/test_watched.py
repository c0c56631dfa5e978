"""Which files a site in development is started again for."""

import sys
import types

import pytest

from kirsch.plugins.watched import changes, module_files, project_files, project_root, snapshot


@pytest.fixture
def project(tmp_path):
    """A folder like that of a project."""
    for name in [
        "shop/app.py", "shop/templates/home.mako", "config/site.toml", "data/cache.py", ".git/hook.py", "shop/site.css",
        "env/pyvenv.cfg", "env/lib/thing.py", "shop/__pycache__/app.py", "shop/templates/home.mako.py",
    ]:  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_code_configuration_and_templates_count(project):
    """Hidden folders, data, environments and what engines write do not."""
    found = {file.removeprefix(f"{project}/") for file in project_files(project)}

    assert found == {"shop/app.py", "shop/templates/home.mako", "config/site.toml"}


def test_what_was_changed_added_or_removed_is_named(project):
    """Each counts as a change."""
    before = snapshot(project_files(project))
    (project / "shop/app.py").write_text("changed = True\n")
    (project / "shop/new.py").touch()
    (project / "config/site.toml").unlink()

    found = changes(before, snapshot(project_files(project)))

    assert [file.removeprefix(f"{project}/") for file in found] == ["config/site.toml", "shop/app.py", "shop/new.py"]


def test_loaded_modules_count_unless_they_are_installed(project, monkeypatch):
    """A module from elsewhere is watched too; Python's own and installed packages are not."""
    module = types.ModuleType("elsewhere")
    module.__file__ = str(project / "elsewhere.py")
    monkeypatch.setitem(sys.modules, "elsewhere", module)

    found = module_files()

    assert module.__file__ in found
    assert not {pytest.__file__, types.__file__} & found


def test_the_project_is_where_the_script_is(project, monkeypatch):
    """An installed command watches the folder it is called in."""
    monkeypatch.chdir(project / "config")
    monkeypatch.setattr(sys, "argv", [str(project / "shop" / "app.py")])
    assert project_root() == project / "shop"

    monkeypatch.setattr(sys, "argv", ["/usr/bin/kirsch"])

    assert project_root() == project / "config"
