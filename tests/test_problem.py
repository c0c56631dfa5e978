"""Errors in the form that a client reads: pages, problem details (RFC 9457), a few lines of text."""

import json

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import NotFound

PROBLEM, HTML, TEXT = "application/problem+json", "text/html; charset=utf-8", "text/plain; charset=utf-8"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


class Things(Controller):
    name = "things"

    def wrong(self):
        raise NotFound("Two <things> are missing.", errors={"title": ["is missing"], "price": ["is too low"]})

    def sent(self):
        return {"got": self.request.json}


def make_app(root, page="page"):
    (root / "page.mako").write_text("page of ${status}")
    (root / "broken.mako").write_text("${absent}")
    mapper = Mapper()
    mapper.connect("/wrong{.format:json|html|csv}", controller=Things, action="wrong")
    mapper.connect("/sent", controller=Things, action="sent")
    return Application(mapper, site=Config({"tools.mako": {"directories": ["."], "error_page": page}}, root=root))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, HTML),
        ("", HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        ("text/html", HTML),
        ("text/*", HTML),
        ("text/html;q=0.2, */*;q=0.1", HTML),
        ("application/json", PROBLEM),
        ("application/problem+json", PROBLEM),
        ("application/json, text/plain, */*", PROBLEM),
        ("application/json;q=0.9, text/html;q=0.8", PROBLEM),
        ("application/json;q=0.8, text/html;q=0.9", HTML),
        ("application/*", PROBLEM),
        ("application/vnd.api+json", PROBLEM),
        ("application/hal+json;q=0.5", PROBLEM),
        ("APPLICATION/JSON", PROBLEM),
        ("text/html;q=0, application/json", PROBLEM),
        ("text/plain", TEXT),
        ("text/plain, */*;q=0.1", TEXT),
        ("text/plain;q=0.5, text/html", HTML),
        ("image/png", TEXT),
        ("image/avif,image/webp,image/*,*/*;q=0.8", HTML),
        ("text/css,*/*;q=0.1", HTML),
        ("application/xml", TEXT),
        ("text/html;q=0", TEXT),
        ("*/*;q=0", TEXT),
        ("not an accept header", HTML),
        ("text/html;q=bad", HTML),
        (",,,", HTML),
        ("x" * 20_000, HTML),
    ],
)
def test_everyone_gets_the_error_in_a_form_they_read(tmp_path, accept, kind):
    """HTML for browsers, problem details for programs, a few lines for everybody else."""
    app = make_app(tmp_path)

    answer = ask(app, "/wrong", headers={} if accept is None else {"Accept": accept})

    assert (answer.status, answer.headers["Content-Type"]) == (404, kind)
    assert answer.headers["Vary"] == "Accept"


def test_a_problem_says_all_that_is_known(tmp_path):
    """RFC 9457, section 3.1, with one member more: what is wrong with which field."""
    answer = ask(make_app(tmp_path), "/wrong", headers={"Accept": "application/json"})

    assert json.loads(answer.text) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Two <things> are missing.",
        "errors": {"title": ["is missing"], "price": ["is too low"]},
    }


def test_the_lines_for_others_say_the_same(tmp_path):
    """Readable in a terminal."""
    answer = ask(make_app(tmp_path), "/wrong", headers={"Accept": "text/plain"})

    assert answer.text == "404 Not Found\nTwo <things> are missing.\ntitle: is missing\nprice: is too low\n"


@pytest.mark.parametrize(("format", "kind"), [("json", PROBLEM), ("csv", PROBLEM), ("html", HTML)])
def test_the_format_of_the_address_wins_over_accept(tmp_path, format, kind):
    """Who asks for `.json` gets a problem, who asks for `.html` a page."""
    app = make_app(tmp_path)
    accept = "application/json" if format == "html" else "text/html"

    assert ask(app, f"/wrong.{format}", headers={"Accept": accept}).headers["Content-Type"] == kind


def test_who_sends_json_and_takes_anything_gets_a_problem(tmp_path):
    """As curl and many libraries do."""
    app = make_app(tmp_path)

    answer = ask(app, "/sent", method="POST", body=b"{", content_type="application/json", headers={"Accept": "*/*"})

    assert (answer.status, answer.headers["Content-Type"]) == (400, PROBLEM)


def test_programs_never_see_a_page_of_errors(tmp_path):
    """Not even a broken one."""
    answer = ask(make_app(tmp_path, "broken"), "/wrong", headers={"Accept": "application/json"})

    assert answer.headers["Content-Type"] == PROBLEM
