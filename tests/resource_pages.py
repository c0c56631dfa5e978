"""Pages of a resource with everything that pages may hold, and with text that wants to be markup."""

from collections.abc import Mapping
from typing import Any

from kirsch.crud import views

NASTY = """<script>alert('x')</script>"&"""
CRUMBS = (views.Link("Start", "/"), views.Link(f"Albums {NASTY}", "/albums?a=1&b=2"), views.Link("Here"))


def cells() -> tuple[views.Cell, ...]:
    """One cell of every kind, each with text that wants to be markup."""
    links = (views.Link(NASTY, "/tags/1"), views.Link("Blue", "/tags/2"))
    return (
        views.Cell(NASTY),
        views.Cell(f"one\ntwo {NASTY}", kind="long"),
        views.Cell("1,234.50", kind="number"),
        views.Cell("Yes", kind="boolean"),
        views.Cell("No", kind="boolean"),
        views.Cell("2026-11-21", kind="date"),
        views.Cell("a@example.org", "mailto:a@example.org", "email"),
        views.Cell(NASTY, kind="enum"),
        views.Cell('{"a": "<b>"}', kind="json"),
        views.Cell("12 bytes", kind="binary"),
        views.Cell(NASTY, "/artists/1?x=1&y=2", "reference"),
        views.Cell("and 3 more", kind="references", links=links),
        views.Cell("", kind="references", links=links[:1]),
        views.Cell("", kind="empty"),
    )


def list_page(**changes: Any) -> views.ListPage:
    """A list that has everything a list may have."""
    columns = tuple(
        views.Column(f"c{number}", f"{NASTY} {number}", cell.kind, f"/albums?sort=c{number}" if number else "")
        for number, cell in enumerate(cells())
    )
    sorted_column = views.Column("name", "Name", "text", "/albums?sort=-name", "ascending")
    numbers = (
        views.PageNumber(1, "/albums?page=1"),
        views.PageNumber(0),
        views.PageNumber(4, "/albums?page=4", current=True),
    )
    values: dict[str, Any] = {
        "title": f"Albums {NASTY}",
        "breadcrumbs": CRUMBS,
        "url": "/albums",
        "columns": (sorted_column, *columns),
        "rows": (
            views.Row("1", f"One {NASTY}", "/albums/1", "/albums/1/edit", "/albums/1/delete", (*cells()[:1], *cells())),
            views.Row("2", "Two", "/albums/2", "", "", (*cells()[-1:], *cells())),
            views.Row("3", f"Three {NASTY}", "/albums/3", "/albums/3/edit", "", (cells()[10], *cells())),
        ),
        "pager": views.Pager(4, 9, 220, 76, 100, "/albums?page=3", "/albums?page=5", numbers),
        "singular": "album",
        "plural": "albums",
        "searchable": True,
        "search": NASTY,
        "filters": (
            views.Filter("kind", "Kind", "select", (views.Option("", "any"), views.Option("a", NASTY, selected=True))),
            views.Filter("year", "Year", "text", value=NASTY),
        ),
        "hidden": (("sort", "-name"), ("size", NASTY)),
        "reset_url": "/albums",
        "new_url": "/albums/new",
        "csv_url": "/albums.csv?q=1&s=2",
        "json_url": "/albums.json",
        "notices": (f"There is no column {NASTY}.",),
    }
    return views.ListPage(**values | changes)


def form_page(**changes: Any) -> views.FormPage:
    """A form with every kind of field, with and without errors."""
    options = (views.Option("", "none"), views.Option("1", NASTY), views.Option("2", "Two", selected=True))
    kinds = ("text", "number", "checkbox", "date", "datetime-local", "time", "email", "url", "textarea", "select")
    wrong = ("Choose another one.", NASTY)
    fields = [views.Field(kind.replace("-", "_"), kind.title(), kind, NASTY) for kind in kinds]
    fields += [
        views.Field(f"{kind}_wrong", kind, kind, "1", options, True, wrong, "Help", {"max": "9"}) for kind in kinds
    ]
    fields += [
        views.Field("tags", "Tags", "multiselect", options=options[1:]),
        views.Field("none", "None", "multiselect", help="Help", errors=wrong),
        views.Field("artist", "Artist", "datalist", "1", options, attributes={"maxlength": "5", "pattern": NASTY}),
    ]
    values: dict[str, Any] = {
        "title": "Edit One",
        "breadcrumbs": CRUMBS,
        "action": "/albums/1?a=1&b=2",
        "fields": tuple(fields),
        "submit": "Save",
        "cancel_url": "/albums/1",
        "errors": ("This and that exclude each other.",),
        "hidden": (("version", "3"),),
        "delete_url": "/albums/1/delete",
    }
    return views.FormPage(**values | changes)


