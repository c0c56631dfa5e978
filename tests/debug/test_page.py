"""The page developers see of an unexpected error."""

import pytest

from kirsch import Application, Config, Controller, Mapper
from kirsch.debug import debug_page
from kirsch.request import Request
from kirsch.testing import Client


class Shop(Controller):
    """Fails in every way."""

    def index(self) -> str:
        article = "<b>shoes</b>"
        raise LookupError(f"no {article}")

    def chained(self) -> str:
        try:
            return {}["price"]
        except KeyError as error:
            raise ValueError("no price") from error

    def show(self) -> dict[str, object]:
        return {"article": None}

    def buy(self, amount: int = 1, password: str = "") -> str:
        raise RuntimeError("sold out")


@pytest.fixture
def shop(tmp_path):
    """A function that makes a site in development, with a renderer if asked, and a client for it."""
    made = []

    def make(renderer=None, template="") -> Client:
        mapper = Mapper()
        for action in ("index", "chained", "show", "buy"):
            mapper.connect(f"/{action}", controller=Shop, action=action)
        settings = {"site": {"debug": True}}
        if renderer:
            (tmp_path / "shop").mkdir()
            (tmp_path / "shop" / f"show.{renderer}").write_text(template)
            settings["tools"] = {renderer: {"directories": ["."]}}
        application = Application(mapper, [Shop], settings, Config(root=tmp_path))
        application.debug_page = debug_page
        made.append(application)
        return Client(application)

    yield make
    for application in made:
        application.close()


def test_the_page_takes_nothing_from_elsewhere(shop):
    """No script runs in it, and its style does under whatever policy the site has."""
    policy = shop().get("/index").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_the_line_that_failed_is_shown_and_everything_is_escaped(shop):
    """The exception, the place and the lines around it, as text and never as markup."""
    answer = shop().get("/index")

    assert answer.status_code == 500
    assert "<b>LookupError</b>: no &lt;b&gt;shoes&lt;/b&gt;" in answer.text
    assert "raise LookupError(f&quot;no {article}&quot;)" in answer.text
    assert "test_page.py:" in answer.text
    assert "<b>shoes" not in answer.text


def test_causes_are_shown_too(shop):
    """An error raised from another names both."""
    text = shop().get("/chained").text

    assert "<b>ValueError</b>: no price" in text
    assert "because of <b>KeyError</b>: &#x27;price&#x27;" in text


@pytest.mark.parametrize(
    ("renderer", "template", "failing"),
    [
        ("mako", "<p>first</p>\n<p>${article.price}</p>\n", "${article.price}"),
        ("jinja", "<p>first</p>\n<p>{{ article.price.net }}</p>\n", "{{ article.price.net }}"),
    ],
)
def test_a_failing_template_shows_its_own_line(shop, renderer, template, failing):
    """Not that of the code the engine made of it."""
    text = shop(renderer, template).get("/show").text

    assert f"show.{renderer}:2 <span>template</span>" in text
    assert f"<code class=at><i>2</i>&lt;p&gt;{failing}&lt;/p&gt;</code>" in text


@pytest.mark.parametrize(("renderer", "template"), [("mako", "<p>\n<% if %>\n"), ("jinja", "<p>\n{% if %}\n")])
def test_a_template_that_cannot_be_compiled_shows_where(shop, renderer, template):
    """The line of the template is marked."""
    text = shop(renderer, template).get("/show").text

    assert f"show.{renderer}:2 <span>template</span>" in text
    assert "<code class=at><i>2</i>" in text


def test_secrets_are_left_out(shop):
    """Names that speak of secrets keep their values to themselves; harmless ones are shown."""
    headers = {"Authorization": "Bearer s1", "Cookie": "session=s2", "X-Api-Key": "s3", "X-Colour": "green"}

    text = shop().post("/buy?csrf_token=s4&size=44", data={"password": "s5", "amount": "7"}, headers=headers).text

    assert [secret for secret in ("s1", "s2", "s3", "s4", "s5") if secret in text.replace("sans", "")] == []
    assert "<td>green</td>" in text
    assert "<td>44</td>" in text
    assert "<tr><th>amount</th><td>7</td></tr>" in text


def test_programs_get_problem_details(shop):
    """The page is for people."""
    answer = shop().get("/index", headers={"Accept": "application/json"})

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "shoes" not in answer.text


def test_a_syntax_error_shows_the_file_it_is_in(tmp_path):
    """Though no frame lies in a file that cannot be compiled."""
    path = tmp_path / "broken.py"
    path.write_text("fine = 1\ndef broken(:\n")

    with pytest.raises(SyntaxError) as caught:
        compile(path.read_text(), str(path), "exec")
    text = debug_page(Request.blank("/"), caught.value, "17")

    assert "<code class=at><i>2</i>def broken(:</code>" in text
    assert "in the log as 17" in text


def test_odd_paths_and_notes_are_shown(tmp_path):
    """Bytes that are no UTF-8 do not break the page; notes of the exception stand under its name."""
    error = ValueError("odd")
    error.add_note("see <the manual>")

    text = debug_page(Request.blank("/%ff%e2%82%ac?a=%ff"), error, "17")

    assert "\ufffd€" in text
    assert "see &lt;the manual&gt;" in text
