"""The world as a database somebody had already: countries and their parts, languages, money and time zones.

The rows come from two packages that carry real data: pycountry (ISO 3166, 639, 4217, 15924) and Babel (Unicode CLDR:
who speaks what where, which money was legal tender when). Nothing is fetched and nothing is made up.

    python docs/examples/world/load.py world.sqlite

Install what REQUIREMENTS names first. The standard library does the rest.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pycountry
from babel import Locale
from babel.core import get_global

REQUIREMENTS = ["pycountry>=24.6.1", "babel>=2.16"]
EDITION = 1  # kept in the file's user_version: a file of another edition is made anew

SCHEMA = """
CREATE TABLE country (
    alpha_2 CHAR(2) NOT NULL PRIMARY KEY,
    alpha_3 CHAR(3) NOT NULL UNIQUE,
    numeric_code CHAR(3) NOT NULL UNIQUE,
    name VARCHAR(80) NOT NULL UNIQUE,
    official_name VARCHAR(120),
    flag VARCHAR(8) NOT NULL
);
CREATE TABLE subdivision (
    code VARCHAR(6) NOT NULL PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    type VARCHAR(60) NOT NULL,
    country_code CHAR(2) NOT NULL REFERENCES country (alpha_2),
    parent_code VARCHAR(6) REFERENCES subdivision (code)
);
CREATE INDEX subdivision_country ON subdivision (country_code, name);
CREATE INDEX subdivision_parent ON subdivision (parent_code);

CREATE TABLE script (
    alpha_4 CHAR(4) NOT NULL PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    numeric_code CHAR(3) NOT NULL UNIQUE
);
CREATE TABLE language (
    alpha_3 CHAR(3) NOT NULL PRIMARY KEY,
    alpha_2 CHAR(2) UNIQUE,
    name VARCHAR(80) NOT NULL,
    scope VARCHAR(20) NOT NULL CHECK (scope IN ('individual', 'macrolanguage', 'special')),
    type VARCHAR(20) NOT NULL CHECK (type IN ('living', 'extinct', 'historical', 'ancient', 'constructed', 'special'))
);
CREATE INDEX language_name ON language (name);

CREATE TABLE country_language (
    country_code CHAR(2) NOT NULL REFERENCES country (alpha_2) ON DELETE CASCADE,
    language_code CHAR(3) NOT NULL REFERENCES language (alpha_3),
    script_code CHAR(4) NOT NULL REFERENCES script (alpha_4),
    percent REAL NOT NULL CHECK (percent BETWEEN 0 AND 100),
    official_status VARCHAR(20) CHECK (official_status IN ('official', 'official_regional', 'de_facto_official')),
    PRIMARY KEY (country_code, language_code, script_code)
);
CREATE INDEX country_language_language ON country_language (language_code);
CREATE INDEX country_language_script ON country_language (script_code);

CREATE TABLE currency (
    alpha_3 CHAR(3) NOT NULL PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    numeric_code CHAR(3) NOT NULL UNIQUE
);
CREATE TABLE country_currency (
    country_code CHAR(2) NOT NULL REFERENCES country (alpha_2) ON DELETE CASCADE,
    currency_code CHAR(3) NOT NULL REFERENCES currency (alpha_3),
    PRIMARY KEY (country_code, currency_code)
);
CREATE INDEX country_currency_currency ON country_currency (currency_code);

CREATE TABLE tender (
    id INTEGER NOT NULL PRIMARY KEY,
    country_code CHAR(2) NOT NULL REFERENCES country (alpha_2),
    code CHAR(3) NOT NULL,
    name VARCHAR(80) NOT NULL,
    introduced DATE,
    withdrawn DATE,
    legal BOOLEAN NOT NULL
);
CREATE INDEX tender_country ON tender (country_code, introduced);

CREATE TABLE time_zone (
    name VARCHAR(40) NOT NULL PRIMARY KEY,
    country_code CHAR(2) NOT NULL REFERENCES country (alpha_2)
);
CREATE INDEX time_zone_country ON time_zone (country_code);

CREATE TABLE former_country (
    id INTEGER NOT NULL PRIMARY KEY,
    alpha_4 CHAR(4) NOT NULL UNIQUE,
    alpha_2 CHAR(2) NOT NULL,
    alpha_3 CHAR(3) NOT NULL,
    name VARCHAR(80) NOT NULL,
    withdrawn VARCHAR(10) NOT NULL,
    comment TEXT
);

CREATE VIEW country_overview AS
SELECT country.alpha_2 AS code, country.name,
       (SELECT count(*) FROM subdivision WHERE subdivision.country_code = country.alpha_2) AS subdivisions,
       (SELECT count(*) FROM country_language WHERE country_language.country_code = country.alpha_2) AS languages
