"""Pages about the site itself: plain, readable without scripts, and never for strangers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from kirsch.controller import Controller, not_an_action
from kirsch.errors import BadRequest, Forbidden, MethodNotAllowed, Redirect
from kirsch.rendering import to_json
from kirsch.request import Request
from kirsch.response import Response
from kirsch.templating import csrf_field

STYLE = """
:root{color-scheme:light dark;--ink:#1d1b20;--dim:#6b6672;--paper:#fbfafc;--card:#fff;--line:#e4e0e8;--red:#b3122f;
--bar:#e7d9f2}
@media(prefers-color-scheme:dark){:root{--ink:#ece9f0;--dim:#a49dae;--paper:#16141a;--card:#1f1c24;--line:#35303d;
--red:#ff8a9c;--bar:#4a3460}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:84rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0}
h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:var(--dim)}
nav,form{display:flex;flex-wrap:wrap;gap:.5rem;margin:.75rem 0}a{color:inherit}
nav a,button{font:inherit;font-size:.9rem;padding:.25rem .75rem;border-radius:.5rem;
border:1px solid var(--line);background:var(--card);color:var(--ink);text-decoration:none;cursor:pointer}
nav a:hover,button:hover{border-color:var(--dim)}nav a[aria-current]{background:var(--bar)}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
table{border-collapse:collapse;font-size:.9rem;width:100%}td,th{padding:.3rem .75rem;text-align:left;vertical-align:top}
tbody tr{border-top:1px solid var(--line)}th{font-weight:500;color:var(--dim);white-space:nowrap}
td{overflow-wrap:anywhere;min-width:9rem}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;
min-width:0}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.5rem;margin:.5rem 0}dl div{background:
var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.4rem .75rem}dt{color:var(--dim);font-size:.85rem}
dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}.bad{color:var(--red)}
"""


class Panel(Controller):
    """A page of figures: GET shows it, as JSON for those who ask for it, and POST obeys a command."""

    #: What the tool that knows offers.
    source: ClassVar[str] = ""
    #: What a POST may say as `command`, and the method of the source it calls.
    commands: ClassVar[Mapping[str, Callable[[Any], object]]] = {}

    def index(self) -> Any:
        """The page, or what a command leads to."""
        request = self.request
        source = request.take(self.source)
        if request.method == "POST":
            return self._obey(source)
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(("GET", "HEAD", "POST"))
        if request.GET.get("part") == "style":
            return Response(STYLE, content_type="text/css", headers=[("Cache-Control", "private, max-age=3600")])
        self.response.headers["Cache-Control"] = "no-store"
        return self._shown(source)

    def _shown(self, source: Any) -> Any:
        raise NotImplementedError

    def _obey(self, source: Any) -> None:
        refuse_strangers(self.request)
        name = self.request.POST.get("command", "")
        if not isinstance(name, str) or name not in self.commands:
            raise BadRequest(f"The commands are {', '.join(self.commands)}.")
        self.commands[name](source)
        raise Redirect(self.request.path_qs)

    @not_an_action
    def buttons(self, *names: str) -> Markup:
        """A form with a button for each command."""
        made = Markup("").join(
            Markup('<button name="command" value="{}">{}</button>').format(name, name.capitalize()) for name in names
        )
        return Markup('<form method="post">{}{}</form>').format(csrf_field(self.request), made)

    @not_an_action
    def json(self, found: Any) -> Response:
        """The figures for a program."""
        return Response(to_json(found), content_type="application/json", headers=[("Cache-Control", "no-store")])

    @not_an_action
    def wants_json(self) -> bool:
        """Whether a program asks."""
        request = self.request
        return request.GET.get("format") == "json" or request.prefers("text/html", "application/json") != "text/html"


def refuse_strangers(request: Request) -> None:
    """Obey only pages of this site, and programs that say so.

    :raises Forbidden: for what another site's page may have sent (Fetch Metadata; Fetch, "Origin header").
    """
    environ = request.environ
    site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
    if site == "same-origin" or (site is None and origin == request.host_url):
        return
    raise Forbidden("A command must come from this page, or with the header Sec-Fetch-Site: same-origin.")


def document(title: str, body: Markup) -> Markup:
    """A whole page."""
    return Markup(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        '<title>{}</title><link rel="stylesheet" href="?part=style"></head><body><main>{}</main></body></html>\n'
    ).format(title, body)


def table(title: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], empty: str = "None.") -> Markup:
    """A table below its title; numbers stand to the right."""
    found = [list(row) for row in rows]
    if not found:
        return Markup("<h2>{}</h2><p>{}</p>").format(title, empty)
    right = [isinstance(cell, Amount | int | float) for cell in found[0]]
    top = Markup("").join(
        Markup("<th{}>{}</th>").format(Markup(' class="n"') if on else "", cell)
        for cell, on in zip(head, right, strict=True)
    )
    lines = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(Markup(' class="n"') if on else "", cell)
                for cell, on in zip(row, right, strict=True)
            )
        )
        for row in found
    )
    return Markup(
        '<h2>{}</h2><div class="wide"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(title, top, lines)


def cards(title: str, pairs: Mapping[str, Any]) -> Markup:
    """Names and what they are; nothing for none."""
    if not pairs:
        return Markup("")
    made = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name.replace("_", " "), value)
        for name, value in pairs.items()
    )
    return Markup("<h2>{}</h2><dl>{}</dl>").format(title, made)


class Amount(str):
    """A number with its unit."""

    __slots__ = ()


def seconds(value: float) -> Amount:
    """A duration as people read it."""
    if value < 0.001:
        return Amount(f"{value * 1e6:.0f} µs")
    if value < 1:
        return Amount(f"{value * 1000:.1f} ms")
    if value < 120:
        return Amount(f"{value:.2f} s")
    minutes, hours, days = value / 60, value / 3600, value / 86400
    return Amount(f"{minutes:.0f} min" if minutes < 120 else f"{hours:.1f} h" if hours < 48 else f"{days:.1f} d")


def size(value: float) -> Amount:
    """Bytes as people read them."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024:
            return Amount(f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}")
        value /= 1024
    return Amount(f"{value:.1f} TiB")
