"""The command line finds the project, loads little, and says every error in one sentence."""

import json
import subprocess
import sys

import click
import pytest

from kirsch.cli import main, services
from kirsch.cli.commands import OWN, Commands


def test_help_lists_every_command(kirsch):
    """Kirsch's own, and those that the generator brings."""
    code, out, _ = kirsch("--help")

    assert code == 0
    assert all(name in out for name in [*OWN, "new", "generate"])


def test_no_command_at_all_shows_the_help(kirsch):
    """It is no mistake to ask what there is."""
    code, out, err = kirsch()

    assert (code, err) == (0, "")
    assert "Commands:" in out


def test_help_and_new_load_nothing_heavy():
    """A new site is made in a second, so databases, servers and templates stay where they are."""
    source = (
        "import sys, json; from kirsch.cli import main; main(['--help']); "
        "heavy = {'sqlalchemy', 'alembic', 'cheroot', 'mako', 'jinja2', 'redis'} & set(sys.modules); "
        "print(json.dumps(sorted(heavy)))"
    )

    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["serv"], "kirsch: There is no command 'serv'. Did you mean 'serve'?\n"),
        (["routes"], "kirsch: This is no Kirsch project; go to the folder of one, or make one with: kirsch new shop\n"),
        (["routes", "--colour"], "kirsch: No such option"),
        (["explain", "GET"], "kirsch: Missing argument 'PATH'. See: kirsch explain --help\n"),
        (["explain", "GET", "/", "/a"], "kirsch: Got unexpected extra argument (/a). See: kirsch explain --help\n"),
        *(
            (
                ["serve", "--port", port],
                f"kirsch: --port takes a number from 1 to 65535, or 0 for any free one, not {port!r}.\n",
            )
            for port in ("99999", "http", "0.5", "-1", "", "1" * 5000)
        ),
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_2(kirsch, words, sentence):
    """It names the command whose help to read."""
    code, out, err = kirsch(*words)

    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


@pytest.fixture
def failing(monkeypatch):
    """Make `kirsch shell` fail with an error of one's choice."""

    def set_error(error):
        def callback():
            raise error

        monkeypatch.setattr(Commands, "get_command", lambda *_: click.Command("shell", callback=callback))

    return set_error


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (services.UsageError("The port is wrong."), 2, "kirsch: The port is wrong.\n"),
        (click.ClickException("The folder exists."), 1, "kirsch: The folder exists.\n"),
        (click.UsageError("The name is wrong."), 2, "kirsch: The name is wrong.\n"),
        (ValueError("a bug"), 1, "kirsch: ValueError: a bug; run with --debug to see the traceback\n"),
        (OSError(28, "No space left on device"), 1, "kirsch: No space left on device; run with --debug"),
        (FileNotFoundError(2, "No such file", "a.txt"), 1, "kirsch: No such file: a.txt; run with --debug"),
        (KeyboardInterrupt(), 130, "\n"),
        (ModuleNotFoundError("x", name="alembic"), 2, "kirsch: This needs the package 'alembic'; install it with: pip"),
    ],
)
def test_every_error_has_its_sentence_and_code(kirsch, failing, error, code, sentence):
    """2 for what the user can set right on the command line, 1 for the rest, 130 for Ctrl-C."""
    failing(error)

    found, _, err = kirsch("shell")

    assert found == code
    assert err.startswith(sentence)


@pytest.mark.parametrize("words", [["--debug", "shell"], ["shell", "--debug"]])
def test_debug_shows_the_traceback(kirsch, failing, words):
    """Before the command or after it."""
    failing(ValueError("a bug"))

    code, _, err = kirsch(*words)

    assert code == 1
    assert err.startswith("Traceback")
    assert err.endswith("kirsch: ValueError: a bug\n")


class Point:
    """An entry point of a package that somebody installed."""

    name = "mow"
    value = "mower.commands:mow"
    module = "mower.commands"
    dist = None

    def __init__(self, load):
        self.load = load


