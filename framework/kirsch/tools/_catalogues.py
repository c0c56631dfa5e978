"""The translated texts of a site: gettext catalogues, read at start, and anew while a site is developed."""

from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from kirsch.errors import UsageError


class Catalogues:
    """The catalogues of one language, in several folders: the first that has a text gives it."""

    def __init__(self, language: str, folders: list[Path], domain: str, fresh: bool) -> None:
        self.language = language
        self.folders = folders
        self.domain = domain
        self.fresh = fresh
        self.state: tuple[object, ...] = ()
        self.read: NullTranslations = NullTranslations()

    def files(self) -> Iterator[Path]:
        """What is read of each folder: a compiled catalogue, or the text it is made of, which a developer has changed.

        A language of a country, ``de_AT``, has its own texts first, then those of the language.
        """
        whole = self.language.replace("-", "_")
        for name in dict.fromkeys((whole, whole.partition("_")[0])):
            for folder in self.folders:
                compiled = folder / name / "LC_MESSAGES" / f"{self.domain}.mo"
                text = compiled.with_suffix(".po")
                found = [path for path in ((text, compiled) if self.fresh else (compiled,)) if path.is_file()]
                yield from found[:1]

    def texts(self) -> NullTranslations:
        """The catalogues, read when they are first asked for, and again where a file has changed."""
        if self.fresh or not self.state:
            files = list(self.files())
            state = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
            if state != self.state:
                self.read, self.state = joined(files), state
        return self.read


def joined(files: list[Path]) -> NullTranslations:
    """The catalogues in *files*, each asked for what those before it do not have."""
    first = NullTranslations()
    for number, path in enumerate(files):
        one = read(path)
        if number:
            first.add_fallback(one)
        else:
            first = one
    return first


def read(path: Path) -> GNUTranslations:
    """One catalogue.

    :raises UsageError: for what is none.
    """
    try:
        if path.suffix == ".mo":
            return GNUTranslations(BytesIO(path.read_bytes()))
        made = BytesIO()
        with path.open("rb") as file:
            # Without a locale Babel would drop the rule of plurals.
            write_mo(made, read_po(file, locale=path.parent.parent.name, abort_invalid=True))
    except (OSError, ValueError, PoFileError) as error:
        raise UsageError(f"The catalogue {path} cannot be read: {error}.") from error
    made.seek(0)
    return GNUTranslations(made)
