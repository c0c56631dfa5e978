"""The way of a text through a generated project: marked, collected, translated, updated, compiled, shown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "translation.md"
KIRSCH = "import sys; from kirsch.cli import main; sys.exit(main())"
ASK = (
    "from kirsch.testing import Client; from shop.app import make_app; "
    "print(Client(make_app()).get('/', headers={'Accept-Language': 'de'}).text)"
)


def run(folder, *command):
    """What a command says; it must succeed, and no warning of Python is let pass."""
    ran = subprocess.run([sys.executable, *command], cwd=folder, text=True, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["mako", "jinja"])
def test_a_generated_project_is_translated(tmp_path, engine):
    """With the configuration of the guide, its code and its templates are collected."""
    run(tmp_path, "-c", KIRSCH, "new", "shop", "--templates", engine)
    root = tmp_path / "shop"
    (root / "babel.cfg").write_text(re.search(r"```ini file=babel.cfg\n(.*?)```", GUIDE.read_text(), re.DOTALL)[1])
    index = root / "shop" / "templates" / "home" / f"index.{engine}"
    more = {
        "mako": '<p>${_("in the template")}</p>\n',
        "jinja": '<p>{{ _("in the template") }}</p>\n{% trans %}in <b>a block</b>{% endtrans %}\n',
    }[engine]
    index.write_text(re.sub(r"(</h1>\n)", lambda found: found[1] + more, index.read_text(), count=1))
    home = root / "shop" / "controllers" / "home.py"
    home.write_text(home.read_text() + '\n\nLABEL = N_("in the code")\n')
    home.write_text("from kirsch.translation import N_\n" + home.read_text())
    site = root / "config" / "site.toml"
    site.write_text(site.read_text() + '\n[tools.translation]\nlanguages = ["en", "de"]\n')

    (root / "locale").mkdir()
    run(root, "-m", "babel.messages.frontend", "extract", "-F", "babel.cfg", "-o", "locale/messages.pot", ".")
    run(root, "-m", "babel.messages.frontend", "init", "-i", "locale/messages.pot", "-d", "locale", "-l", "de")
    catalogue = root / "locale" / "de" / "LC_MESSAGES" / "messages.po"
    text = catalogue.read_text()
    for english, german in {
        "in the template": "in der Vorlage", "in <b>a block</b>": "in <b>einem Block</b>", "in the code": "im Code"
    }.items():  # fmt: skip
        assert (f'msgid "{english}"' in text) == (engine == "jinja" or "block" not in english)
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{german}"')
    catalogue.write_text(text)
    run(root, "-m", "babel.messages.frontend", "update", "-i", "locale/messages.pot", "-d", "locale")
    run(root, "-m", "babel.messages.frontend", "compile", "-d", "locale")

    page = run(root, "-c", ASK)
    assert "<p>in der Vorlage</p>" in page
    assert engine == "mako" or "in <b>einem Block</b>" in page