def show_page(**changes: Any) -> views.ShowPage:
    """A row with facts of every kind, rows that refer to it, and rows that might."""
    related = (
        views.Related(
            "Tracks", 12, (views.Link(NASTY, "/tracks/1"), views.Link("Two")), "/tracks?album=1", "/tracks/new"
        ),
        views.Related("Prizes", 0, ()),
    )
    values: dict[str, Any] = {
        "title": NASTY,
        "breadcrumbs": CRUMBS,
        "facts": tuple(views.Fact(f"{cell.kind} {NASTY}", cell) for cell in cells()),
        "related": related,
        "list_url": "/albums",
        "edit_url": "/albums/1/edit",
        "delete_url": "/albums/1/delete",
        "json_url": "/albums/1.json",
    }
    return views.ShowPage(**values | changes)


def delete_page(**changes: Any) -> views.DeletePage:
    """The question before a row goes, or why it cannot."""
    values: dict[str, Any] = {
        "title": "Delete One?",
        "breadcrumbs": CRUMBS,
        "label": NASTY,
        "action": "/albums/1/delete",
        "cancel_url": "/albums/1",
        "hidden": (("version", "3"),),
        "consequences": (f"12 tracks go with it {NASTY}.",),
    }
    return views.DeletePage(**values | changes)


BLOCKERS = (
    views.Blocker("Tracks", 12, (views.Link(NASTY, "/tracks/1"),), "/tracks?album=1"),
    views.Blocker("Prizes", 1, ()),
)
DIFFERENCES = (
    views.Difference("Name", NASTY, "", differs=True),
    views.Difference("Year", "1999", "1999", differs=False),
)


def conflict_page(**changes: Any) -> views.ConflictPage:
    """A row that somebody else saved in the meantime."""
    values: dict[str, Any] = {
        "title": "Edit One",
        "breadcrumbs": CRUMBS,
        "rows": DIFFERENCES,
        "form": form_page(),
        "theirs_url": "/albums/1",
        "edit_url": "/albums/1/edit",
    }
    return views.ConflictPage(**values | changes)


EMPTY = {"rows": (), "pager": views.Pager(1, 0, 0, 0, 0), "filters": (), "notices": (), "hidden": ()}
PAGES: dict[str, tuple[str, Mapping[str, Any]]] = {
    "list": ("crud/list", {"page": list_page()}),
    "list, one row": ("crud/list", {"page": list_page(pager=views.Pager(1, 1, 1, 1, 1), csv_url="")}),
    "list, nothing found": ("crud/list", {"page": list_page(**EMPTY)}),
    "list, nothing there": ("crud/list", {"page": list_page(**EMPTY, reset_url="", searchable=False)}),
    "list, only for reading": ("crud/list", {"page": list_page(new_url="", csv_url="", json_url="", searchable=False)}),
    "show": ("crud/show", {"page": show_page()}),
    "show, only for reading": ("crud/show", {"page": show_page(related=(), edit_url="", delete_url="", json_url="")}),
    "form": ("crud/form", {"page": form_page()}),
    "form, no errors": ("crud/form", {"page": form_page(fields=form_page().fields[:10], errors=(), delete_url="")}),
    "delete": ("crud/delete", {"page": delete_page()}),
    "delete, message": ("crud/delete", {"page": delete_page(consequences=(), message=NASTY)}),
    "blocked": ("crud/blocked", {"page": delete_page(blockers=BLOCKERS, action="")}),
    "blocked, message": ("crud/blocked", {"page": delete_page(blockers=BLOCKERS, message=NASTY)}),
    "conflict": ("crud/conflict", {"page": conflict_page()}),
    "conflict, message": ("crud/conflict", {"page": conflict_page(message=NASTY)}),
    "error": ("error", {"status": 404, "title": "Not Found", "detail": NASTY, "errors": {}}),
    "error, fields": (
        "error",
        {"status": 422, "title": "No", "detail": "", "errors": {"name": [NASTY, "Two"], "x": ["One"]}},
    ),
}
