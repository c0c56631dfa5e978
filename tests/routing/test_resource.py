"""The routes of a CRUD resource, and parts of the table that share options."""

import pytest

from kirsch.routing import RouteError


def table(mapper):
    """Name, methods, path and action of each route."""
    return [(r.name, ",".join(sorted(r.methods or ())), r.routepath, r.action) for r in mapper.matchlist]


def test_a_resource_has_nine_routes(mapper):
    """Pages for people, and the same addresses for programs."""
    mapper.resource("album", "albums")

    words = "{.format:json|csv}"
    assert table(mapper) == [
        ("albums", "GET", f"/albums{words}", "index"),
        ("albums", "POST", f"/albums{words}", "create"),
        ("new_album", "GET", "/albums/new", "new"),
        ("album", "GET", f"/albums/{{id}}{words}", "show"),
        ("edit_album", "GET", "/albums/{id}/edit", "edit"),
        ("album", "PATCH,POST,PUT", f"/albums/{{id}}{words}", "update"),
        ("delete_album", "GET", "/albums/{id}/delete", "confirm"),
        ("delete_album", "POST", "/albums/{id}/delete", "delete"),
        ("album", "DELETE", f"/albums/{{id}}{words}", "delete"),
    ]
    assert mapper.mistakes() == []
    assert mapper.matchlist[0].controller == "albums"


def test_requirements_reach_every_route_of_a_resource(mapper):
    """Those of the member and those of the prefix."""
    mapper.resource("page", "pages", path_prefix="/{p}", requirements={"id": "int", "p": r"\d+"})

    found = [mapper.find(path, "GET")[1] for path in ("/1/pages/2", "/zz/pages/2", "/1/pages/x", "/zz/pages")]

    assert found == [{"p": "1", "id": 2, "format": None}, {}, {}, {}]


def test_a_resource_takes_further_actions(mapper):
    """For the collection, for one member and for a new one; fixed words are never taken for an id."""
    mapper.resource(
        "album",
        "albums",
        collection={"recent": "GET"},
        member={"publish": "POST"},
        new={"preview": "POST"},
        controller="records",
        only=["index", "show"],
    )

    assert mapper.find("/albums/recent", "GET")[0].action == "recent"
    assert mapper.find("/albums/1/publish", "POST")[0].action == "publish"
    assert mapper.url("preview_new_album") == "/albums/new/preview"
    assert mapper.find("/albums/1", "DELETE")[0] is None
    assert {route.controller for route in mapper.matchlist} == {"records"}


def test_an_unknown_action_to_leave_out_is_named(mapper):
    """With what was probably meant."""
    with pytest.raises(RouteError, match=r"a resource has no action 'sho'\. Did you mean 'show'"):
        mapper.resource("album", "albums", only=["sho"])


def test_resources_nest(mapper):
    """Below their parent, with its name before theirs; the route remembers the parent."""
    parent = {"member_name": "region", "collection_name": "regions"}
    mapper.resource("location", "locations", parent_resource=parent)

    assert mapper.url("region_location", region_id=1, id=2) == "/regions/1/locations/2"
    assert mapper.url("region_new_location", region_id=1) == "/regions/1/locations/new"
    assert mapper.matchlist[0].parent_resource == parent


def test_submappers_add_up(mapper):
    """Prefixes follow each other, dictionaries merge, the rest overrides; resources are at home in them."""
    with (
        mapper.submapper(path_prefix="/{lang}", name_prefix="l_", requirements={"lang": "de|fr"}) as lang,
        lang.submapper(
            path_prefix="/admin", name_prefix="admin_", controller="admin", conditions={"method": "GET"}
        ) as admin,
    ):
        admin.connect("start", "", action="start")
        admin.connect("/stop", action="stop", conditions={"method": "POST"})
        admin.connect("user", "/{id}", requirements={"id": "int"}, controller="users")
        lang.resource("album", "albums")
        lang.redirect("/start", "/admin")
        lang.collection("notes", "note").member.link("print", formatted=False)

    assert mapper.url("l_admin_start", lang="de") == "/de/admin"
    assert mapper.find("/fr/admin/3", "GET")[1] == {"lang": "fr", "id": 3}
    assert mapper.find("/it/admin/3", "GET")[0] is None
    assert mapper.find("/de/admin", "POST")[2] == ("GET", "HEAD", "OPTIONS")
    assert mapper.find("/de/admin/stop", "POST")[0].controller == "admin"
    assert mapper.url("l_album", lang="de", id=1) == "/de/albums/1"
    old, values, _ = mapper.find("/de/start", "GET")
    assert old.location(values) == "/de/admin"
    assert mapper.url("l_print_note", lang="de", id=1) == "/de/notes/1/print"
    assert all("test_resource.py" in route.place for route in mapper.matchlist)


def test_a_collection_has_actions_and_a_member(mapper):
    """Routes' own way to say it, with links on both."""
    entries = mapper.collection("entries", "entry", member_options={"requirements": {"id": "int"}})
    entries.link("recent", name="recent_entries", formatted=False)
    entries.member.link("ping", method="POST", formatted=False)

    assert mapper.find("/entries/7", "GET")[1] == {"id": 7, "format": None}
    assert mapper.find("/entries/7", "DELETE")[0].action == "delete"
    assert mapper.url("edit_entry", id=7) == "/entries/7/edit"
    assert mapper.url("recent_entries") == "/entries/recent"
    assert mapper.find("/entries/7/ping", "POST")[0].name == "ping_entry"
    assert mapper.mistakes() == []
