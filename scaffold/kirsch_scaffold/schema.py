"""Tables as the generator sees them: filled from field specs or a database, written out as models and migrations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

KINDS = [
    "str",
    "text",
    "int",
    "bigint",
    "smallint",
    "float",
    "decimal",
    "money",
    "bool",
    "date",
    "time",
    "datetime",
    "interval",
    "json",
    "uuid",
    "binary",
    "email",
    "url",
    "slug",
    "color",
    "phone",
    "password",
    "enum",
    "verbatim",
    "anytext",
]


@dataclass(frozen=True)
class Column:
    """One column of a table and the attribute that stands for it on the model."""

    name: str
    """Its name in the database."""
    attribute: str
    """Its name on the model: see `names.attribute_name`."""
    kind: str
    """One of KINDS."""
    label: str = ""
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    timezone: bool = False
    choices: tuple[str, ...] = ()
    type_name: str = ""
    """Name of the enum's type or check in the database."""
    native: bool = False
    """The enum is a type of the database itself (PostgreSQL)."""
    optional: bool = False
    primary_key: bool = False
    autoincrement: bool | None = None
    """False for an integer key that the user gives; None leaves it to the database."""
    unique: bool = False
    index: bool = False
    default: str = ""
    """Python source of the value a new row starts with."""
    server_default: str = ""
    """SQL text of the value the database fills in."""
    fetched: bool = False
    """The database fills it in by a function or a trigger that no other database knows."""
    computed: str = ""
    """SQL text of a generated column; such a column is never written."""
    comment: str = ""
    search: bool = False
    """The search of the list looks into it; if no column says so, into all texts."""
    hidden: bool = False
    readonly: bool = False
    minimum: str = ""
    maximum: str = ""
    slug_from: str = ""
    """Attribute that a slug is made from when it is left empty."""


@dataclass(frozen=True)
class ForeignKey:
    """Columns that point at the columns of another table, all by their database names."""

    columns: tuple[str, ...]
    target: str
    """Name of the table pointed at."""
    target_columns: tuple[str, ...] = ("id",)
    target_schema: str = ""
    on_delete: str = ""
    """SQL words: CASCADE, RESTRICT, SET NULL; empty lets the database refuse."""
    on_update: str = ""
    name: str = ""


@dataclass(frozen=True)
class Unique:
    """Columns (database names) whose values together occur once; or, as an index, are found fast."""

    columns: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Index:
    """Columns (database names) with an index of their own."""

    columns: tuple[str, ...]
    name: str = ""
    unique: bool = False
    dialects: tuple[str, ...] = ()
    """Databases that have it: its name would clash in others. Empty means all."""


@dataclass(frozen=True)
class Relation:
    """An attribute of a model that leads to one or many rows of another (or the same) model."""

    attribute: str
    target: str
    """Class name of the other model."""
    many: bool = False
    columns: tuple[str, ...] = ()
    """Attributes that hold the key: of this model, or of the target when many; unused with an association."""
    remote: tuple[str, ...] = ()
    """For a to-one relation of a model with itself: the attributes pointed at."""
    explicit: bool = False
    """Several keys lead to the same table, so the columns are named in the relationship."""
    association: str = ""
    """Name of the association table of a many-to-many relation."""
    local: tuple[str, ...] = ()
    """Columns of the association (database names) that point here; needed when both ends are the same table."""
    back: str = ""
    """Attribute on the target that leads back; empty for a one-sided relation."""
    optional: bool = False
    overlaps: tuple[str, ...] = ()
    """Attributes that write the same column (composite keys that share one)."""
    label: str = ""
    search: bool = False
    hidden: bool = False
    readonly: bool = False


@dataclass(frozen=True)
class Table:
    """A table or view that becomes a model with pages of its own."""

    name: str
    """Its name in the database."""
    class_name: str
    """`OrderLine`"""
    singular: str
    """`order_line`: module of the model, route of one row."""
    plural: str
    """`order_lines`: controller, route of the list, URL, module of the controller and of the tests."""
    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    uniques: tuple[Unique, ...] = ()
    indexes: tuple[Index, ...] = ()
    relations: tuple[Relation, ...] = ()
    schema: str = ""
    comment: str = ""
    label: str = ""
    plural_label: str = ""
    versioned: bool = False
    """A column `row_version` counts the changes of each row, so that nobody overwrites another's unseen."""
    view: bool = False
    """A view: it can be listed and shown, never written."""
    read_only: str = ""
    """Why it is only for reading; empty where it can be written."""

    @property
    def reading(self) -> bool:
        """Whether its pages are for reading alone."""
        return self.view or bool(self.read_only)

    @property
    def controller_name(self) -> str:
        """`OrderLines`"""
        return "".join(word[:1].upper() + word[1:] for word in self.plural.split("_"))

    @property
    def primary_key(self) -> tuple[Column, ...]:
        """The columns that name a row."""
        return tuple(column for column in self.columns if column.primary_key)

    def column(self, name: str) -> Column:
        """The column with this database name."""
        return next(column for column in self.columns if column.name == name)

    def attribute(self, name: str) -> str:
        """The attribute of the column with this database name."""
        return self.column(name).attribute


@dataclass(frozen=True)
class Association:
    """A table that does nothing but link rows of two models (or of one model with itself)."""

    name: str
    """Its name in the database."""
    variable: str
    """The name of the Table object in the owner's module, a name like `post_tag`."""
    owner: str
    """Class name of the model in whose module it is defined."""
    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...]
    uniques: tuple[Unique, ...] = ()
    indexes: tuple[Index, ...] = ()
    schema: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Schema:
    """Everything a project's models hold: what `models.model_source` and `migration.migration_source` write from."""

    package: str
    tables: tuple[Table, ...]
    associations: tuple[Association, ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict)
    """Modules of models that exist already and are only referred to, by class name."""

    def table(self, class_name: str) -> Table | None:
        """The table of the model with this class name."""
        return next((table for table in self.tables if table.class_name == class_name), None)

    def module(self, class_name: str) -> str:
        """The module under `models` that defines a class."""
        table = self.table(class_name)
        return table.singular if table else self.modules[class_name]

    def association(self, name: str) -> Association:
        """The association table with this database name."""
        return next(association for association in self.associations if association.name == name)

    def owned_by(self, table: Table) -> Iterable[Association]:
        """The association tables that are defined beside this table's model."""
        return (association for association in self.associations if association.owner == table.class_name)
