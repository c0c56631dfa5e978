"""Insertions by syntax tree: the line is where it belongs, and nothing else has moved."""

import pytest

from kirsch_scaffold.inserting import NoPlace, add_import, add_model, add_relation, add_route, add_typing_import

ROUTES = '''"""Routes."""

from kirsch import Mapper


def make_mapper() -> Mapper:
    routes = Mapper()   # ours
    routes.connect("home", "/")

    return routes
'''
MODEL = '''"""An author."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base


class Author(Base):
    """An author."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)  # the key


def helper() -> None:
    """Something of the user's."""
'''
LINE = '    posts: Mapped[list["Post"]] = relationship(back_populates="author")'


def test_a_route_stands_before_the_return() -> None:
    """By the name that the mapper has there."""
    assert add_route(ROUTES, "post", "posts") == ROUTES.replace(
        "    return routes\n", '    routes.resource("post", "posts")\n    return routes\n'
    )


def test_a_route_that_is_there_is_not_added_twice() -> None:
    """However it is written."""
    once = ROUTES.replace("    return", "    routes.resource( 'post' , 'posts' )\n    return")

    assert add_route(once, "post", "posts") == once


def test_windows_line_ends_stay() -> None:
    """A file keeps its kind of lines."""
    changed = add_route(ROUTES.replace("\n", "\r\n"), "post", "posts")

    assert changed.replace("\r\n", "").count("\n") == 0


def test_without_make_mapper_there_is_no_place() -> None:
    """The error says what was looked for."""
    with pytest.raises(NoPlace, match="make_mapper"):
        add_route("mapper = None\n", "post", "posts")


def test_a_relation_stands_at_the_end_of_its_class() -> None:
    """With the imports that it needs, and everything else where it was."""
    changed = add_typing_import(add_relation(MODEL, "Author", "posts", LINE), "shop.models.post", "Post")

    assert changed == (
        MODEL.replace("import Mapped, mapped_column\n", "import Mapped, mapped_column, relationship\n")
        .replace("\nimport sqlalchemy", "\nfrom typing import TYPE_CHECKING\n\nimport sqlalchemy")
        .replace("import Base\n", "import Base\n\nif TYPE_CHECKING:\n    from shop.models.post import Post\n")
        .replace("# the key\n", f"# the key\n\n{LINE}\n")
    )


def test_a_second_relation_joins_the_first() -> None:
    """One block of typing imports, in order, and no blank line between relations."""
    first = add_typing_import(add_relation(MODEL, "Author", "posts", LINE), "shop.models.post", "Post")

    second = add_relation(first, "Author", "books", LINE.replace("posts", "books"))
    second = add_typing_import(second, "shop.models.book", "Book")

    assert "    from shop.models.book import Book\n    from shop.models.post import Post\n" in second
    assert f"{LINE}\n{LINE.replace('posts', 'books')}\n" in second
    assert add_relation(second, "Author", "books", "") == second


def test_a_model_joins_the_imports_and_the_list_of_names() -> None:
    """Both stay sorted."""
    text = 'from shop.models.base import Base\nfrom shop.models.tag import Tag\n\n__all__ = ["Base", "Tag"]\n'

    changed = add_model(text, "shop", "post", "Post")

    assert changed == (
        "from shop.models.base import Base\nfrom shop.models.post import Post\n"
        'from shop.models.tag import Tag\n\n__all__ = ["Base", "Post", "Tag"]\n'
    )
    assert add_model(changed, "shop", "post", "Post") == changed


def test_an_import_finds_its_group() -> None:
    """Python's own first, then libraries, then the project."""
    text = add_import("import os\n\nfrom shop.a import A\n", "typing", "Any")

    assert text == "import os\nfrom typing import Any\n\nfrom shop.a import A\n"
