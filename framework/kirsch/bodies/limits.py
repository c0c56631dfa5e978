"""How much of a body is taken."""

from dataclasses import dataclass

from kirsch.errors import ContentTooLarge

KIB, MIB, GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class BodyLimits:
    """What is taken of a request's body; sizes in bytes. The defaults hold where ``tools.limits`` is off."""

    #: The whole body, files included.
    body: int = 100 * MIB
    #: What is held in memory at once: JSON, a form without files, the text of a form with files.
    memory: int = 8 * MIB
    #: Fields of a form or a query string.
    fields: int = 1000
    #: One field of a form.
    field: int = MIB
    #: Files of a form.
    files: int = 100
    #: One file; None for as much as the body may be.
    file: int | None = None
    #: Arrays and objects of a JSON text, one in the other.
    json_depth: int = 64
    #: Seconds that are spent waiting for the body.
    seconds: float = 300


def in_words(size: int) -> str:
    """*size* bytes as people write them: "10 MiB", "1500 bytes"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def too_large(what: str, most: int) -> ContentTooLarge:
    """The refusal of more than *most* bytes of *what*."""
    return ContentTooLarge(f"{what} is larger than the {in_words(most)} that are taken here.")


def too_many(kind: str, most: int) -> ContentTooLarge:
    """The refusal of a form with more than *most* "fields" or "files"."""
    return ContentTooLarge(f"The form holds more than the {most} {kind} that are taken here.")
