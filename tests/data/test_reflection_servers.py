"""Existing databases of PostgreSQL and MariaDB described: their own types, schemas, privileges and odd values."""

import os

from described import column, reason, run, table
from kirsch.data.reflection import describe


def test_postgresql_types_have_a_kind_or_are_shown_as_text(postgres_url):
    """Enums keep their choices, domains the type below, and arrays, ranges and the like are text to read."""
    run(
        postgres_url,
        "CREATE TYPE mood AS ENUM ('glad', 'sad')",
        "CREATE DOMAIN positive AS integer CHECK (value > 0)",
        """CREATE TABLE thing (id serial PRIMARY KEY, m mood DEFAULT 'sad', p positive, tags text[], span int4range,
            words tsvector, wait interval, ip inet, data jsonb, x xml, price money, u uuid DEFAULT gen_random_uuid(),
            made timestamptz DEFAULT now(), doubled integer GENERATED ALWAYS AS (id * 2) STORED,
            seq integer GENERATED ALWAYS AS IDENTITY, size varchar(3) CHECK (size IN ('s', 'm', 'xl')), place point)""",
        "COMMENT ON TABLE thing IS 'Things of all sorts'",
    )

    found = describe(postgres_url)

    kinds = {each["name"]: each["kind"] for each in table(found, "thing")["columns"]}
    text_only = ("tags", "span", "words", "wait", "ip", "x", "price", "place")
    assert {name: kinds[name] for name in text_only} == dict.fromkeys(text_only, "verbatim")
    assert {name: kind for name, kind in kinds.items() if name not in text_only} == {
        "id": "int",
        "m": "enum",
        "p": "int",
        "data": "json",
        "u": "uuid",
        "made": "datetime",
        "doubled": "int",
        "seq": "int",
        "size": "enum",
    }
    assert column(found, "thing.m")["choices"] == ["glad", "sad"]
    assert column(found, "thing.m")["native"]
    assert column(found, "thing.size")["choices"] == ["s", "m", "xl"]
    assert column(found, "thing.doubled")["readonly"]
    assert column(found, "thing.seq")["readonly"]
    assert column(found, "thing.id")["autoincrement"]
    assert column(found, "thing.u")["default"] == {"sql": "gen_random_uuid()"}
    assert table(found, "thing")["comment"] == "Things of all sorts"
    assert "int4range" in reason(found, "thing.span", "notes")


def test_postgresql_tables_elsewhere_are_named(postgres_url):
    """Another schema, a partition, a table one may not read: each has its sentence."""
    run(
        postgres_url,
        "CREATE SCHEMA archive",
        "CREATE TABLE archive.old (id integer PRIMARY KEY)",
        "CREATE TABLE sale (id integer, year integer, PRIMARY KEY (id, year)) PARTITION BY LIST (year)",
        "CREATE TABLE sale_2026 PARTITION OF sale FOR VALUES IN (2026)",
        "CREATE MATERIALIZED VIEW totals AS SELECT year AS id, count(*) AS sales FROM sale GROUP BY year",
    )

    found = describe(postgres_url)

    assert [each["name"] for each in found["tables"]] == ["sale", "totals"]
    assert "search_path%3Darchive" in reason(found, "archive.old")
    assert "partition of sale" in reason(found, "sale_2026")


def test_another_schema_of_postgresql_is_described_by_its_url(postgres_url):
    """The sentence about a schema says what to add to the URL, and that works."""
    run(postgres_url, "CREATE SCHEMA archive", "CREATE TABLE archive.old (id integer PRIMARY KEY)")

    found = describe(f"{postgres_url}?options=-csearch_path%3Darchive")

    assert [each["name"] for each in found["tables"]] == ["old"]


def test_postgresql_dates_beyond_python_are_shown_as_text(postgres_url):
    """A column with 'infinity' would otherwise be an error at every read."""
    run(
        postgres_url,
        "CREATE TABLE lease (id integer PRIMARY KEY, ends date, begins date)",
        "INSERT INTO lease VALUES (1, 'infinity', '2026-01-31')",
    )

    found = describe(postgres_url)

    assert [column(found, f"lease.{name}")["kind"] for name in ("ends", "begins")] == ["verbatim", "date"]


