"""A walk through the demo, as somebody would show it to a customer."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def headed(page: Page, text: str) -> None:
    """Wait until the page has this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def counts(page: Page, pattern: str) -> None:
    """Wait until the list says which rows it shows."""
    expect(page.locator("table caption")).to_have_text(re.compile(pattern))


def says(page: Page, text: str) -> None:
    """Wait until the page's content holds this text."""
    expect(page.locator("main")).to_contain_text(text)


def names(page: Page) -> list[str]:
    """The first cells of the rows shown."""
    return page.locator("tbody th").all_inner_texts()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def save(page: Page) -> None:
    page.locator("form.sheet button").click()


def test_the_start_page_leads_to_every_table(visit, scripts):
    """The navigation shows what the database holds, and says where one is."""
    page = visit("/", java_script_enabled=scripts)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Countries", exact=True).click()

    headed(page, "Countries")
    expect(page.locator(".menu a[aria-current=page]")).to_have_text("Countries")


def test_a_list_is_searched_sorted_and_paged(visit, scripts):
    """All by links and one form, so that every state has an address."""
    page = visit("/subdivisions", java_script_enabled=scripts)
    counts(page, "^1–25 of 5,0")

    page.get_by_label("Search").fill("zür")
    press(page, "Search")
    counts(page, "^1–1 of 1 subdivision$")
    assert "Zürich" in page.locator("tbody").inner_text()

    follow(page, "Clear")
    counts(page, "^1–25 of 5,0")
    first = names(page)
    page.locator("thead").get_by_role("link", name="Name", exact=True).click()
    expect(page.locator("thead th[aria-sort=descending]")).to_have_text("Name")
    last = names(page)
    assert not set(first) & set(last)

    follow(page, "Next")
    counts(page, "^26–50 of 5,0")
    assert not set(last) & set(names(page))
    expect(page).to_have_title(re.compile("page 2"))

    follow(page, "Previous")
    counts(page, "^1–25 of 5,0")
    assert names(page) == last


def test_a_list_is_filtered(visit, scripts):
    """A filter narrows the list, and clearing it brings everything back."""
    page = visit("/languages", java_script_enabled=scripts)
    counts(page, "of 7,9")

    page.locator("form.find").get_by_label("Scope").select_option(value="macrolanguage")
    press(page, "Search")

    counts(page, "of 63 languages")
    follow(page, "Clear")
    counts(page, "of 7,9")


def test_nothing_found_is_said(visit, scripts):
    """An empty list has a way out of it."""
    page = visit("/countries?q=atlantis", java_script_enabled=scripts)

    says(page, "No country matches")
    follow(page, "Show all countries")
    counts(page, "of 249 countries")


def test_a_row_is_created_edited_and_deleted(visit, scripts):
    """First with an error that stands beside its field, then correctly; then changed; then gone."""
    page = visit("/currencies", java_script_enabled=scripts)
    code, number = ("QAA", "907") if scripts else ("QBB", "917")

    follow(page, "New currency")
    page.get_by_label("Alpha 3").fill("CHF")
    page.get_by_label("Name").fill("Taler")
    page.get_by_label("Numeric code").fill(number)
    save(page)
    wrong = page.get_by_label("Alpha 3")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{wrong.get_attribute('aria-describedby').split()[-1]}")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Taler")

    wrong.fill(code)
    save(page)
    headed(page, "Taler")
    expect(page.get_by_role("status")).to_contain_text("Taler")

    follow(page, "Edit")
    page.get_by_label("Name").fill("Taler & <Groschen>")
    save(page)
    headed(page, "Taler & <Groschen>")

    follow(page, "Delete")
    says(page, "Taler & <Groschen>")
    press(page, "Delete")
    expect(page.get_by_role("status")).to_contain_text("Taler")
    page.goto(f"/currencies?q={code}")
    says(page, "No currency matches")


