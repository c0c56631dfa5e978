"""The table of routes, and why a URL leads where it leads."""

from urllib.parse import unquote, urlsplit

from kirsch.application import Application
from kirsch.report.names import tool_name
from kirsch.routing import Route
from kirsch.routing import explain as explain_route
from kirsch.routing.table import aligned


def routes(application: Application, search: str = "") -> str:
    """The routes in the order they are tried, one line each; with *search* those whose line holds that word."""
    rows = [_row(route) for route in application.mapper.matchlist]
    found = [row for row in rows if search.lower() in " ".join(row).lower()]
    if not found:
        return f"No route holds {search!r}; there are {len(rows)}." if search else "There are no routes."
    return aligned([("Name", "Methods", "Path", "Action", "Connected in"), *found])


def _row(route: Route) -> tuple[str, ...]:
    methods = ", ".join(sorted(route.methods)) if route.methods else "any"
    return route.name or "", methods, route.routepath, route.destination, route.place


def explain(application: Application, method: str, url: str) -> str:
    """Which route answers *method* on *url* and with which tools, or the nearest route and the part that failed.

    *url* may be a path, or a whole URL with a query string; its host decides about sub-domains.
    """
    given = urlsplit(url if "://" in url else f"//localhost/{url.removeprefix('/')}")
    try:
        path = unquote(given.path, errors="strict") or "/"
    except UnicodeDecodeError:
        return f"{method.upper()} {given.path} is answered with 400: the path is not UTF-8"
    environ = {"REQUEST_METHOD": method.upper(), "HTTP_HOST": given.netloc}
    lines = explain_route(application.mapper, method.upper(), path, environ)
    route = application.mapper.find(path, method.upper(), environ)[0]
    if route is not None and route in application.plans:
        route = application.crossing.get(route, {}).get(application.paths.nearest(path) or "", route)
        tools = [tool_name(tool) for tool in application.plans[route].tools]
        lines.append(f"  tools: {', '.join(tools) or 'none'}")
    return "\n".join(lines)
