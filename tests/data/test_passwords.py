"""Passwords in a database, and slugs made of titles."""

from base64 import b64decode, b64encode
from hashlib import scrypt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kirsch.data.passwords import Hashed, Password, hashed, matches
from kirsch.data.slugs import slug, slug_of


class Base(DeclarativeBase):
    """The models of these tests."""


class Account(Base):
    """Somebody who signs in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    password: Mapped[str | None] = mapped_column(Password(255))
    slug: Mapped[str] = mapped_column(sa.String(100), default=slug_of("name"))


@pytest.fixture
def session():
    """A session on an empty database."""
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_a_password_is_never_kept_as_it_was_written(session):
    """The table holds what scrypt makes of it."""
    session.add(Account(name="Ada", password="open sesame"))
    session.commit()

    kept = session.scalar(sa.text("SELECT password FROM accounts"))

    assert kept.startswith("scrypt$")
    assert "sesame" not in kept
    assert matches("open sesame", kept)


def test_the_right_password_matches_and_no_other(session):
    """Also after it was read from the database."""
    session.add(Account(name="Ada", password="open sesame"))
    session.commit()

    account = session.scalars(sa.select(Account)).one()

    assert matches("open sesame", account.password)
    assert not matches("Open sesame", account.password)


def test_a_row_saved_again_keeps_its_password(session):
    """What was read is known as a hash and not hashed once more."""
    account = Account(name="Ada", password="open sesame")
    session.add(account)
    session.commit()
    kept = account.password

    other = Account(name="Grace", password=kept)
    session.add(other)
    session.commit()

    assert isinstance(kept, Hashed)
    assert other.password == kept


def test_the_same_password_is_kept_differently_each_time():
    """Nobody sees from the table who has the same one."""
    assert hashed("a", cost=16) != hashed("a", cost=16)


def test_a_hash_says_how_much_work_it_took():
    """N, r and p, as OWASP recommends them; with these any program can check it."""
    name, cost, block, lanes, salt, key = hashed("open sesame").split("$")

    made = scrypt(b"open sesame", salt=b64decode(salt), n=2**15, r=8, p=3, maxmem=2**27, dklen=32)

    assert (name, cost, block, lanes, key) == ("scrypt", "32768", "8", "3", b64encode(made).decode())


@pytest.mark.parametrize(
    "kept",
    ["", "plain", "scrypt$x$y$z", "scrypt$16384$AAAA$", "md5$1$AAAA$AAAA", "scrypt$3$AAAA$AAAA",
     "scrypt$16$8$3$AAAA", "scrypt$16$0$3$AAAA$AAAA", "scrypt$16$8$999999999$AAAA$AAAA",
     "scrypt$1073741824$8$1$AAAA$AAAA",
     "scrypt$16$8$99999999999999999999$AAAA$AAAA", "scrypt$-16$8$1$AAAA$AAAA", "scrypt$16$8$1$!$AAAA"],
)  # fmt: skip
def test_what_is_no_hash_matches_nothing(kept):
    """A damaged row lets nobody in, and is no error."""
    assert not matches("plain", kept)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Crème brûlée, warm!", "creme-brulee-warm"),
        ("Straße 7", "strasse-7"),
        ("  ", "item"),
        ("日本", "item"),
        ("a" * 150, "a" * 100),
    ],
)
def test_a_slug_holds_only_what_needs_no_escape(text, made):
    """Lowercase letters, digits and hyphens."""
    assert slug(text) == made


def test_a_slug_left_empty_is_made_from_another_column(session):
    """And one that is given stays."""
    session.add_all([Account(name="Ada Lovelace"), Account(name="Grace Hopper", slug="grace")])
    session.commit()

    assert set(session.scalars(sa.select(Account.slug))) == {"ada-lovelace", "grace"}
