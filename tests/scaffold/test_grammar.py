"""Fields of a resource: what is understood, what is refused, and what a shell does to them on the way."""

import shutil
import subprocess
import sys

import pytest

from kirsch_scaffold.grammar import FieldErrors, parse

READ = "import sys; print('\\n'.join(sys.argv[1:]))"


def mistakes(*specs: str) -> str:
    """Everything that is wrong with the fields of a Post."""
    with pytest.raises(FieldErrors) as caught:
        parse(specs, "Post")
    return str(caught.value)


def test_a_field_says_its_kind_its_size_and_what_is_special() -> None:
    """Arguments and modifiers stand in any order after the kind; the default stands last."""
    title, price, status = parse(
        ["title:str:200:unique:search", "price:decimal:10,2:optional:min=0", "status:enum:draft,live=draft"], "Post"
    )

    assert (title.length, title.unique, title.search, title.optional) == (200, True, True, False)
    assert (price.precision, price.scale, price.optional, price.minimum) == (10, 2, True, "0")
    assert (status.choices, status.default_source) == (("draft", "live"), '"draft"')


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("a:string", "str"),
        ("a:integer", "int"),
        ("a:boolean", "bool"),
        ("a:references", "ref"),
        ("a:belongs_to", "ref"),
        ("a:timestamp", "datetime"),
        ("a:decimal{10,2}", "decimal"),
        ("a:INT", "int"),
    ],
)
def test_words_of_other_generators_are_understood(spec: str, kind: str) -> None:
    """Whoever comes from Rails, Phoenix or Django need not learn new words."""
    assert parse([spec], "Post")[0].kind == kind


def test_references_find_their_model_by_the_name_of_the_field() -> None:
    """`author:ref` is an Author, `tags:many` are Tags, `owner:ref:User` says it, `parent:self` is the model itself."""
    fields = parse(["author:ref", "tags:many", "owner:ref:User:setnull:optional", "parent:self"], "Post")

    assert [field.target for field in fields] == ["Author", "Tag", "User", "Post"]
    assert fields[2].on_delete == "SET NULL"


def test_names_are_written_as_python_writes_them() -> None:
    """`publishedOn` becomes `published_on`."""
    assert parse(["publishedOn:date"], "Post")[0].name == "published_on"


@pytest.mark.parametrize(
    ("spec", "source"),
    [
        ("a:bool=no", "False"),
        ("a:int:min=0=3", "3"),
        ("a:decimal:5,2=9.5", 'Decimal("9.50")'),
        ("a:str=it's: fine", '"it\'s: fine"'),
        ("a:date=today", "dt.date.today"),
        ("a:date=2026-02-28", "dt.date(2026, 2, 28)"),
        ("a:time=08:30", "dt.time(8, 30)"),
        ("a:datetime=now", "utc_now"),
        ("a:datetime=2026-01-31T08:30+02:00", "dt.datetime(2026, 1, 31, 6, 30)"),
        ("a:json={}", "dict"),
        ("a:json=[1]", "lambda: [1]"),
        ("a:uuid:unique=random", "uuid4"),
        ("a:url=https://example.org/?a=b", '"https://example.org/?a=b"'),
    ],
)
def test_defaults_become_python(spec: str, source: str) -> None:
    """A default is checked by its kind and written as source."""
    assert parse([spec], "Post")[0].default_source == source


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("title:strr", "there is no kind 'strr'. Did you mean 'str'?"),
        ("title:str:optinal", "str takes no 'optinal'. Did you mean 'optional'?"),
        ("title", "a field needs a kind, as in title:str"),
        ("title:str:", "nothing between two colons"),
        ("title:str=", "the default is empty"),
        ("class:str", "class is a word of the Python language"),
        ("metadata:json", "metadata means something else in a model"),
        ("registry:str", "registry means something else in a model"),
        ("id:int", "every model has an id already"),
        ("Größe:str", "is no name"),
        ("ok:bool:unique", "a yes or no cannot be unique"),
        ("body:text:unique", "use str"),
        ("n:int:search", "search looks in texts, not in int"),
        ("n:int:min=9:max=1", "max=1 is less than min=9"),
        ("n:int:min=few", "min=few is no number"),
        ("n:int:min=2=1", "1 is less than min=2"),
        ("n:decimal:2,2:min=1", "is in reach of"),
        ("n:decimal:2,10", "no size of a decimal"),
        ("n:int=3000000000", "too large for int"),
        ("title:str:3=long", "is longer than 3 characters"),
        ("title:str:9000", "use 1 to 4000, or text"),
        ("title:str:min=3", "a length is written str:80"),
        ("title:str:unique=x", "unique and a default contradict each other"),
        ("title:str:readonly", "must be optional or have a default"),
        ("status:enum", "an enum needs its values"),
        ("status:enum:draft", "an enum needs two values or more"),
        ("status:enum:a,b,a", "the enum names a twice"),
        ("status:enum:draft,live=gone", "'gone' is none of draft, live"),
        ("author:ref:setnull", "so it must be optional"),
        ("author:ref=1", "ref takes no default"),
        ("author:ref:Person:casade", "ref takes no 'casade'. Did you mean 'cascade'?"),
        ("tags:many:optional", "many is optional anyway"),
        ("word:password=secret", "password takes no default"),
        ("cover:image", "uploads come later"),
        ("paper:file", "use str for the path of the file"),
        ("slug:slug:titel", "there is no text field 'titel'"),
        ("ok:bool=no:index", "the default comes last: write ok:bool:index=no"),
    ],
)
def test_a_mistake_is_a_sentence_that_says_what_to_write(spec: str, sentence: str) -> None:
    """Nothing is guessed and nothing is ignored."""
    assert sentence in mistakes(spec)