def test_a_postgresql_role_that_may_only_read_gets_tables_for_reading(postgres_url):
    """What cannot be written is said at once rather than by an error at the first save."""
    role = f"reader_{os.getpid()}"
    run(
        postgres_url,
        "CREATE TABLE open (id integer PRIMARY KEY)",
        "CREATE TABLE secret (id integer PRIMARY KEY)",
        f"CREATE ROLE {role} LOGIN",
        f"GRANT SELECT ON open TO {role}",
    )
    try:
        found = describe(postgres_url.replace("//postgres@", f"//{role}@"))
    finally:
        run(postgres_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")

    assert table(found, "open")["read_only"] == "you may read it and not change it"
    assert reason(found, "secret") == "you may not read it"


def test_mariadb_types_have_a_kind_or_are_shown_as_text(mariadb_url):
    """Enums, JSON by its check, years, flags; sets are text to read, and geometry is left out."""
    run(
        mariadb_url,
        """CREATE TABLE thing (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, e ENUM('x', 'y') DEFAULT 'x',
            s SET('p', 'q'), flag TINYINT(1) DEFAULT 1, tiny TINYINT, y YEAR, data JSON,
            long_text LONGTEXT, place GEOMETRY,
            changed DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, u UUID,
            size VARCHAR(3) CHECK (size IN ('s', 'm')), doubled INT AS (tiny * 2) STORED,
            UNIQUE KEY both_two (e, tiny))""",
    )

    found = describe(mariadb_url)

    kinds = {each["name"]: each["kind"] for each in table(found, "thing")["columns"]}
    assert kinds == {
        "id": "int",
        "e": "enum",
        "s": "verbatim",
        "flag": "bool",
        "tiny": "smallint",
        "y": "smallint",
        "data": "json",
        "long_text": "text",
        "changed": "datetime",
        "u": "uuid",
        "size": "enum",
        "doubled": "int",
    }
    assert column(found, "thing.id")["minimum"] == "0"
    assert "geometry" in reason(found, "thing.place")
    assert table(found, "thing")["uniques"] == [{"name": "both_two", "columns": ["e", "tiny"]}]
    assert table(found, "thing")["indexes"] == []


def test_mariadb_dates_of_zeros_are_shown_as_text(mariadb_url):
    """0000-00-00 is no date in Python."""
    run(
        mariadb_url,
        "SET SESSION sql_mode = ''",
        "CREATE TABLE lease (id INT PRIMARY KEY, ends DATE, begins DATE)",
        "INSERT INTO lease VALUES (1, '0000-00-00', '2026-01-31')",
    )

    found = describe(mariadb_url)

    assert [column(found, f"lease.{name}")["kind"] for name in ("ends", "begins")] == ["verbatim", "date"]


def test_mariadb_choices_that_went_wrong_are_shown_as_text(mariadb_url):
    """A server that is not strict keeps an empty text for a choice that there is not."""
    run(
        mariadb_url,
        "SET SESSION sql_mode = ''",
        "CREATE TABLE lamp (id INT PRIMARY KEY, mood ENUM('a', 'b'), state ENUM('on', 'off'))",
        "INSERT INTO lamp VALUES (1, 'c', 'on')",
    )

    found = describe(mariadb_url)

    assert [column(found, f"lamp.{name}")["kind"] for name in ("mood", "state")] == ["verbatim", "enum"]


def test_mariadb_tables_that_keep_their_history_are_there(mariadb_url):
    """System-versioned tables are of a type of their own and are easily passed over."""
    run(mariadb_url, "CREATE TABLE price (id INT PRIMARY KEY, amount INT) WITH SYSTEM VERSIONING")

    found = describe(mariadb_url)

    assert [each["name"] for each in found["tables"]] == ["price"]
