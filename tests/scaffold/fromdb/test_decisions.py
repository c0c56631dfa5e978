"""What an existing database becomes: resources, links, relations, and a sentence for what stays out."""

import warnings

import pytest
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.orm import Session

from kirsch_scaffold.fromdb import decide, summary
from kirsch_scaffold.names import snake
from schemas import MUSIC, NASTY


def table(found, name):
    """One table, by its name in the database."""
    return next(table for table in found.schema.tables if table.name == name)


def relations(found, name):
    """The relations of a table: attribute to class."""
    return {relation.attribute: relation.target for relation in table(found, name).relations}


def reason(found, name):
    """Why something is left out or limited."""
    return next(each["reason"] for each in (*found.left_out, *found.notes) if each["name"] == name)


def attributes(found, name):
    """The attributes of a table, by the column's name."""
    return {column.name: column.attribute for column in table(found, name).columns}


def test_a_music_shop_gets_names_as_a_person_would_write_them(found):
    """Camel case becomes classes in the singular, attributes with underscores, routes in the plural."""
    music = found(MUSIC)

    names = [(each.name, each.class_name, each.plural) for each in music.schema.tables]
    assert names == [
        ("Album", "Album", "albums"),
        ("Artist", "Artist", "artists"),
        ("Employee", "Employee", "employees"),
        ("Playlist", "Playlist", "playlists"),
        ("Track", "Track", "tracks"),
    ]
    assert attributes(music, "Track")["UnitPrice"] == "unit_price"
    assert music.left_out == ()


def test_a_reference_becomes_a_relation_on_both_sides(found):
    """`ArtistId` is `album.artist` and `artist.albums`."""
    music = found(MUSIC)

    assert relations(music, "Album") == {"artist": "Artist", "tracks": "Track"}
    assert relations(music, "Artist") == {"albums": "Album"}


def test_a_reference_to_the_own_table_is_one_row_up_and_many_down(found):
    """The column makes room for the relation when it has the better name."""
    music = found(MUSIC)

    assert relations(music, "Employee") == {"reports_to": "Employee", "employees_by_reports_to": "Employee"}
    assert attributes(music, "Employee")["ReportsTo"] == "reports_to_id"


def test_a_table_that_only_links_two_others_is_many_to_many(found):
    """It has no pages of its own and stands on the pages of both."""
    music = found(MUSIC)

    assert [link.name for link in music.schema.associations] == ["PlaylistTrack"]
    assert relations(music, "Playlist")["tracks"] == "Track"
    assert relations(music, "Track")["playlists"] == "Playlist"


def test_a_link_with_a_column_of_its_own_is_a_resource(found):
    """A membership since a day can be edited."""
    nasty = found(NASTY)

    membership = table(nasty, "membership")
    assert [column.name for column in membership.primary_key] == ["person_id", "team_id"]
    assert relations(nasty, "membership") == {"person": "Person", "team": "Team"}


def test_a_link_of_a_table_with_itself_has_two_ends(found):
    """People who follow and people who are followed."""
    nasty = found(NASTY)

    assert {"followers", "followeds"} <= set(relations(nasty, "person"))


def test_several_references_between_two_tables_are_told_apart(found):
    """By the column that each of them is."""
    nasty = found(NASTY)

    assert relations(nasty, "game") == {"home_team": "Team", "guest_team": "Team", "goals_2": "Goal"}
    assert {"games_by_home_team", "games_by_guest_team"} <= set(relations(nasty, "team"))


def test_names_that_python_or_the_models_need_give_way(found):
    """Keywords, names that SQLAlchemy keeps, digits first, two that become one."""
    nasty = found(NASTY)

    order = attributes(nasty, "order")
    assert order["class"] == "class_"
    assert (order["metadata"], order["self"]) == ("metadata_", "self_")
    assert (order["page"], order["csrf_token"], order["_csrf"]) == ("page_", "csrf_token_", "csrf")
    assert order["2nd name"] == "c_2nd_name"
    assert (order["First Name"], order["firstName"]) == ("first_name", "first_name_2")
    assert order["Größe"] == "grosse"
    assert len(set(order.values())) == len(order)
    assert all(name.isidentifier() and name.isascii() for name in order.values())


def test_names_of_tables_never_meet(found):
    """Two tables whose names become one, tables called like the start page, the files, the base class, or None."""
    nasty = found(NASTY)

    classes = [each.class_name for each in nasty.schema.tables]
    routes = [name for each in nasty.schema.tables for name in (each.singular, each.plural, f"new_{each.singular}")]
    assert len(set(classes)) == len(classes)
    assert len(set(routes)) == len(routes)
    assert not {"Base", "None"} & set(classes)
    assert not {"home", "static"} & set(routes)
    assert all(snake(each.controller_name) == each.plural for each in nasty.schema.tables)


