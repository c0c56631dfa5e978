"""A table of routes as large as wanted, and the paths that are looked up in it."""

from collections.abc import Iterator

NOUNS = (
    "orders", "invoices", "customers", "articles", "users", "comments", "projects", "tickets", "payments", "shipments",
    "products", "categories", "warehouses", "suppliers", "reviews", "messages", "teams", "reports",
)  # fmt: skip
#: The routes of each resource; the dotted one stands before the plain one that would match the same paths.
SHAPES = (
    ("list", ""),
    ("new", "/new"),
    ("as", "/{id}.{format}"),
    ("show", "/{id}"),
    ("comment", "/{id}/notes/{note_id}"),
)
#: A path, and the route's name with its variables, or None for a miss.
Probe = tuple[str, tuple[str, dict[str, str]] | None]
#: Where two variables share one part of the path, only regular expressions can tell them apart.
DOTTED = "dotted"


def resource_name(number: int) -> str:
    """``orders`` to ``reports``, then ``orders2`` and so on."""
    turn, index = divmod(number, len(NOUNS))
    return NOUNS[index] + (str(turn + 1) if turn else "")


def make_routes(count: int) -> list[tuple[str, str]]:
    """The names and patterns of *count* routes of a REST API, five to a resource."""
    return list(_routes(count))


def _routes(count: int) -> Iterator[tuple[str, str]]:
    for resource in map(resource_name, range(count // len(SHAPES))):
        for shape, path in SHAPES:
            yield f"{resource}.{shape}", f"/api/v1/{resource}{path}"


def probes(count: int) -> dict[str, Probe]:
    """What is looked up among *count* routes: any position, any shape, and two misses."""
    last = count // len(SHAPES) - 1

    def found(number: int, shape: str, path: str, **variables: str) -> Probe:
        resource = resource_name(number)
        return f"/api/v1/{resource}{path}", (f"{resource}.{shape}", variables)

    return {
        "first": found(0, "show", "/1234", id="1234"),
        "middle": found(last // 2, "show", "/1234", id="1234"),
        "last": found(last, "show", "/1234", id="1234"),
        "static": found(last, "new", "/new"),
        DOTTED: found(last, "as", "/1234.json", id="1234", format="json"),
        "nested": found(last, "comment", "/1234/notes/99", id="1234", note_id="99"),
        "miss": ("/api/v1/nothing/1234", None),
        "deep miss": (f"/api/v1/{resource_name(last)}/1234/nothing/99", None),
    }
