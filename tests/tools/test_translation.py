"""Every visitor gets the site in a language of theirs: texts, dates and numbers, by Mako, by Jinja and in code."""

import io
import os

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.testing import Client
from kirsch.translation import N_

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
GERMAN = HEAD.format(forms="nplurals=2; plural=(n != 1);") + (
    'msgid "Welcome, %(who)s"\nmsgstr "Willkommen, %(who)s"\n\n'
    'msgid "one <book>"\nmsgid_plural "%(num)s <books>"\nmsgstr[0] "ein <Buch>"\nmsgstr[1] "%(num)s <Bücher>"\n\n'
    'msgctxt "month"\nmsgid "May"\nmsgstr "Mai"\n\nmsgid "May"\nmsgstr "Dürfen"\n\n'
    'msgid "Read <b>%(what)s</b>."\nmsgstr "<b>%(what)s</b> lesen."\n\n'
    'msgid "Hello, %(name)s"\nmsgstr "Hallo, %(nmae)s"\n\n'
    'msgid "Books"\nmsgstr "Bücher"\n\nmsgid "100% sure"\nmsgstr "100% sicher"\n'
)
AUSTRIAN = HEAD.format(forms="nplurals=2; plural=(n != 1);") + (
    'msgid "Welcome, %(who)s"\nmsgstr "Grüß Gott, %(who)s"\n'
)
POLISH = HEAD.format(forms="nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);") + (
    'msgid "one <book>"\nmsgid_plural "%(num)s <books>"\n'
    'msgstr[0] "jedna"\nmsgstr[1] "%(num)s ksiazki"\nmsgstr[2] "%(num)s ksiazek"\n'
)
TEXTS = {
    "mako": '${_("Welcome, %(who)s", who=who)}|${ngettext("one <book>", "%(num)s <books>", count)}|'
    '${pgettext("month", "May")}|${_("May")}|${_("100% sure")}|${_(later)}|${locale().language}|${locale().direction}|'
    "${[link.label for link in navigation()][0]}",
    "jinja": '{{ _("Welcome, %(who)s", who=who) }}|{{ ngettext("one <book>", "%(num)s <books>", count) }}|'
    '{{ pgettext("month", "May") }}|{{ _("May") }}|{{ _("100% sure") }}|{{ _(later) }}|{{ locale().language }}|'
    "{{ locale().direction }}|{{ navigation()[0].label }}",
}
BOOKS = N_("Books")


class Books(Controller):
    name = "books"
    label = BOOKS

    def index(self, count: int = 1, who: str = "Ada", language: str = ""):
        return {"who": who, "count": count, "later": BOOKS}

    def code(self):
        return f"{self._('Books')} {self.gettext('May')} {self.ngettext('one <book>', '%(num)s <books>', 4)}"

    def plain(self):
        return "nothing to translate"

    def choose(self, to: str):
        self.request.take("translations").keep(to)
        return self._("Books")

    def wrong(self):
        return self._("Hello, %(name)s", name="Ada")

    def trans(self):
        return self.page("trans", what="<x>", count=3)


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


def write_catalogues(root, compiled=True):
    for language, text in {"de": GERMAN, "de_AT": AUSTRIAN, "pl": POLISH}.items():
        folder = root / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "messages.po").write_text(text, encoding="utf-8")
        if compiled:
            with (folder / "messages.mo").open("wb") as file:
                write_mo(file, read_po(io.BytesIO(text.encode()), locale=language))


def make_app(root, engine="jinja", *, prefix="", sessions=False, **options):
    if not (root / "locale").exists():
        write_catalogues(root)
    (root / "pages" / "books").mkdir(parents=True, exist_ok=True)
    (root / "pages" / "books" / f"index.{engine}").write_text(TEXTS[engine])
    (root / "pages" / "trans.jinja").write_text(
        "{% trans %}Read <b>{{ what }}</b>.{% endtrans %}|{% trans count %}one <book>{% pluralize %}{{ count }} <books>"
        '{% endtrans %}|{% trans "month" %}May{% endtrans %}|{% trans %}100% sure{% endtrans %}|'
        '{% trans name="Ada" %}Hello, {{ name }}{% endtrans %}'
    )
    mapper = Mapper()
    mapper.connect("books", f"{prefix}/", controller=Books, action="index")
    for action in ("code", "plain", "choose", "wrong", "trans"):
        mapper.connect(f"/{action}", controller=Books, action=action)
    settings = {
        "site.secret_key": "0123456789abcdef",
        f"tools.{engine}.directories": ["pages"],
        "tools.translation": {"languages": ["en", "de", "de-AT", "pl"]} | options,
    }
    if sessions:
        settings["tools.sessions"] = {}
    return Application(mapper, site=Config(settings, root=root))


