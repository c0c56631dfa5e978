"""What a request was, with everything secret in it left out."""

from urllib.parse import parse_qsl

from kirsch.redaction import redacted_headers, redacted_value
from kirsch.request import Request

LONGEST = 500

Rows = list[tuple[str, str]]


def summary(request: Request) -> list[tuple[str, Rows]]:
    """Groups of names and values: where the request went, its header fields, its query and its form."""
    environ = request.environ
    where = [
        ("Method", environ.get("REQUEST_METHOD", "")),
        ("Path", path_of(request)),
        ("Stage", request.stage),
        ("Route", str(getattr(request.route, "name", None) or request.route or "none")),
        *((f"{{{name}}}", repr(value)) for name, value in request.urlvars.items()),
        ("Client", environ.get("REMOTE_ADDR", "")),
    ]
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="replace")
    groups = [
        ("Request", where),
        ("Query", query),
        ("Form", form_rows(request)),
        ("Headers", redacted_headers(environ)),
    ]
    return [(title, [(name, shown(name, value)) for name, value in rows]) for title, rows in groups if rows]


def path_of(request: Request) -> str:
    """The path as people write it, whatever bytes it holds."""
    path = request.environ.get("SCRIPT_NAME", "") + request.environ.get("PATH_INFO", "")
    return str(path).encode("latin-1", "replace").decode("utf-8", "replace")


def form_rows(request: Request) -> Rows:
    """The fields of a form that was read already; reading it now could fail, or wait."""
    pairs = request.received.pairs or ()
    return [(name, value if isinstance(value, str) else "a file") for name, value in pairs]


def shown(name: str, value: str) -> str:
    """*value*, unless its name says that it is nobody's business; shortened where it is long."""
    value = redacted_value(name, value)
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"
