"""Names: from tables and words of the command line to classes, attributes, routes, projects."""

import pytest

from kirsch.crud import words
from kirsch_scaffold import names


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("book", "books"),
        ("category", "categories"),
        ("box", "boxes"),
        ("person", "people"),
        ("order_line", "order_lines"),
        ("status", "statuses"),
        ("bus", "buses"),
        ("day", "days"),
        ("movie", "movies"),
        ("address", "addresses"),
    ],
)
def test_plurals_go_there_and_back(one: str, many: str) -> None:
    """Only the last word changes, and the way back leads home."""
    assert (names.plural(one), names.singular(many), names.singular(one)) == (many, one, one)


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("author", "an"), ("book", "a"), ("user", "a"), ("unit price", "a"), ("unused item", "an"), ("hour", "an"),
        ("house", "a"), ("European", "a"), ("one", "a"), ("onion", "an"), ("umbrella", "an"), ("usher", "an"),
    ],
)  # fmt: skip
def test_articles_go_by_sound(word: str, article: str) -> None:
    """In what is generated as in what visitors are told."""
    assert names.with_article(word) == words.with_article(word) == f"{article} {word}"


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("Order Date", "order_date"),
        ("customerID", "customer_id"),
        ("class", "class_"),
        ("metadata", "metadata_"),
        ("2nd name", "c_2nd_name"),
        ("dt", "dt_"),
        ("str", "str_"),
        ("!", "column"),
    ],
)
def test_a_column_of_any_name_gets_a_legal_attribute(name: str, attribute: str) -> None:
    """No keyword, nothing that SQLAlchemy keeps, nothing that shadows what the module uses."""
    assert names.attribute_name(name) == attribute


def test_names_that_are_taken_get_a_number() -> None:
    """Two columns never become one attribute."""
    assert names.attribute_name("Name", {"name", "name_2"}) == "name_3"


@pytest.mark.parametrize(
    ("table", "class_name"),
    [("order lines", "OrderLine"), ("Base", "BaseRow"), ("1st", "T1st"), ("people", "Person"), ("news", "News")],
)
def test_a_table_of_any_name_gets_a_class(table: str, class_name: str) -> None:
    """In the singular, and never a name that the generated modules use."""
    assert names.class_name(table) == class_name


def test_the_routes_of_one_and_of_many_differ() -> None:
    """Words without a plural get another ending."""
    assert names.route_names("News") == ("news", "news_list")
    assert names.route_names("Album") == ("album", "albums")


@pytest.mark.parametrize(
    "name", ["1shop", "my-shop", "class", "json", "test", "site", "tests", "kirsch", "Shop", "_x", ""]
)
def test_a_project_cannot_have_every_name(name: str) -> None:
    """Names that would hide a module, or are none, are refused with the reason."""
    assert names.project_name_fault(name)


def test_a_plain_word_is_fine() -> None:
    """Most names simply work."""
    assert names.project_name_fault("my_shop2") == ""
