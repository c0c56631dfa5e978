"""Python source as a formatter leaves it: calls, strings and lists in 120 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH = 120


class Group(str):
    """An argument that is itself a mapping, list or call, and can be broken over lines."""

    start: str
    items: Sequence[str]
    end: str

    def __new__(cls, start: str, items: Sequence[str], end: str) -> Group:
        """The group as it reads on one line."""
        group = super().__new__(cls, f"{start}{', '.join(items)}{end}")
        group.start, group.items, group.end = start, items, end
        return group


def call(start: str, arguments: Sequence[str], end: str = ")", indent: int = 0) -> str:
    """`start` + arguments + `end` on one line, or the arguments on a line of their own, or one per line."""
    whole = f"{' ' * indent}{start}{', '.join(arguments)}{end}"
    return whole if len(whole) <= WIDTH else _broken(start, arguments, end, indent)


def listing(start: str, values: Sequence[str], end: str = "]", indent: int = 0) -> str:
    """A list or mapping: on one line if it fits, else one item per line, groups broken up further."""
    whole = f"{' ' * indent}{start}{', '.join(values)}{end}"
    return whole if len(whole) <= WIDTH else _spread(start, values, end, indent)


def _broken(start: str, arguments: Sequence[str], end: str, indent: int) -> str:
    inner = f"{' ' * indent}    {', '.join(arguments)}"
    if len(inner) > WIDTH:
        return _spread(start, arguments, end, indent)
    return f"{' ' * indent}{start}\n{inner}\n{' ' * indent}{end}"


def _spread(start: str, values: Sequence[str], end: str, indent: int) -> str:
    space = " " * indent
    return f"{space}{start}\n" + "".join(f"{_item(value, indent + 4)},\n" for value in values) + f"{space}{end}"


def _item(value: str, indent: int) -> str:
    """One item, for which the comma behind it has to fit as well."""
    if isinstance(value, Group) and indent + len(value) + 1 > WIDTH:
        return (_broken if value.end == ")" else _spread)(value.start, value.items, value.end, indent)
    return f"{' ' * indent}{value}"


def text(value: str) -> str:
    """A string literal in the quotes that need fewer backslashes, double ones if neither does."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    # With both quotes in it, repr takes single ones and escapes just those.
    inner = repr(f"{value}'\"")[1:-4].replace("\\'", "'")
    return quote + inner.replace(quote, f"\\{quote}") + quote


def strings(values: Iterable[str]) -> str:
    """String literals with commas between them."""
    return ", ".join(text(value) for value in values)


def tuple_of(values: Sequence[str]) -> str:
    """A tuple of source texts, with the comma that a tuple of one needs."""
    return f"({values[0]},)" if len(values) == 1 else f"({', '.join(values)})"


def docstring(sentence: str, indent: int = 0) -> str:
    """A docstring of one sentence that holds any text safely."""
    words = " ".join(sentence.split()) or "Generated."
    words = words.replace("\\", "/").replace('"""', "'''")
    words = words if len(words) < WIDTH - indent - 8 else f"{words[: WIDTH - indent - 12]}..."
    words = f"{words[:-1]}'" if words.endswith('"') else words
    words = words if words[-1] in ".!?" else f"{words}."
    return f'{" " * indent}"""{words[:1].upper()}{words[1:]}"""'
