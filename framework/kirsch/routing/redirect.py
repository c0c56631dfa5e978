"""Old addresses that lead to new ones."""

from typing import Any

from kirsch.routing.converters import RouteError

STATUSES = (301, 302, 303, 307, 308)


def redirect_options(options: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status of a redirect and the options of its route; GET alone unless conditions say otherwise.

    Takes `status=308` as well as Routes' `_redirect_code="308 Permanent Redirect"`; 302 by default.
    """
    options = dict(options)
    given = options.pop("status", None) or str(options.pop("_redirect_code", "302 Found")).split(" ")[0]
    options.pop("_filter", None)
    options["conditions"] = {"method": ["GET"], **(options.get("conditions") or {})}
    if not str(given).isdigit() or int(given) not in STATUSES:
        raise RouteError(f"{options.get('_place')}: {given!r} is no status of a redirect; use one of {STATUSES}")
    return int(given), options
