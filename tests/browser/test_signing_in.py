"""Signing in, forms of other sites, and scripts of a page, in a real browser at a real server."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import provider
from kirsch import Application, Config, Controller, Mapper, Markup, tools
from kirsch.hashing import hashed
from kirsch.policy import anyone
from kirsch.server import Server

pytestmark = pytest.mark.slow

POLICY = "default-src 'self'; script-src 'self' 'nonce-{nonce}'; form-action 'self'"
PAGE = """<!doctype html><html><head><title>${user}</title>${csrf_meta()}</head><body><h1>Hello ${user}</h1>
<form method="post" action="/save">${csrf()}<input name="text"><button>Save</button></form>
<form method="post" action="/logout">${csrf()}<button>Sign out</button></form>
<script nonce="${csp_nonce()}">window.ours = 1</script><script>window.theirs = 1</script>
<script nonce="guessed">window.theirs = 1</script><p onclick="window.theirs = 1">click</p></body></html>"""
FETCH = """async header => {
    const token = document.querySelector("meta[name=csrf-token]").content;
    const answer = await fetch("/save", {
        method: "POST", body: new URLSearchParams({text: "fetched"}), headers: header ? {"X-CSRF-Token": token} : {},
    });
    return [answer.status, await answer.text()];
}"""


class Desk(Controller):
    saved: list[str] = []  # noqa: RUF012

    def index(self) -> dict[str, Any]:
        return {"user": self.request.take("user").name}

    def save(self, text: str) -> str:
        Desk.saved.append(text)
        return f"saved {text}"

    @tools.allow(anyone)
    def front(self) -> Markup:
        return Markup("<title>Front</title>front")


@pytest.fixture
def serve() -> Iterator[Callable[[Any], int]]:
    """A function that serves an application on a free port."""
    running = []

    def start(application: Any) -> int:
        server = Server(application, port=0)
        server.prepare()
        thread = threading.Thread(target=server.serve)
        thread.start()
        running.append((server, thread))
        return int(server.bound[1])

    yield start
    for server, thread in running:
        server.stop()
        thread.join(10)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor's page."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def make_app(root: Path, **way: Any) -> Application:
    (root / "desk").mkdir()
    (root / "desk" / "index.mako").write_text(PAGE)
    mapper = Mapper()
    mapper.connect("/", controller=Desk, action="front")
    mapper.connect("/desk", controller=Desk, action="index")
    mapper.connect("/save", controller=Desk, action="save", conditions={"method": "POST"})
    used = {"sessions": {}, "csrf": {}, "mako": {"directories": ["."]}, "secureheaders": {"policy": POLICY}, **way}
    Desk.saved = []
    return Application(mapper, config={"site.secret_key": "0123456789abcdef", "tools": used}, site=Config(root=root))


@pytest.fixture
def site(serve: Callable[[Any], int], tmp_path: Path) -> str:
    """The address of a site that ada may sign in to."""
    login = {"cost": 16, "passwords": {"ada": hashed("lovelace", cost=16)}}
    return f"http://127.0.0.1:{serve(make_app(tmp_path, login=login))}"


def sign_in(page: Page, password: str = "lovelace") -> None:
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_visitor_signs_in_and_out(page: Page, site: str) -> None:
    """Led to the page, told of a wrong password, and back to what was wanted."""
    page.goto(f"{site}/desk?page=2")
    expect(page).to_have_url(f"{site}/login?next=/desk%3Fpage%3D2")
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    expect(page.get_by_label("Name")).to_have_value("ada")
    sign_in(page)

    expect(page).to_have_url(f"{site}/desk?page=2")
    expect(page.get_by_role("heading")).to_have_text("Hello ada")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Front")
    page.goto(f"{site}/desk")
    expect(page.get_by_role("heading")).to_have_text("Sign in to site")


def test_the_page_to_sign_in_on_has_its_style(page: Page, site: str) -> None:
    """Though the policy of the site takes styles from files alone."""
    page.goto(f"{site}/login")

    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "352px"


def test_a_page_of_another_site_can_do_nothing(page: Page, site: str, serve: Callable[[Any], int]) -> None:
    """Neither act for who is signed in, nor sign in or out; a form of ours still works afterwards."""
    page.goto(f"{site}/login?next=/desk")
    sign_in(page)

    def evil(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        form = "".join(
            f'<form id="{name}" method="post" action="{site}/{name}"><input name="text" value="stolen">'
            '<input name="name" value="ada"><input name="password" value="lovelace"></form>'
            for name in ("save", "login", "logout")
        )
        start_response("200 OK", [("Content-Type", "text/html")])
        return [form.encode()]

    other = serve(evil)
    # The cookie of the session stays at home (SameSite), so it is a stranger who is told to sign in.
    for name, status in (("save", 303), ("login", 403), ("logout", 403)):
        page.goto(f"http://localhost:{other}/")
        with page.expect_response(f"{site}/{name}") as answer, page.expect_navigation():
            page.evaluate(f"document.getElementById('{name}').submit()")
        assert answer.value.status == status
        page.wait_for_load_state()

    page.goto(f"{site}/desk")
    expect(page.get_by_role("heading")).to_have_text("Hello ada")
    page.locator("input[name=text]").fill("mine")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("body")).to_have_text("saved mine")
    assert Desk.saved == ["mine"]


def test_scripts_send_the_token_of_the_page(page: Page, site: str) -> None:
    """As htmx does: in a header; a browser that vouches for the page needs none."""
    page.goto(f"{site}/login?next=/desk")
    sign_in(page)
    expect(page.get_by_role("heading")).to_have_text("Hello ada")

    assert page.evaluate(FETCH, True) == [200, "saved fetched"]
    assert page.evaluate(FETCH, False) == [200, "saved fetched"]


def test_scripts_send_it_where_the_browser_vouches_for_nothing(page: Page, site: str) -> None:
    """What old browsers do not say is left out on the way: the token alone decides."""
    page.goto(f"{site}/login?next=/desk")
    sign_in(page)
    expect(page.get_by_role("heading")).to_have_text("Hello ada")

    def silent(route: Any) -> None:
        headers = {name: text for name, text in route.request.all_headers().items() if name != "sec-fetch-site"}
        route.fulfill(response=route.fetch(headers={**headers, "sec-fetch-site": ""}))

    page.route("**/save", silent)

    assert page.evaluate(FETCH, True)[0] == 200
    assert page.evaluate(FETCH, False)[0] == 403


def test_two_tabs_keep_working(page: Page, site: str) -> None:
    """What was opened first is sent last."""
    page.goto(f"{site}/login?next=/desk")
    sign_in(page)
    expect(page.get_by_role("heading")).to_have_text("Hello ada")
    second = page.context.new_page()
    second.goto(f"{site}/desk")

    for tab, text in ((second, "second"), (page, "first")):
        tab.locator("input[name=text]").fill(text)
        tab.get_by_role("button", name="Save").click()
        expect(tab.locator("body")).to_have_text(f"saved {text}")


def test_a_script_with_the_nonce_runs_and_no_other_does(page: Page, site: str) -> None:
    """Neither one without, nor one with another, nor an attribute; the page is not stored."""
    page.goto(f"{site}/login?next=/desk")
    sign_in(page)
    page.get_by_text("click").click()

    assert page.evaluate("[window.ours, window.theirs ?? null]") == [1, None]
    answer = page.request.get(f"{site}/desk")
    assert answer.headers["cache-control"] == "no-store"


def test_a_visitor_signs_in_at_a_provider_and_out_there(
    page: Page, serve: Callable[[Any], int], tmp_path: Path
) -> None:
    """Over both servers, under a policy that lets forms lead nowhere else."""
    (tmp_path / "site").mkdir()
    port = provider.free_port()
    issuer = f"http://127.0.0.1:{port}/o"
    oidc = {
        "issuer": issuer, "client_id": provider.CLIENT, "client_secret": provider.SECRET,
        "name_claim": "preferred_username",
    }  # fmt: skip
    site = f"http://127.0.0.1:{serve(make_app(tmp_path / 'site', oidc=oidc))}"
    with provider.running(tmp_path, port, site):
        page.goto(f"{site}/desk")
        page.locator("input[name=username]").fill("ada")
        page.locator("input[name=password]").fill("lovelace")
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{site}/desk")
        expect(page.get_by_role("heading")).to_have_text("Hello ada")

        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{issuer}/logout/**")
        page.locator("input[name=allow]").click()
        expect(page).to_have_url(f"{site}/")
        page.goto(f"{site}/desk")
        expect(page.locator("input[name=username]")).to_be_visible()