FROM country;
"""

SCOPES = {"I": "individual", "M": "macrolanguage", "S": "special"}
TYPES = {"L": "living", "E": "extinct", "H": "historical", "A": "ancient", "C": "constructed", "S": "special"}


def load(path: Path, report: Callable[[str], None] = print) -> Path:
    """The database at *path*, made when it is not there yet. The file appears whole or not at all."""
    if present(path):
        report(f"{path} is there already.")
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with closing(sqlite3.connect(draft)) as database:
            write(database, report)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    report(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return path


def present(path: Path) -> bool:
    """Whether *path* is a database of this edition. Anything else that lies there is not ours to overwrite."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        try:
            edition = database.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError:
            edition = 0
    if edition != EDITION:
        raise FileExistsError(f"{path} is not this example's database; move it away or give another path.")
    return True


def write(database: sqlite3.Connection, report: Callable[[str], None]) -> None:
    """Lay the tables and fill them, in one transaction that checks every foreign key."""
    database.executescript(f"PRAGMA foreign_keys = ON; BEGIN; PRAGMA defer_foreign_keys = ON; {SCHEMA}")
    for table, rows in tables():
        count = fill(database, table, rows)
        report(f"  {table.replace('_', ' '):18}{count:6,} rows")
    database.execute(f"PRAGMA user_version = {EDITION}")
    database.commit()
    database.execute("ANALYZE")
    database.commit()


def fill(database: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> int:
    """Insert *rows* (in the order of the table's columns) and say how many there were."""
    held = list(rows)
    marks = ", ".join("?" * len(held[0]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", held)
    return len(held)


def tables() -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """Every table with its rows, those that are referred to first."""
    known = {record["alpha_2"] for record in records("countries")}
    yield "country", countries()
    yield "subdivision", subdivisions()
    yield "script", ((one["alpha_4"], one["name"], one["numeric"]) for one in records("scripts"))
    yield "language", languages()
    yield "country_language", spoken(known)
    yield "currency", ((one["alpha_3"], one["name"], one["numeric"]) for one in records("currencies"))
    yield "country_currency", paid(known)
    yield "tender", tenders(known)
    yield "time_zone", time_zones(known)
    yield "former_country", former_countries()


def records(name: str) -> list[dict[str, str]]:
    """A database of pycountry as plain dicts."""
    return [dict(record) for record in getattr(pycountry, name)]


def countries() -> Iterator[tuple[Any, ...]]:
    for one in records("countries"):
        name = one.get("common_name", one["name"])
        yield one["alpha_2"], one["alpha_3"], one["numeric"], name, one.get("official_name"), one["flag"]


def subdivisions() -> Iterator[tuple[Any, ...]]:
    for one in records("subdivisions"):
        yield one["code"], one["name"], one["type"], one["country_code"], one.get("parent_code")


def languages() -> Iterator[tuple[Any, ...]]:
    for one in records("languages"):
        yield one["alpha_3"], one.get("alpha_2"), one["name"], SCOPES[one["scope"]], TYPES[one["type"]]


def spoken(known: set[str]) -> Iterator[tuple[Any, ...]]:
    """What part of a country's people uses a language, in the script that the tag names or, as in ``zh``, implies."""
    short = {one["alpha_2"]: one["alpha_3"] for one in records("languages") if "alpha_2" in one}
    likely = get_global("likely_subtags")
    for country, tongues in territories("territory_languages", known):
        for tag, facts in tongues.items():
            code, _, script = tag.partition("_")
            script = script or likely[code].split("_")[1]
            yield country, short.get(code, code), script, facts["population_percent"], facts["official_status"]


def paid(known: set[str]) -> Iterator[tuple[str, str]]:
    """Which currencies a country pays with today."""
    current = {one["alpha_3"] for one in records("currencies")}
    for country, periods in territories("territory_currencies", known):
        codes = {code for code, _, end, legal in periods if legal and end is None}
        yield from ((country, code) for code in sorted(codes & current))


def tenders(known: set[str]) -> Iterator[tuple[Any, ...]]:
    """Every currency a country ever had, with its dates."""
    names = Locale("en").currencies
    number = 0
    for country, periods in territories("territory_currencies", known):
        for code, start, end, legal in periods:
            number += 1
            yield number, country, code, names[code], day(start), day(end), legal


def time_zones(known: set[str]) -> Iterator[tuple[str, str]]:
    for country, names in territories("territory_zones", known):
        yield from ((name, country) for name in sorted(names))


def former_countries() -> Iterator[tuple[Any, ...]]:
    for number, one in enumerate(records("historic_countries"), start=1):
        yield (
            number,
            one["alpha_4"],
            one["alpha_2"],
            one["alpha_3"],
            one["name"],
            one["withdrawal_date"],
            one.get("comment"),
        )


def territories(
    key: Literal["territory_languages", "territory_currencies", "territory_zones"], known: set[str]
) -> list[tuple[str, Any]]:
    """What CLDR holds under *key* for the countries that ISO 3166 lists."""
    return sorted((code, value) for code, value in get_global(key).items() if code in known)


def day(parts: tuple[int, int, int] | None) -> str | None:
    return date(*parts).isoformat() if parts else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Make an SQLite database of the world's countries, languages and currencies."
    )
    parser.add_argument("path", type=Path, nargs="?", default=Path("world.sqlite"))
    path = parser.parse_args(arguments).path
    try:
        load(path)
    except (OSError, sqlite3.Error) as error:
        print(f"The database {path} cannot be made: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