def test_two_people_editing_one_row_do_not_overwrite_each_other(visit, scripts):
    """The second one sees both versions, and decides."""
    mine, theirs = (visit("/scripts/Runr/edit", java_script_enabled=scripts) for _ in range(2))

    theirs.get_by_label("Name").fill("Futhark")
    save(theirs)
    headed(theirs, "Futhark")
    mine.get_by_label("Name").fill("Runes")
    save(mine)

    expect(mine.locator("tr.differs")).to_contain_text("Runes")
    expect(mine.locator("tr.differs")).to_contain_text("Futhark")
    save(mine)
    headed(mine, "Runes")
    follow(mine, "Edit")
    mine.get_by_label("Name").fill("Runic")
    save(mine)
    headed(mine, "Runic")


def test_a_row_that_others_need_stays(visit, scripts):
    """The page says which rows those are, and leads to them."""
    page = visit("/countries/CH", java_script_enabled=scripts)

    follow(page, "Delete")
    headed(page, "Switzerland cannot be deleted")

    expect(page.locator(".relations")).to_contain_text("Subdivisions")
    follow(page, "Show all 26")
    counts(page, "of 26 subdivisions")


def test_the_currencies_of_a_country_are_ticked(visit, scripts):
    """A many-to-many relation is a list of boxes."""
    page = visit("/countries/LI/edit", java_script_enabled=scripts)
    facts = page.locator("dl.facts")

    page.get_by_role("group", name=re.compile("Currencies")).get_by_label("Euro", exact=True).check()
    save(page)
    expect(facts).to_contain_text("Swiss Franc")
    expect(facts).to_contain_text("Euro")

    follow(page, "Edit")
    page.get_by_role("group", name=re.compile("Currencies")).get_by_label("Euro", exact=True).uncheck()
    save(page)
    expect(facts).to_contain_text("Swiss Franc")
    expect(facts).not_to_contain_text("Euro")


def test_a_key_with_a_slash_has_an_address(visit):
    """Europe/Zurich can be seen and edited."""
    page = visit("/time_zones?q=zurich")

    follow(page, "Europe/Zurich")
    headed(page, "Europe/Zurich")
    follow(page, "Edit")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Europe/Zurich")


def test_what_is_not_there_looks_like_the_site(visit):
    """An error page has the site's frame and a way back."""
    page = visit("/countries/XX")

    headed(page, "Not Found")
    follow(page, "To the start page")
    expect(page).to_have_url(re.compile("/$"))


@pytest.mark.parametrize("path", ["/", "/countries", "/countries/CH", "/countries/CH/edit", "/countries/CH/delete"])
def test_a_page_fits_a_phone(visit, path):
    """Nothing lies beyond the edge."""
    page = visit(path, **PHONE)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_menu_opens_on_a_phone(visit, scripts):
    """The navigation is one touch away, and out of the way before."""
    page = visit("/countries", java_script_enabled=scripts, **PHONE)
    entry = page.get_by_role("navigation", name="Main").get_by_role("link", name="Subdivisions", exact=True)
    expect(entry).to_be_hidden()

    page.locator("summary").click()
    entry.click()

    headed(page, "Subdivisions")


def test_a_row_is_a_card_on_a_phone(visit):
    """Each value stands below the one before, under its name."""
    page = visit("/countries", **PHONE)

    boxes = [box for box in (cell.bounding_box() for cell in page.locator("tbody tr:first-child > *").all()) if box]

    assert len(boxes) > 3
    assert len({box["x"] for box in boxes}) == 1
    assert [box["y"] for box in boxes] == sorted({box["y"] for box in boxes})


def test_a_dark_screen_gets_a_dark_page(visit):
    """As the visitor's system wishes."""
    light, dark = (
        visit("/countries", color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    )

    assert light == "rgb(250, 248, 246)"
    assert dark == "rgb(21, 18, 19)"


def test_the_keyboard_skips_the_navigation(visit):
    """The first stop leads past it."""
    page = visit("/countries")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", ["/countries", "/subdivisions", "/languages", "/country_languages"])
def test_a_list_weighs_little(visit, path):
    """At most 60 KB and 4 requests for a first visit, headers counted."""
    page = visit("about:blank")
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: weight(request)}))

    page.goto(path, wait_until="networkidle")

    print(path, sizes)
    assert 2 <= len(sizes) <= 4
    assert sum(sizes.values()) <= 60_000


def weight(request: Request) -> int:
    """The bytes of a request's answer."""
    told = request.sizes()
    return told["responseBodySize"] + told["responseHeadersSize"]