def test_all_mistakes_come_at_once() -> None:
    """Who has made three mistakes reads three sentences."""
    told = mistakes("a:strr", "b:int=x", "good:str", "class:str")

    assert [line.split(":")[0] for line in told.splitlines()] == ["a", "b", "class"]


def test_two_fields_cannot_share_a_column() -> None:
    """A reference has a column with _id behind its name."""
    assert "the name is taken by author_id:int" in mistakes("author_id:int", "author:ref")
    assert "the name is taken by a:str" in mistakes("a:str", "a:int")


@pytest.mark.parametrize("shell", [shell for shell in ("bash", "dash", "zsh", "fish") if shutil.which(shell)])
def test_the_grammar_needs_no_quotes_in_any_shell(shell: str) -> None:
    """What is typed arrives as it was typed."""
    line = "title:str:200:unique price:decimal:10,2:optional:min=0=9.95 status:enum:draft,live=draft at:datetime=now"

    assert typed(shell, line) == line.split()


def typed(shell: str, line: str) -> list[str]:
    """The words that a program gets when somebody types the line into a shell."""
    done = subprocess.run(
        [shell, "-c", f'"{sys.executable}" -c "{READ}" {line}'], text=True, capture_output=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("price:decimal{10,2}", "your shell expanded the braces; write price:decimal:10,2"),
        ("price:decimal{10,2}:optional", "write price:decimal:10,2:optional"),
        ("status:enum{draft,live}", "write status:enum:draft,live"),
        ("status:enum:{draft,live}", "your shell expanded the braces; write status:enum:draft,live"),
        ("status:enum:{draft,live}:optional=live", "write status:enum:draft,live:optional=live"),
        ("price:decimal:{10,2}", "write price:decimal:10,2"),
        ("status:enum:draft, live", "a space cut the field in two; write status:enum:draft,live"),
        ("title:str[80]", "write title:str:80"),
        ("title:str?", "write title:str:optional"),
        ("title:string!:uniq", "write title:string:uniq"),
        ("'title:str(80)'", "write title:str:80"),
        ("title:str=$nothing", "your shell took a $variable away"),
    ],
)
def test_what_bash_breaks_is_recognised(line: str, sentence: str) -> None:
    """The sentence names the damage and the spelling that no shell touches."""
    assert sentence in mistakes(*typed("bash", line))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [("title:string!:uniq", "write title:string:uniq"), ("title:str[80]", "write title:str:80")],
)
def test_what_dash_passes_on_is_recognised(line: str, sentence: str) -> None:
    """Characters that dash leaves alone, and others do not, are refused all the same."""
    assert sentence in mistakes(*typed("dash", line))


def test_braces_that_dash_leaves_whole_are_understood() -> None:
    """Without brace expansion the muscle memory of Rails works."""
    field = parse(typed("dash", "price:decimal{10,2}"), "Post")[0]

    assert (field.precision, field.scale) == (10, 2)