def said(app, path, language=None, **headers):
    return ask(app, path, headers=({"Accept-Language": language} if language else {}) | headers)


def test_a_page_is_in_the_language_that_the_browser_prefers(engine, tmp_path):
    """Values are filled in and escaped with the text, plurals chosen, contexts told apart."""
    app = make_app(tmp_path, engine)

    german = said(app, "/?count=3&who=%3CAda%3E", "de;q=0.9, fr")
    english = said(app, "/?count=1&who=%3CAda%3E")

    assert german.text == ("Willkommen, &lt;Ada&gt;|3 &lt;Bücher&gt;|Mai|Dürfen|100% sicher|Bücher|de|ltr|Bücher")
    assert english.text == "Welcome, &lt;Ada&gt;|one &lt;book&gt;|May|May|100% sure|Books|en|ltr|Books"
    assert (german.headers["Content-Language"], english.headers["Content-Language"]) == ("de", "en")


@pytest.mark.parametrize(
    ("count", "text"), [(1, "jedna"), (2, "2 ksiazki"), (5, "5 ksiazek"), (12, "12 ksiazek"), (22, "22 ksiazki")]
)
def test_plurals_follow_the_language(engine, tmp_path, count, text):
    """Polish has three."""
    assert f"|{text}|" in said(make_app(tmp_path, engine), f"/?count={count}", "pl").text


def test_a_country_has_its_own_words_and_those_of_its_language(engine, tmp_path):
    """What de-AT does not say, de does."""
    text = said(make_app(tmp_path, engine), "/", "de-AT").text

    assert text.startswith("Grüß Gott, Ada|ein &lt;Buch&gt;|")


def test_trans_blocks_of_jinja_may_hold_markup(tmp_path):
    """Their text is part of the template; the values in it are escaped, and per cent signs are themselves."""
    app = make_app(tmp_path)

    assert said(app, "/trans", "de").text == "<b>&lt;x&gt;</b> lesen.|3 <Bücher>|Mai|100% sicher|Hello, Ada"
    assert said(app, "/trans").text == "Read <b>&lt;x&gt;</b>.|3 <books>|May|100% sure|Hello, Ada"


def test_code_translates_as_templates_do(tmp_path):
    """`self._`, `self.gettext`, `self.ngettext`."""
    assert said(make_app(tmp_path), "/code", "de").text == "Bücher Dürfen 4 <Bücher>"


def test_without_the_tool_texts_are_as_they_are(tmp_path):
    """In code, too."""
    mapper = Mapper()
    mapper.connect("/code", controller=Books, action="code")

    assert ask(Application(mapper), "/code").text == "Books May 4 <books>"


def test_an_answer_says_what_its_language_depends_on(tmp_path):
    """So that no cache gives it to who speaks another one."""
    client = Client(make_app(tmp_path))

    answer = client.get("/code", headers={"Accept-Language": "de"})
    plain = client.get("/plain", headers={"Accept-Language": "de"})

    assert answer.headers["Vary"] == "Cookie, Accept-Language"
    assert "Content-Language" not in plain.headers
    assert "Vary" not in plain.headers


def test_the_address_may_name_the_language(engine, tmp_path):
    """It wins over everything else, and the answer depends on nothing else."""
    app = make_app(tmp_path, engine, prefix="/{language}")

    answer = said(app, "/pl/", "de", Cookie="language=de")

    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == ("pl", "Accept")


@pytest.mark.parametrize("language", ["fr", "DE", "de-CH", "..", "%00", "en%0d%0aX: y"])
def test_an_address_in_another_language_is_not_there(tmp_path, language):
    """404 with the languages that are."""
    answer = said(make_app(tmp_path, prefix="/{language}"), f"/{language}/", Accept="text/plain")

    assert answer.status in (400, 404)
    assert answer.status == 400 or "This site speaks en, de, de-AT, pl." in answer.text


def test_a_chosen_language_stays(tmp_path):
    """In a cookie, which wins over the browser's own."""
    client = Client(make_app(tmp_path))

    chosen = client.get("/choose?to=pl", headers={"Accept-Language": "de"})

    assert chosen.headers["Set-Cookie"].startswith("language=pl; ")
    assert "Max-Age=31536000" in chosen.headers["Set-Cookie"]
    assert client.get("/code", headers={"Accept-Language": "de"}).headers["Content-Language"] == "pl"


