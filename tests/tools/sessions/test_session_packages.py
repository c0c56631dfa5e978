"""Stores that other packages bring, and packages that stores need."""

import sys

import pytest

from kirsch.errors import ConfigError
from racing import Visitor, racing_app
from visitors import make_app

MODULE = '''
from kirsch.tools._stores.memory import Memory


class Shelf(Memory):
    """Sessions on a shelf; it remembers what it was told about its place."""

    places = []

    def __init__(self, place):
        self.places.append(place)
        super().__init__(place)
'''


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package that is installed, with its metadata, in a folder of its own."""

    def install(entry):
        folder = tmp_path / "site-packages"
        (folder / "shelf-1.0.dist-info").mkdir(parents=True)
        (folder / "shelf_store.py").write_text(MODULE)
        (folder / "shelf-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1.0\n")
        (folder / "shelf-1.0.dist-info" / "entry_points.txt").write_text(f"[kirsch.session_stores]\n{entry}\n")
        monkeypatch.syspath_prepend(str(folder))

    yield install
    sys.modules.pop("shelf_store", None)


def test_a_package_brings_a_store(installed):
    """It is named like the others, gets its options, and does what they do."""
    installed("shelf = shelf_store:Shelf")
    app = racing_app(store="shelf", url="shelf://upper", lock=0.05)
    visitor = Visitor(app)

    visitor.ask("/start")
    assert visitor.ask("/count").text == "1"

    (place,) = sys.modules["shelf_store"].Shelf.places
    assert (place.url, place.prefix) == ("shelf://upper", "kirsch:session:")
    app.close()


def test_a_misspelt_store_of_a_package_is_found_at_start(installed):
    """The sentence knows the stores of packages, too."""
    installed("shelf = shelf_store:Shelf")

    with pytest.raises(ConfigError, match=r"tools\.sessions: store cannot be 'shelv'. Did you mean 'shelf'?"):
        make_app(store="shelv")


def test_a_store_that_is_not_where_its_package_says_is_one_sentence(installed):
    """Not a traceback."""
    installed("shelf = shelf_store:Board")

    with pytest.raises(ConfigError, match="store = 'shelf' is shelf_store:Board of shelf, which does not exist"):
        make_app(store="shelf")


def test_a_package_cannot_take_the_name_of_a_store_of_ours(installed):
    """What is kept in memory stays there."""
    installed("memory = shelf_store:Shelf")
    app = make_app(store="memory")

    assert "shelf_store" not in sys.modules
    app.close()


@pytest.mark.parametrize(("store", "package", "extra"), [("redis", "redis", "redis"), ("sql", "sqlalchemy", "sql")])
def test_a_store_without_its_package_says_what_to_install(monkeypatch, store, package, extra):
    """Setting, package and command in one sentence."""
    for name in [
        name for name in sys.modules if name == package or name.startswith((f"{package}.", "kirsch.database"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, f"kirsch.tools._stores.{store}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(ConfigError) as caught:
        make_app(store=store, url="sqlite:///sessions.sqlite")

    assert f"store = {store!r} needs the package {package!r}. Run: pip install 'kirsch[{extra}]'" in str(caught.value)


def test_an_sql_store_without_a_url_says_what_to_write():
    """With an example."""
    with pytest.raises(ConfigError, match=r'tools\.sessions: url is not set. Write "sqlite:///data/sessions.sqlite"'):
        make_app(store="sql")


@pytest.mark.parametrize(("store", "url"), [("redis", "http://localhost"), ("sql", "no url"), ("sql", "oracel://x/y")])
def test_an_address_that_is_none_is_found_at_start(store, url):
    """Before the first visitor."""
    with pytest.raises(ConfigError, match=r"tools\.sessions"):
        make_app(store=store, url=url)
