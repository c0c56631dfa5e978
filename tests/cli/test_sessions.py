"""`sessions`: looking after the sessions of visitors."""

import pytest

STORE = """
[tools.sessions]
store = "{store}"
folder = "kept"
url = "{url}"
"""


@pytest.fixture
def keeping(shop):
    """Has the shop keep its sessions in a store."""

    def keep(store, url=""):
        settings = shop.root / "config" / "site.toml"
        settings.write_text(settings.read_text() + STORE.format(store=store, url=url))
        return shop

    return keep


def file_of(folder, number, ends):
    (folder / f"{number:040x}").write_text(f"1 {ends}.000\n{{}}")


def test_sessions_that_have_ended_are_removed(keeping):
    """It says how many; those that go on are left."""
    shop = keeping("file")
    folder = shop.root / "kept"
    folder.mkdir(mode=0o700)
    for number in range(5):
        file_of(folder, number, 1000)
    file_of(folder, 5, 99_999_999_999)

    assert shop.run("sessions", "clean")[:2] == (0, "Removed 5 sessions that had ended.\n")
    file_of(folder, 6, 1000)
    assert shop.run("sessions", "clean")[:2] == (0, "Removed 1 session that had ended.\n")

    assert [file.name for file in folder.iterdir() if len(file.name) == 40] == [f"{5:040x}"]


def test_a_store_that_is_away_is_one_sentence(keeping):
    """Exit code 1, and what to do."""
    code, _, err = keeping("sql", "postgresql://nobody@127.0.0.1:1/none").run("sessions", "clean")

    assert code == 1
    assert "Sessions cannot be reached at the moment. See that their store runs, and try again." in err


def test_a_site_without_sessions_is_told_so(shop):
    """With the section that is missing."""
    code, _, err = shop.run("sessions", "clean")

    assert (code, "Set [tools.sessions]" in err) == (1, True)
