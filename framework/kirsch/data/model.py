"""Pieces for the models of a project: `class Base(DeclarativeBase): metadata = MetaData(naming_convention=NAMING)`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

# Every constraint has a name, so that a later migration can change it, on SQLite too.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """This moment in UTC, without a zone: what a `DateTime` column of any database keeps."""
    return datetime.now(UTC).replace(tzinfo=None)


class Timestamps:
    """When a row was made and last changed, in UTC; forms show neither."""

    # The server's default fills rows that are there when the columns are added, and rows that others insert.
    created_at: Mapped[datetime] = mapped_column(
        default=utc_now, server_default=func.current_timestamp(), sort_order=901, info={"readonly": True}
    )
    updated_at: Mapped[datetime] = mapped_column(
        default=utc_now,
        onupdate=utc_now,
        server_default=func.current_timestamp(),
        sort_order=902,
        info={"readonly": True},
    )


class Versioned:
    """Count the changes of a row, so that two people who edit it at once cannot overwrite each other unseen.

    An update or delete of a row that has changed since it was read raises :class:`sqlalchemy.orm.exc.StaleDataError`.
    """

    row_version: Mapped[int] = mapped_column(server_default="1", sort_order=900, info={"readonly": True})

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class over
        return {"version_id_col": cls.row_version}
