"""What the pages of a resource hold: plain data, every URL and label ready made, for a template to place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """A label that leads somewhere; without a URL it is only the label. *key* is the row's, where it leads to one."""

    label: str
    url: str = ""
    key: str = ""


@dataclass(frozen=True)
class Cell:
    """One value as a page shows it.

    *kind* is one of ``text``, ``long`` (text of several lines), ``number``, ``boolean`` (*text* is Yes or No),
    ``date``, ``datetime``, ``time``, ``email`` and ``url`` (*url* is the mailto or the checked address), ``enum``,
    ``json``, ``binary``, ``reference`` (*url* leads to the row), ``references`` (*links* lead to the rows; *text*
    says how many more there are, or is empty), ``empty`` (no value).
    """

    text: str
    url: str = ""
    kind: str = "text"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Column:
    """The head of a list's column.

    *sort_url* is empty where nothing can be sorted; *sorted* is ``""``, ``"ascending"`` or ``"descending"``.
    """

    name: str
    label: str
    kind: str = "text"
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a list. *edit_url* and *delete_url* are empty where the row is only for reading."""

    key: str
    label: str
    url: str
    edit_url: str
    delete_url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Option:
    """One choice of a select, and whether it is chosen."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True)
class Filter:
    """A filter of a list.

    *kind* is ``select`` (one of *options*; the first one, with the value ``""``, is "any") or ``text`` (a plain input).
    """

    name: str
    label: str
    kind: str
    options: tuple[Option, ...] = ()
    value: str = ""


@dataclass(frozen=True)
class PageNumber:
    """A number in the pager; ``number`` 0 stands for a gap."""

    number: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """Where a list stands. *first* and *last* are the numbers of the rows shown (1 to 25), 0 when there are none."""

    page: int
    pages: int
    total: int
    first: int
    last: int
    previous_url: str = ""
    next_url: str = ""
    numbers: tuple[PageNumber, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page has: a title and the way to it."""

    title: str
    breadcrumbs: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """Rows, found, filtered, sorted and cut into pages.

    The search and the filters are one GET form to *url*: an input ``q`` (when *searchable*), the *filters* by their
    names, and the *hidden* pairs that keep the order and the page size. *reset_url* drops search and filters; it is
    empty when there are none. *notices* are sentences about parts of the URL that were not understood and left out.
    """

    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager
    singular: str
    plural: str
    searchable: bool = False
    search: str = ""
    filters: tuple[Filter, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    reset_url: str = ""
    new_url: str = ""
    csv_url: str = ""
    json_url: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field of a form.

    *kind* is an input's type (``text number checkbox date datetime-local time email url password``) or ``textarea``,
    ``select``, ``multiselect`` or ``datalist`` (a text input with suggestions: the values of *options*, as
    ``<datalist id="{id}-options">``; give the input ``list``).
    *value* is the text to show; a ticked checkbox has the value ``"1"``; selects say it in their options.
    *attributes* are further HTML attributes (``maxlength min max step ...``), *errors* sentences for people.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    errors: tuple[str, ...] = ()
    help: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The element's id: for its label, its error texts (``{id}-error``) and its help (``{id}-help``)."""
        return f"field-{self.name}"

    @property
    def checked(self) -> bool:
        """Whether a checkbox is ticked."""
        return self.value == "1"


@dataclass(frozen=True, kw_only=True)
class FormPage(Page):
    """A form to be posted to *action*; *hidden* pairs go with it.

    *errors* are about the whole form; those of one field stand in the field.
    """

    action: str
    fields: tuple[Field, ...]
    submit: str
    cancel_url: str
    errors: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    delete_url: str = ""

    @property
    def wrong(self) -> tuple[Field, ...]:
        """The fields that have errors, for a summary that links to them."""
        return tuple(one for one in self.fields if one.errors)


@dataclass(frozen=True)
class Fact:
    """One line of a row's page: what it is called and its value."""

    label: str
    cell: Cell


@dataclass(frozen=True)
class Related:
    """Rows that refer to this one: how many, the first ten, where all of them are, where to add one."""

    label: str
    count: int
    rows: tuple[Link, ...]
    more_url: str = ""
    new_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ShowPage(Page):
    """One row with all its values and what refers to it. URLs that are empty are not on offer."""

    facts: tuple[Fact, ...]
    related: tuple[Related, ...] = ()
    list_url: str = ""
    edit_url: str = ""
    delete_url: str = ""
    json_url: str = ""


@dataclass(frozen=True)
class Blocker:
    """Rows that keep another row from being deleted: how many, the first ten, where all of them are."""

    label: str
    count: int
    rows: tuple[Link, ...]
    more_url: str = ""


@dataclass(frozen=True, kw_only=True)
class DeletePage(Page):
    """The question before a row is deleted (``crud/delete``), or, with *blockers*, why it cannot be (``crud/blocked``).

    The form is posted to *action* with the *hidden* pairs; *label* names the row; *consequences* are sentences about
    what goes with it.
    """

    label: str
    action: str
    cancel_url: str
    hidden: tuple[tuple[str, str], ...] = ()
    consequences: tuple[str, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Difference:
    """One field of a row that two people edited: your text, theirs, and whether they differ."""

    label: str
    yours: str
    theirs: str
    differs: bool


@dataclass(frozen=True, kw_only=True)
class ConflictPage(Page):
    """Somebody else saved the row in the meantime.

    *form* holds your values and saves them over theirs; *theirs_url* is the row as they left it, *edit_url* starts
    anew from there.
    """

    rows: tuple[Difference, ...]
    form: FormPage
    theirs_url: str
    edit_url: str
    message: str = ""
