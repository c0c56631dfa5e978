"""Several mistakes in one value, each under the path that leads to it."""

from typing import Any

#: Mistakes that one answer lists: a body of a million wrong numbers needs no answer of the same size.
MOST = 100


class Unfit(ValueError):
    """A value made of parts, some of which do not fit.

    *errors* maps paths such as ``[2].price``, relative to the value, to sentences that begin with the path.
    """

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{path} {sentences[0]}" for path, sentences in errors.items()))


class Mistakes(dict[str, list[str]]):
    """The mistakes found so far in the parts of a value, by path."""

    @property
    def enough(self) -> bool:
        """Whether there are so many that looking for more is no help."""
        return len(self) >= MOST

    def add(self, place: str, error: ValueError) -> None:
        """Note that the part at *place* does not fit."""
        found = error.errors if isinstance(error, Unfit) else {"": [str(error)]}
        for path, sentences in found.items():
            if not self.enough:
                self[place + path] = sentences

    def say(self, place: str, sentence: str) -> None:
        """Note one sentence about the part at *place*."""
        if not self.enough:
            self[place] = [sentence]


def path_of(steps: tuple[Any, ...]) -> str:
    """The path of keys and indexes: ``("lines", 2, "price")`` is ``.lines[2].price``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
