"""Secrets in files: `key_file = "/run/secrets/key"` beside every option `key`."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kirsch import Application, Config, Controller, Mapper, Tool, report
from kirsch.errors import ConfigError
from kirsch.site import read_address
from kirsch.tools import NAMES

KEY = "0123456789abcdef0123456789abcdef"


@dataclass
class Locked(Tool):
    """Have options of several types."""

    code: str
    codes: list[str] = field(default_factory=list)
    number: int = 0
    path: str = ""
    path_file: str = "its own option"


class Home(Controller):
    def index(self):
        return "home"


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setitem(NAMES, "locked", f"{__name__}:Locked")


def make(root, *sources, environ=None, config=None):
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    return Application(mapper, config=config, site=Config(*sources, environ=environ, root=root))


def mistakes_of(root, *sources, **options):
    with pytest.raises(ConfigError) as caught:
        make(root, *sources, **options)
    return caught.value.mistakes


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_key_lies_in_a_file(tmp_path, ending):
    """The last newline, which editors put there, is none of it."""
    (tmp_path / "key").write_bytes(f"{KEY}{ending}".encode())

    assert make(tmp_path, {"site.secret_key_file": "key"}).setup.secret == KEY
    assert make(Path("/"), {"site.secret_key_file": str(tmp_path / "key")}).setup.secret == KEY


def test_spaces_are_part_of_a_secret(tmp_path):
    """And so are newlines before the last."""
    (tmp_path / "key").write_text(f" {KEY}\n\n")

    assert make(tmp_path, {"site.secret_key_file": "key"}).setup.secret == f" {KEY}\n"


def test_an_environment_variable_names_the_file(tmp_path):
    """As containers have it; it is stronger than the key in a file of settings."""
    (tmp_path / "key").write_text(KEY)
    environ = {"KIRSCH__SITE__SECRET_KEY_FILE": str(tmp_path / "key")}

    assert make(tmp_path, {"site.secret_key": "x" * 32}, environ=environ).setup.secret == KEY


def test_a_stronger_value_replaces_the_file(tmp_path):
    """The file need not even be there then."""
    application = make(
        tmp_path, {"site.secret_key_file": "gone"}, {"site.secret_key": "x" * 32}, config={"server.port": 1}
    )

    assert application.setup.secret == "x" * 32
    assert make(tmp_path, {"site.secret_key_file": "gone"}, config={"site.secret_key": KEY}).setup.secret == KEY


def test_options_of_tools_lie_in_files(tmp_path):
    """A list has one item a line; options that are needed are there."""
    (tmp_path / "code").write_text("open sesame\n")
    (tmp_path / "codes").write_text("one\ntwo\n")

    application = make(tmp_path, {"tools.locked": {"code_file": "code", "codes_file": "codes"}})

    tool = application.tool("locked")
    assert (tool.code, tool.codes) == ("open sesame", ["one", "two"])


def test_a_nearer_scope_replaces_the_file_of_a_wider_one(tmp_path):
    """By a value or by another file."""
    for name in ("wide", "near"):
        (tmp_path / name).write_text(name)
    wide = {"tools.locked.code_file": "wide"}

    by_value = make(tmp_path, wide, {"controllers.home.tools.locked.code": "value"})
    by_file = make(tmp_path, {"tools.locked.code": "x"}, {"controllers.home.tools.locked.code_file": "near"})

    assert [plan.tools[0].code for application in (by_value, by_file) for plan in application.plans.values()] == [
        "value",
        "near",
    ]


def test_an_option_that_ends_so_itself_is_no_file(tmp_path):
    """It means what its tool says."""
    tool = make(tmp_path, {"tools.locked": {"code": "x", "path_file": "kept"}}).tool("locked")

    assert (tool.path, tool.path_file) == ("", "kept")


def test_the_server_reads_files_too(tmp_path):
    """Every section with known options does."""
    (tmp_path / "name").write_text("Cherry\n")

    assert read_address(make(tmp_path, {"server.name_file": "name"})).name == "Cherry"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"site.secret_key_file": "gone"},
            "secret_key_file: the file 'gone' cannot be read: No such file or directory.",
        ),
        ({"site.secret_key_file": "empty"}, "secret_key_file: the file 'empty' is empty."),
        ({"site.secret_key_file": "newline"}, "secret_key_file: the file 'newline' is empty."),
        ({"site.secret_key_file": "."}, "secret_key_file: the file '.' cannot be read: Is a directory."),
        ({"site.secret_key_file": "bytes"}, "secret_key_file: the file 'bytes' is not UTF-8 text."),
        ({"site.secret_key_file": "a\0b"}, "secret_key_file: the file 'a\\x00b' is not UTF-8 text."),
        ({"site.secret_key_file": 3}, "secret_key_file: it must be the path of a file, not 3."),
        ({"site.secret_key_file": ""}, "secret_key_file: it must be the path of a file, not ''."),
        (
            {"site": {"secret_key_file": "key", "secret_key": KEY}},
            "secret_key_file: site.secret_key is set beside it. Leave one of the two out.",
        ),
        ({"site.secret_kye_file": "key"}, "secret_kye_file: site has no option 'secret_kye_file'."),
        (
            {"tools.locked.code_file": "gone"},
            "[tools.locked] code_file: the file 'gone' cannot be read: No such file or directory.",
        ),
        ({"tools.locked": {"code": "x", "number_file": "key"}}, "tools.locked.number must be a whole number"),
    ],
)
def test_a_file_that_gives_no_value_is_a_mistake(tmp_path, settings, sentence):
    """At start, with the place; the text of a file is never shown."""
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "empty").touch()
    (tmp_path / "newline").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")

    found = "\n".join(mistakes_of(tmp_path, settings))

    assert sentence in found
    assert KEY not in found


def test_reports_show_the_path_alone(tmp_path):
    """In `config` and in `plan`."""
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "code").write_text("open sesame")
    application = make(tmp_path, {"site.secret_key_file": "key", "tools.locked.code_file": "code"})

    settings, plan = report.config(application), report.plan(application, "home.index")

    assert ("'key'" in settings, "'code'" in plan) == (True, True)
    assert KEY not in settings + plan
    assert "sesame" not in settings + plan
