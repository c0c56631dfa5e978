"""The pages that a site has about itself, in a real browser, under the strictest headers that Kirsch sends."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kirsch import Application, Config, Controller, Mapper
from kirsch.seeing import Profiles, Statistics
from kirsch.server import Server

pytestmark = pytest.mark.slow

TOOLS = {
    "statistics": {"trusted": ["127.0.0.1"]},
    "profiling": {"trusted": ["127.0.0.1"], "every": 1, "by": "pyinstrument"},
    "secureheaders": {"policy": "default-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"},
    "csrf": {"on": True},
}


class Books(Controller):
    """One page."""

    def index(self) -> str:
        return str(sum(range(300_000)))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the site is served."""
    mapper = Mapper()
    mapper.connect("/", controller=Books, action="index")
    mapper.connect("/statistics", controller=Statistics, action="index")
    mapper.connect("/profiles", controller=Profiles, action="index")
    site = {"secret_key": "not-this-one-but-32-random-characters"}
    application = Application(mapper, [Books], {"tools": TOOLS, "site": site}, Config(root=tmp_path))
    server = Server(application, port=0)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield "http://{}:{}".format(*server.bound)
    server.stop()
    thread.join()
    application.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console stays silent, but for the fonts of others that pyinstrument would like."""
    opened = browser.new_page()
    opened.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    yield opened
    opened.close()
    assert [words for words in said if "fonts.googleapis.com" not in words] == []


def test_the_statistics_are_read_and_commanded(page: Page, address: str) -> None:
    """The style applies, the buttons work with tools.csrf on, and the memory is a click away."""
    page.goto(address)
    page.goto(f"{address}/statistics")
    expect(page.get_by_role("cell", name="books.index")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Nothing is counted at the moment.")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("cell", name="books.index")).to_have_count(0)

    page.get_by_role("link", name="Memory").click()
    page.get_by_role("button", name="Mark").click()
    expect(page.get_by_text("Growth is counted since the mark.")).to_be_visible()


def test_the_statistics_are_read_on_a_phone(page: Page, address: str) -> None:
    """Names stand in one line; the table moves sideways, and the page does not."""
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{address}/statistics")
    page.goto(f"{address}/statistics")

    lines = page.get_by_role("cell", name="statistics.index").first.bounding_box()
    beside = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert lines is not None
    assert lines["height"] < 48
    assert beside == 0


def test_the_tree_of_calls_is_shown(page: Page, address: str) -> None:
    """The page of pyinstrument runs its script, though no other page of the site may have one inside."""
    page.goto(address)
    page.goto(f"{address}/profiles")

    page.locator("tr", has_text="books.index").get_by_role("link").last.click()

    expect(page.get_by_text("Books.index").first).to_be_visible()
