"""`password` and `token`: what configuration keeps of a secret, made without the history of a shell."""

import secrets
import sys
from hashlib import sha256

import click

from kirsch.cli.services import Services
from kirsch.hashing import COST, hashed
from kirsch.tokens import make_token

DAY = 24 * 3600


@click.command()
@click.option("--argon2", is_flag=True, help="Make a hash of Argon2 (needs the extra argon2) instead of scrypt.")
@click.option("--cost", type=int, default=COST, show_default=True, help="N of scrypt, as in cost of tools.login.")
def password(argon2: bool, cost: int) -> None:
    """Make the hash of a password, for `passwords` of tools.login and tools.basicauth or an htpasswd file.

    It is asked for twice, unseen, or read as one line from the standard input.
    """
    text = (
        click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True) if sys.stdin.isatty() else _line()
    )
    if not text:
        raise click.UsageError("There is no password. Type one, or send one line to the standard input.")
    click.echo(hashed(text, "argon2" if argon2 else "scrypt", cost))


@click.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, help="What the token allows; may be given several times.")
@click.option(
    "--signed", is_flag=True, help="Sign it with the site's secret key, so that no setting has to be changed."
)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How long a signed one is good."
)
@click.pass_obj
def token(services: Services, name: str, scopes: tuple[str, ...], signed: bool, days: int) -> None:
    """Make a token for the program called NAME, which sends it as `Authorization: Bearer TOKEN`."""
    if signed:
        click.echo(_signed(services, name, scopes, days))
        return
    text = secrets.token_urlsafe(32)
    click.echo(text)
    allowed = f"\n[tools.bearer.scopes]\n{_key(name)} = {_list(scopes)}" if scopes else ""
    digest = sha256(text.encode()).hexdigest()
    click.echo(f'Keep its digest alone:\n[tools.bearer.tokens]\n{_key(name)} = "{digest}"{allowed}', err=True)


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _signed(services: Services, name: str, scopes: tuple[str, ...], days: int) -> str:
    application = services.application()
    try:
        return make_token(application.setup.keys(), name, scopes, days * DAY)
    finally:
        application.close()


def _key(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
