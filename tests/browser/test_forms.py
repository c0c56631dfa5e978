"""Forms that say PUT and DELETE, and styles kept under the names of their versions, in a real browser."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kirsch import Application, Config, Controller, Mapper, Markup, NotFound
from kirsch.server import Server

pytestmark = pytest.mark.slow

FORMS = """<!doctype html><title>Books</title><link rel="stylesheet" href="{}"><h1>Books</h1>
<form method="post" action="/books/7">
<input type="hidden" name="_method" value="DELETE"><button>Drop</button></form>
<form method="post" action="/books/7" enctype="multipart/form-data">
<input type="hidden" name="_method" value="PUT">
<input name="title" value="Bücher"><button>Change</button></form>"""


class Books(Controller):
    def index(self) -> Markup:
        return Markup(FORMS).format(self.request.application.asset(self.request, "app.css"))

    def change(self, id: int, title: str) -> str:
        return f"{self.request.method} {id} {title}"

    def drop(self, id: int) -> str:
        return f"dropped {id}"

    def files(self, path: str) -> str:
        raise NotFound(path)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[str]:
    """The address of a site whose forms say more than POST."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "app.css").write_text("h1 { color: rgb(1, 2, 3) }")
    mapper = Mapper()
    mapper.connect("/", controller=Books, action="index")
    mapper.connect("/books/{id:int}", controller=Books, action="change", conditions={"method": ["PUT"]})
    mapper.connect("/books/{id:int}", controller=Books, action="drop", conditions={"method": ["DELETE"]})
    mapper.connect("static", "/static/{path:.*}", controller=Books, action="files")
    actions = {"files": {"tools": {"static": {"directories": ["public"], "hashed": True}}}}
    settings = {"tools": {"methodoverride": {}, "secureheaders": {}}, "controllers": {"books": {"actions": actions}}}
    server = Server(Application(mapper, [Books], settings, Config(root=tmp_path)), port=0)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield f"http://127.0.0.1:{server.bound[1]}"
    server.stop()
    thread.join(10)


@pytest.mark.parametrize(("button", "said"), [("Drop", "dropped 7"), ("Change", "PUT 7 Bücher")])
def test_a_form_says_its_method(browser: Browser, books: str, button: str, said: str) -> None:
    """The browser says that the page is ours, and the action of that method answers."""
    page = browser.new_page()
    page.goto(books)

    page.get_by_role("button", name=button).click()

    page.wait_for_url("**/books/7")
    assert page.locator("body").inner_text().strip() == said
    page.close()


def test_a_form_of_another_site_says_nothing(browser: Browser, books: str) -> None:
    """The browser says where it comes from, and the answer is 403."""
    page = browser.new_page()
    page.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body=f"""
        <form method="post" action="{books}/books/7"><input type="hidden" name="_method" value="DELETE">
        <button>Win a prize</button></form>"""))  # fmt: skip
    page.goto("http://evil.example/")

    with page.expect_response("**/books/7") as answer:
        page.get_by_role("button", name="Win a prize").click()

    assert answer.value.status == 403
    page.close()


def test_a_style_is_found_by_the_name_of_its_version(browser: Browser, books: str) -> None:
    """The page looks as it should."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url) if request.url.endswith(".css") else None)

    page.goto(books)
    colour = page.evaluate("getComputedStyle(document.querySelector('h1')).color")

    assert colour == "rgb(1, 2, 3)"
    assert len(asked) == 1
    assert asked[0].startswith(f"{books}/static/app.")
    page.close()