def test_another_package_brings_a_command(kirsch, monkeypatch):
    """It is found by its entry point and sees the services."""

    @click.command("mow", help="Mow the lawn.")
    @click.pass_obj
    def mow(found):
        click.echo(f"mowing, project {found.project}")

    monkeypatch.setattr("kirsch.cli.commands.entry_points", lambda **_: [Point(lambda: mow)])

    assert kirsch("mow") == (0, "mowing, project None\n", "")
    assert "mow            Mow the lawn." in kirsch("--help")[1]


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda: "text", "mower.commands:mow is no click.Command"),
    ],
)
def test_a_broken_command_is_named_and_hurts_no_other(kirsch, monkeypatch, load, reason):
    """The help still works; running it says which package to mend."""
    monkeypatch.setattr("kirsch.cli.commands.entry_points", lambda **_: [Point(load)])

    helped, ran = kirsch("--help"), kirsch("mow", "--deep", "3")

    assert helped[0] == 0
    assert reason in helped[1]
    assert ran[0] == 1
    assert ran[2] == (
        f"kirsch: The command 'mow' of mower.commands cannot be loaded ({reason}); mend or uninstall mower.commands.\n"
    )


def test_a_project_is_found_from_a_folder_inside_it(shop, monkeypatch, capsys):
    """`kirsch` works as `python manage.py` does."""
    monkeypatch.chdir(shop.root / "config")

    code = main(["shell", "-c", "print(app.name)"])

    assert (code, capsys.readouterr().out) == (0, "shop\n")


@pytest.mark.parametrize("text", ["project = ", "other = 1", 'project = "../x"'])
def test_a_damaged_answers_file_is_named(shop, capsys, text):
    """Only the commands that need the project complain."""
    shop.write(".kirsch/answers.toml", text)

    code = main(["routes"])
    err = capsys.readouterr().err

    assert code == 2
    assert ".kirsch/answers.toml" in err
    assert main(["--help"]) == 0


def test_manage_works_from_any_folder(shop):
    """The project is where its manage.py lies."""
    command = [sys.executable, str(shop.root / "manage.py"), "shell", "-c", "print(app.name)"]

    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "shop\n", "")


def test_mistakes_of_a_site_are_said_all_at_once(shop):
    """One line each, and 2."""
    shop.write("config/site.toml", "[site]\nnam = 'x'\n[tools.gzipp]\n[tools.sqlalchemy]\nurl = 'foobar://x'\n")

    code, _, err = shop.run("check")

    assert code == 2
    assert "kirsch: config/site.toml [site] nam: site has no option 'nam'. Did you mean 'name'?" in err
    assert "there is no tool 'gzipp'" in err
    assert "there is no database 'foobar'" in err
    assert all(line.startswith("kirsch: ") for line in err.splitlines())


@pytest.mark.parametrize(
    ("path", "text", "code", "sentence"),
    [
        ("PACKAGE/routes.py", "def (", 2, "kirsch: PACKAGE/routes.py, line 1: invalid syntax; correct it.\n"),
        (
            "PACKAGE/models.py",
            "\nfoo\n",
            1,
            "kirsch: PACKAGE/models.py, line 2: NameError: name 'foo' is not defined; run",
        ),
        ("PACKAGE/routes.py", "import nosuch", 1, "kirsch: PACKAGE/routes.py, line 1: ModuleNotFoundError: No module"),
        ("PACKAGE/routes.py", "def make_mapper(): ...", 2, "kirsch: Application needs a Mapper first, not None; let"),
        (
            "PACKAGE/app.py",
            "def make_app(*_): ...",
            2,
            "kirsch: make_app in PACKAGE/app.py returns None; let it return",
        ),
    ],
)
def test_a_mistake_in_the_code_of_a_site_is_said_with_its_place(shop, path, text, code, sentence):
    """The file and the line, in one sentence."""
    shop.write(path, text)

    found, _, err = shop.run("migrate")

    assert found == code
    assert err.startswith(sentence.replace("PACKAGE", shop.package))
    assert err.count("\n") == 1


def test_a_project_without_its_package_is_one_sentence(shop, capsys):
    """Which module is missing and where to be."""
    code = main(["routes"], project="nowhere_at_all")

    assert code == 2
    assert capsys.readouterr().err == (
        "kirsch: There is no module nowhere_at_all; run this in the folder that holds nowhere_at_all/.\n"
    )
