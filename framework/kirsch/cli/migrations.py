"""`migrate` and `makemigration`."""

import click

from kirsch.cli.services import Services
from kirsch.data import migrations


@click.command()
@click.argument("revision", default="head")
@click.option("--plan", is_flag=True, help="Only list what would be applied.")
@click.option("--stamp", is_flag=True, help="Only note that the database already has the shape of REVISION.")
@click.option("--back", type=click.IntRange(min=1), metavar="N", help="Undo the last N migrations.")
@click.pass_obj
def migrate(services: Services, revision: str, plan: bool, stamp: bool, back: int | None) -> None:
    """Bring the database to REVISION, by default to the newest migration.

    REVISION is "head", "base" (before the first), or the beginning of a revision, newer or older.
    """
    with services.database() as place:
        if plan:
            _show(migrations.pending(*place), "To apply", "Nothing is pending.")
        elif stamp:
            migrations.stamp(*place, revision)
            click.echo(f"The database counts as migrated to {revision}.")
        else:
            done = migrations.migrate(*place, f"-{back}" if back else revision)
            undone = done and done[0] in migrations.pending(*place)
            _show(done, "Undone" if undone else "Applied", "Nothing to do: the database is up to date.")


@click.command()
@click.argument("message", nargs=-1)
@click.pass_obj
def makemigration(services: Services, message: tuple[str, ...]) -> None:
    """Write the migration that brings the database to the models; MESSAGE says what it is about."""
    with services.database() as place:
        root = place[0]
        path = migrations.make_migration(*place, " ".join(message))
    if path is None:
        click.echo("Nothing to write: the database has what the models describe.")
    else:
        click.echo(f"Wrote {path.relative_to(root)}. Apply it with: python manage.py migrate")


def _show(steps: list[migrations.Migration], word: str, nothing: str) -> None:
    for step in steps:
        click.echo(f"{word}: {step}")
    if not steps:
        click.echo(nothing)
