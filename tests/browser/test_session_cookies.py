"""The cookies of sessions in a real browser, which has the last word on what they are sent to."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from kirsch.server import Server
from racing import racing_app

pytestmark = pytest.mark.slow


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Serves a site with these options of tools.sessions, and says on which port."""
    running = []

    def start(**options: object) -> int:
        application = racing_app(**options)
        server = Server(application, port=0)
        server.prepare()
        thread = threading.Thread(target=server.serve)
        thread.start()
        running.append((server, thread, application))
        return int(server.bound[1])

    yield start
    for server, thread, application in running:
        server.stop()
        thread.join(10)
        application.close()


def test_scripts_cannot_read_a_session(browser, serve):
    """The browser sends it, and shows it to nobody."""
    port = serve(store="memory")
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    page = context.new_page()
    texts = [page.goto("/count").text() for _ in range(3)]

    assert (texts, page.evaluate("document.cookie")) == (["1", "2", "3"], "")
    context.close()


@pytest.mark.parametrize(("persistent", "lasts"), [(True, True), (False, False)])
def test_a_cookie_lasts_as_long_as_it_is_to(browser: Browser, serve, persistent, lasts):
    """Two weeks, or until the browser is closed."""
    port = serve(persistent=persistent)
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    context.new_page().goto("/count")

    (cookie,) = context.cookies()

    assert (cookie["expires"] > 0, cookie["httpOnly"]) == (lasts, True)
    context.close()


@pytest.mark.parametrize(("samesite", "follows"), [("lax", True), ("strict", False)])
def test_pages_of_another_site_bring_no_session_along(browser: Browser, serve, samesite, follows):
    """A link does with Lax and does not with Strict; a picture never does. 127.0.0.1 and localhost are two sites."""
    here, there = serve(samesite=samesite), serve()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{here}/count")
    page.goto(f"http://localhost:{there}/show")
    sent = []
    page.on("request", lambda request: sent.append("cookie" in request.all_headers()))

    page.evaluate(
        "address => new Promise(done => { const i = new Image(); i.onerror = done; i.src = address; })",
        f"http://127.0.0.1:{here}/show",
    )
    page.evaluate(f"location.href = 'http://127.0.0.1:{here}/show'")
    page.wait_for_url(f"http://127.0.0.1:{here}/show")

    assert sent[:2] == [False, follows]
    assert page.evaluate("JSON.parse(document.body.innerText)") == ({"n": 1} if follows else {})
    context.close()


def test_signing_out_takes_the_cookie_away(browser: Browser, serve):
    """The browser accepts the removal, since its attributes are those of the setting."""
    port = serve(store="memory", domain="localhost")
    context = browser.new_context(base_url=f"http://localhost:{port}")
    page = context.new_page()
    page.goto("/count")
    assert len(context.cookies()) == 1
    page.goto("/leave")

    assert context.cookies() == []
    assert page.goto("/count").text() == "1"
    context.close()
