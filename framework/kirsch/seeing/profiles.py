"""The page of `tools.profiling`: which functions take the time of an action."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from kirsch.errors import NotFound
from kirsch.response import Response
from kirsch.seeing.panel import Panel, document, seconds, table

#: Functions that are shown.
MOST = 100
SORTS = {"own": "itself", "total": "with what it calls", "calls": "calls"}
#: The page of pyinstrument is one file with its script inside. It can load and send nothing.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Profiles(Panel):
    """Profiles by action, and the functions of one of them."""

    name = "profiles"
    source = "profiles"
    tools_needed: ClassVar = {"profiles": "tools.profiling; switch it on for the site, by [tools.profiling]"}
    commands: ClassVar = {"clear": lambda profiles: profiles.clear()}

    def _shown(self, source: Any) -> Any:
        asked = self.request.GET
        if "sample" in asked:
            page = source.page(asked["sample"])
            if page is None:
                raise NotFound("There is no such profile any more.")
            return Response(page, headers=[("Content-Security-Policy", POLICY), ("Cache-Control", "no-store")])
        if "action" in asked:
            return self._functions(source, asked["action"], asked.get("sort", "own"))
        return self._list(source)

    def _list(self, source: Any) -> Any:
        found = source.all()
        if self.wants_json():
            return self.json({"profiles": [profile._asdict() for profile in found]})
        parts = [
            Markup("<h1>Profiles of {}</h1>").format(self.request.application.name),
            self.buttons("clear"),
            table("Actions", ("action", "profiles"),
                  [(link(action, action=action), number) for action, number in source.actions().most_common()],
                  "Nothing was profiled yet."),
            table("Call trees", ("at", "action"),
                  [(link(profile.moment, sample=profile.file), profile.action) for profile in found if profile.sampled],
                  "None: they come with by = \"pyinstrument\"."),
        ]  # fmt: skip
        return document("Profiles", Markup("").join(parts))

    def _functions(self, source: Any, action: str, sort: str) -> Any:
        sort = sort if sort in SORTS else "own"
        number, rows = source.functions(action)
        rows = sorted(rows, key=lambda row: (-getattr(row, sort), row.place, row.function))[:MOST]
        if self.wants_json():
            return self.json({"action": action, "requests": number, "functions": [row._asdict() for row in rows]})
        orders = Markup("").join(
            Markup('<a href="?{}"{}>{}</a>').format(
                urlencode({"action": action, "sort": word}),
                Markup(' aria-current="page"') if word == sort else "", label.capitalize(),
            )
            for word, label in SORTS.items()
        )  # fmt: skip
        parts = [
            Markup("<h1>{}</h1><p>Of {} profiled requests together.</p>").format(action, number),
            Markup('<nav><a href="?">All profiles</a>{}</nav>').format(orders),
            table("Functions", ("itself", "with what it calls", "calls", "function", "place"),
                  [(seconds(row.own), seconds(row.total), row.calls, row.function, row.place) for row in rows],
                  "No calls were counted for this action."),
        ]  # fmt: skip
        return document(f"Profile of {action}", Markup("").join(parts))


def link(words: str, **query: str) -> Markup:
    """A link to a part of the page."""
    return Markup('<a href="?{}">{}</a>').format(urlencode(query), words)