def test_another_alphabet_keeps_its_words_as_labels(found):
    """Code is ASCII; people read what they wrote."""
    nasty = found(NASTY)

    customers = table(nasty, "顧客")
    assert customers.class_name.isascii()
    assert (customers.label, customers.columns[1].label) == ("顧客", "名前")
    assert table(nasty, "order").column("Größe").label == "Größe"


def test_a_unique_key_names_rows_where_there_is_no_primary_key(found):
    """It has no empty values and each occurs once."""
    nasty = found(NASTY)

    assert [column.name for column in table(nasty, "uniquely").primary_key] == ["code"]


def test_what_has_no_address_is_left_out_with_a_sentence(found):
    """A table without a key, a link without one, a view without one."""
    nasty = found(NASTY)

    assert "give it a primary key" in reason(nasty, "keyless")
    assert "give it a primary key" in reason(nasty, "loose_link")
    assert "without a column such as id" in reason(nasty, "name list")


def test_every_table_is_somewhere(found, existing):
    """Among the resources, the links, or what is left out: nothing is lost."""
    nasty = found(NASTY)

    engine = create_engine(existing(""))
    there = {*inspect(engine).get_table_names(), *inspect(engine).get_view_names()}
    engine.dispose()
    told = {each.name for each in (*nasty.schema.tables, *nasty.schema.associations)}
    assert told | {each["name"] for each in nasty.left_out} == there


def test_a_view_is_for_reading(found):
    """It has pages to list and to show."""
    nasty = found(NASTY)

    people = table(nasty, "top_people")
    assert people.view
    assert people.read_only
    assert [column.name for column in people.primary_key] == ["id"]


def test_a_reference_to_a_table_that_is_not_there_is_a_plain_value(found):
    """SQLite would refuse to change its rows, so they are for reading, and both is said."""
    nasty = found(NASTY)

    assert relations(nasty, "lost") == {}
    assert "plain value" in reason(nasty, "lost.ghost_id")
    assert "for reading" in reason(nasty, "lost")


def test_defaults_are_kept(found):
    """As values of Python where they are plain, as the database's own affair where they are not."""
    columns = {column.name: column for column in table(found(NASTY), "allkinds").columns}

    assert (columns["t"].default, columns["t"].server_default) == ('"it\'s: 5%"', "'it''s\\: 5%'")
    assert (columns["i"].default, columns["b"].default, columns["n"].default) == ("7", "True", 'Decimal("0")')
    assert columns["dt"].server_default == "CURRENT_TIMESTAMP"
    assert (columns["x"].fetched, columns["x"].server_default) == (True, "")
    assert columns["g"].readonly


@pytest.mark.parametrize("script", [MUSIC, NASTY], ids=["music", "nasty"])
def test_the_models_read_every_row(script, existing, models):
    """Imported, configured and queried with warnings as errors."""
    url = existing(script)
    module = models(url)

    engine = create_engine(url)
    with Session(engine) as session, warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = {mapper.class_.__name__: session.scalars(select(mapper.class_)).all() for mapper in mappers(module)}
        related = [
            getattr(row, name)
            for each in rows.values()
            for row in each
            for name in type(row).__mapper__.relationships.keys()  # noqa: SIM118  # no mapping: iterating gives the relations
        ]
    engine.dispose()

    assert all(None not in each for each in rows.values())
    assert len(related) > 5


@pytest.mark.parametrize("script", [MUSIC, NASTY], ids=["music", "nasty"])
def test_the_models_make_a_copy_of_the_tables(script, existing, models):
    """An empty SQLite file gets every table, for tests."""
    module = models(existing(script))

    copy = create_engine("sqlite://")
    module.Base.metadata.create_all(copy)
    names = inspect(copy).get_table_names()
    copy.dispose()

    assert set(names) == set(module.Base.metadata.tables)


def mappers(module):
    """Every mapped class of a project."""
    return module.Base.registry.mappers


def test_the_summary_names_everything(found):
    """What was made and where, what links, what stays out and why."""
    lines = "\n".join(summary(found(NASTY)))

    assert "person: /people" in lines
    assert "top_people: /top_people_2 (for reading)" in lines or "top_people: /top_people (for reading)" in lines
    assert "follows: links person and person" in lines
    assert "keyless: it has no primary key" in lines
    assert "lost.ghost_id: refers to ghost" in lines


def test_an_empty_database_becomes_an_empty_site():
    """There is nothing to decide and nothing to say."""
    nothing = decide({"dialect": "sqlite", "tables": [], "left_out": [], "notes": []}, "shop")

    assert nothing.schema.tables == ()
    assert summary(nothing) == ["From the database: 0 resources."]
