"""Languages beside other tools, and for many visitors at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper

CATALOGUE = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "word"\nmsgstr "{word}"\n\n'
    'msgid "There is nothing at this address."\nmsgstr "({word})"\n'
)
WORDS = {"de": "Wort", "fr": "mot", "it": "parola"}
TEMPLATES = {
    "mako": {"page": '${_("word")} ${made}', "error": "${_(detail)}"},
    "jinja": {"page": '{{ _("word") }} {{ made }}', "error": "{{ _(detail) }}"},
}


class Pages(Controller):
    name = "pages"
    made = 0

    def page_of_words(self):
        Pages.made += 1
        return self.page("page", made=Pages.made)

    def streamed(self):
        return self.stream_page("page", made=0)


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


def make_app(root, engine, **tools):
    for language, word in WORDS.items():
        folder = root / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(CATALOGUE.format(word=word))
    for name, text in TEMPLATES[engine].items():
        (root / f"{name}.{engine}").write_text(text)
    mapper = Mapper()
    mapper.connect("/page", controller=Pages, action="page_of_words")
    mapper.connect("/streamed", controller=Pages, action="streamed")
    settings = {
        engine: {"directories": ["."], "error_page": "error"},
        "translation": {"languages": ["en", *WORDS], "reload": True},
    }
    return Application(mapper, site=Config({"tools": settings | tools}, root=root))


def said(app, language, path="/page"):
    return ask(app, path, headers={"Accept-Language": language})


def test_many_visitors_at_once_each_read_their_own_language(engine, tmp_path):
    """What one request says is never said by another, streamed or not."""
    app = make_app(tmp_path, engine)
    asked = [(language, path) for path in ("/page", "/streamed") for language in WORDS] * 50

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda one: said(app, *one), asked))

    heard = [(answer.text.split()[0], answer.headers["Content-Language"]) for answer in answers]
    assert heard == [(WORDS[language], language) for language, _ in asked]


def test_a_kept_page_is_kept_for_each_language(engine, tmp_path):
    """Whoever comes second in a language gets the page of the first; nobody gets another one's."""
    app = make_app(tmp_path, engine, caching={"seconds": 60})

    first = {language: said(app, language).text for language in WORDS}
    second = {language: said(app, language).text for language in WORDS}

    assert first == second
    assert {language: text.split()[0] for language, text in second.items()} == WORDS


def test_pages_of_errors_are_translated(engine, tmp_path):
    """They are templates like others, and the usual sentences are texts."""
    app = make_app(tmp_path, engine)

    answer = said(app, "de", "/nowhere")

    assert (answer.status, answer.text) == (404, "(Wort)")
    assert answer.headers["Content-Language"] == "de"