def test_a_chosen_language_stays_in_the_session(tmp_path):
    """Where the site keeps one."""
    client = Client(make_app(tmp_path, sessions=True, session=True))

    chosen = client.get("/choose?to=de")

    assert "language=" not in chosen.headers["Set-Cookie"]
    assert client.get("/code").text.startswith("Bücher")


def test_a_session_that_is_not_there_is_said_at_start(tmp_path):
    """Not at the first visit."""
    with pytest.raises(ConfigError, match=r"tools.translation needs tools.sessions, which keeps the language"):
        make_app(tmp_path, session=True)


@pytest.mark.parametrize("cookie", ["fr", "../../etc", "", "de\x01", "x" * 4000, "DE"])
def test_a_cookie_that_names_no_language_counts_as_none(tmp_path, cookie):
    """Whatever somebody put into it."""
    answer = said(make_app(tmp_path), "/code", "de", Cookie=f"language={cookie}")

    assert (answer.status, answer.headers["Content-Language"]) == (200, "de")


def test_a_choice_that_the_site_does_not_speak_is_refused(tmp_path, caplog):
    """It is for the action to check."""
    assert said(make_app(tmp_path), "/choose?to=fr").status == 500
    assert "The site does not speak 'fr'; it speaks en, de, de-AT, pl." in caplog.text


def test_a_translation_with_a_wrong_place_gives_way_to_the_text(tmp_path, caplog):
    """A slip of a translator is no error page in one language."""
    assert said(make_app(tmp_path), "/wrong", "de").text == "Hello, Ada"
    assert "'Hallo, %(nmae)s'" in caplog.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"languages": []}, "languages is empty"),
        ({"languages": ["xx-YY"]}, r"languages has 'xx-YY', which is none. Write it as \"de\" or \"pt-BR\"."),
        ({"languages": ["../de"]}, "languages has '../de', which is none"),
        (
            {"languages": ["en", "fr"]},
            "languages has 'fr', but there is no fr/LC_MESSAGES/messages.mo in locale. Run: pybabel",
        ),
        (
            {"directories": []},
            r"directories is empty, so there is nothing in 'de'. Set it: directories = \[\"locale\"\]",
        ),
        ({"timezone": "Mars/Olympus"}, "timezone is 'Mars/Olympus', which is none"),
        ({"directories": ["nowhere"]}, "The folder 'nowhere' does not exist"),
        ({"domain": "other"}, "languages has 'de', but there is no de/LC_MESSAGES/other.mo"),
    ],
)
def test_a_mistake_is_said_at_start(tmp_path, options, words):
    """A missing catalogue among them, with the command that makes it."""
    with pytest.raises(ConfigError, match=words):
        make_app(tmp_path, **options)


def test_a_broken_catalogue_is_said_at_start(tmp_path):
    """With its path."""
    write_catalogues(tmp_path)
    (tmp_path / "locale" / "de" / "LC_MESSAGES" / "messages.mo").write_bytes(b"no catalogue")

    with pytest.raises(ConfigError, match=r"The catalogue .*messages.mo cannot be read"):
        make_app(tmp_path)


def test_while_a_site_is_developed_catalogues_are_read_anew(tmp_path):
    """The texts themselves, before anybody compiles them."""
    write_catalogues(tmp_path, compiled=False)
    app = make_app(tmp_path, reload=True)
    before = said(app, "/code", "de").text
    path = tmp_path / "locale" / "de" / "LC_MESSAGES" / "messages.po"
    path.write_text(GERMAN.replace('"Bücher"', '"Schmöker"'), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))

    assert (before.split()[0], said(app, "/code", "de").text.split()[0]) == ("Bücher", "Schmöker")


def test_the_site_wins_over_a_library(tmp_path):
    """Folders are asked in their order, text by text."""
    write_catalogues(tmp_path)
    own = tmp_path / "own" / "de" / "LC_MESSAGES"
    own.mkdir(parents=True)
    text = HEAD.format(forms="nplurals=2; plural=(n != 1);") + 'msgid "Books"\nmsgstr "Werke"\n'
    with (own / "messages.mo").open("wb") as file:
        write_mo(file, read_po(io.BytesIO(text.encode())))

    app = make_app(tmp_path, directories=["own", "locale"])

    assert said(app, "/code", "de").text == "Werke Dürfen 4 <Bücher>"
