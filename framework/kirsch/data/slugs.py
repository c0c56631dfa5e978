"""Slugs: a title as a part of a URL."""

import re
import unicodedata
from collections.abc import Callable

from sqlalchemy.engine.default import DefaultExecutionContext

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})


def slug(text: str, longest: int = 100) -> str:
    """`Crème brûlée, warm` as `creme-brulee-warm`; `item` where no letter or digit is left."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    words = re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one)))
    return "-".join(words)[:longest].strip("-") or "item"


def slug_of(column: str, longest: int = 100) -> Callable[[DefaultExecutionContext], str]:
    """The default of a slug's column: made from the value of another *column* when none is given."""

    def made(context: DefaultExecutionContext) -> str:
        values = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return slug(str(values.get(column) or ""), longest)

    return made
