"""The pages of a resource: the same HTML from both engines, escaped, and usable without a mouse, a script or sight."""

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from kirsch.controller import Link as Entry
from kirsch.request import Request
from kirsch.tool import Setup
from kirsch.tools import load_tool
from resource_pages import NASTY, PAGES, form_page, list_page

Render = Callable[..., str]


def words(request: Request, **changes: Any) -> dict[str, Any]:
    """What a renderer gives every template, filled with things to show."""
    given: dict[str, Any] = {
        "request": request,
        "site": f"Shop {NASTY}",
        "url": lambda name, **_: f"/{name}",
        "csrf": lambda: Markup('<input type="hidden" name="csrf_token" value="t">'),
        "flash": lambda: [("success", f"Saved {NASTY}."), ("error", "Oh.")],
        "navigation": lambda: [Entry("Albums", "/albums?a=1&b=2", True), Entry(NASTY, "/artists")],
        "asset": lambda path: f"/static/{path}",
    }
    return given | changes


@pytest.fixture(params=["mako", "jinja"])
def render(request: pytest.FixtureRequest, tmp_path: Path) -> Render:
    """A function that renders a page with one engine."""
    return renderer(request.param, tmp_path)


def renderer(engine: str, root: Path) -> Render:
    kind = load_tool(engine)
    tool: Any = kind()
    tool.prepare(Setup(root=root, name="Shop"))

    def page(name: str, values: Mapping[str, Any], **changes: Any) -> str:
        return str(tool.page(name + kind.suffix, {**words(Request.blank("/"), **changes), **values}))

    return page


def plain(html: str) -> str:
    """*html* with white space made one, and none beside a tag."""
    return re.sub(r" ?(<[^>]*>) ?", r"\1", re.sub(r"\s+", " ", html)).replace("<", "\n<").strip()


class Outline(HTMLParser):
    """The elements of a page in order, with their attributes; complains about what is not closed."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute twice: {tag} {names}"
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"closed in the wrong place: {tag}"

    def named(self, *tags: str) -> Iterator[dict[str, str | None]]:
        return (attributes for tag, attributes in self.elements if tag in tags)


@pytest.mark.parametrize("name", PAGES)
def test_both_engines_give_the_same_page(name, tmp_path):
    """Whoever changes engines sees no difference."""
    template, values = PAGES[name]

    pages = [plain(renderer(engine, tmp_path)(template, values)) for engine in ("mako", "jinja")]

    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", PAGES)
def test_text_never_becomes_markup(render, name):
    """Whatever a row, a title or a message holds is shown as it is."""
    html = render(*PAGES[name])

    assert "<script" not in html
    assert "&amp;lt;" not in html
    assert "&lt;script&gt;" in html
    assert "None" not in html.replace(">None<", "").replace("None ", "").replace("None yet", "").replace(">None:", "")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_well_formed_and_has_an_outline(render, name):
    """One h1, one main, a language, a title, a way past the navigation; every id only once."""
    page = Outline(render(*PAGES[name]))

    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [len(list(page.named(tag))) for tag in ("h1", "main", "title")] == [1, 1, 1]
    assert next(page.named("html"))["lang"] == "en"
    assert "#content" in [link.get("href") for link in page.named("a")]
    assert "content" in ids


@pytest.mark.parametrize("name", PAGES)
def test_every_input_has_a_label(render, name):
    """By a label's `for`, or by standing inside one."""
    html = render(*PAGES[name])
    page = Outline(html)

    labelled = {label["for"] for label in page.named("label") if "for" in label}
    inside = set(re.findall(r"<label><input[^>]* value=\"([^\"]*)\"", html))

    for field in page.named("input", "select", "textarea"):
        if field.get("type") != "hidden" and field.get("id") not in labelled:
            assert field["type"] == "checkbox"
            assert inside


@pytest.mark.parametrize("name", PAGES)
def test_what_describes_a_field_is_there(render, name):
    """Every aria-describedby, link within the page and datalist leads to an id."""
    page = Outline(render(*PAGES[name]))
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}

    wanted = {word for _, attributes in page.elements for word in (attributes.get("aria-describedby") or "").split()}
    wanted |= {(link["href"] or "")[1:] for link in page.named("a") if (link["href"] or "").startswith("#")}
    wanted |= {field["list"] for field in page.named("input") if field.get("list")}

    assert wanted <= ids


def test_a_wrong_field_says_so(render):
    """The error stands beside it, is read out with it, and is linked from the top."""
    html = render("crud/form", {"page": form_page()})
    page = Outline(html)

    field = next(one for one in page.named("input") if one.get("id") == "field-text_wrong")

    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "field-text_wrong-help field-text_wrong-error"
    assert 'href="#field-text_wrong"' in html
    assert "<title>Error: Edit One" in html


def test_a_list_says_how_it_is_sorted_and_where_it_stands(render):
    """For those who hear the page."""
    page = Outline(render("crud/list", {"page": list_page()}))

    heads = [head for head in page.named("th") if head.get("scope") == "col"]

    assert [head.get("aria-sort") for head in heads][:2] == ["ascending", None]
    assert [link["href"] for link in page.named("a") if link.get("aria-current")] == [
        "/albums?a=1&b=2",
        "/albums?page=4",
    ]
    assert len(list(page.named("caption"))) == 1


def test_every_form_that_changes_something_carries_the_token(render):
    """CSRF protection needs it in each."""
    for name in ("form", "delete", "conflict"):
        html = render(*PAGES[name])
        assert html.count('method="post"') == html.count('name="csrf_token"') == 1


def test_a_site_without_navigation_has_no_menu(render):
    """An empty menu would only be in the way."""
    html = render(*PAGES["show"], navigation=list, flash=list)

    assert "<details" not in html
    assert 'class="flash' not in html


def test_a_row_that_begins_with_a_reference_is_opened_beside_it(render):
    """A reference leads to what it names, so the row itself has a link of its own."""
    page = Outline(render("crud/list", {"page": list_page()}))

    links = [link["href"] for link in page.named("a")]

    assert (links.count("/albums/3"), links.count("/albums/1")) == (1, 1)
