"""The error page of development: what failed, where, and in answer to what. It runs no code and shows no secrets."""

import traceback
from html import escape

from kirsch.debug.frames import Frame, causes, frames
from kirsch.debug.summary import path_of, summary
from kirsch.request import Request

STYLE = """
:root{color-scheme:light dark;--ink:#1d1b20;--dim:#6b6672;--paper:#fbfafc;--card:#fff;--line:#e4e0e8;--mark:#fde8ea;
--red:#b3122f}
@media(prefers-color-scheme:dark){:root{--ink:#ece9f0;--dim:#a49dae;--paper:#16141a;--card:#1f1c24;--line:#35303d;
--mark:#4a1a26;--red:#ff8a9c}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0;
overflow-wrap:anywhere}h1 b{color:var(--red)}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:var(--dim)}
details,table{background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;width:100%}
summary{padding:.5rem .75rem;cursor:pointer;overflow-wrap:anywhere}summary span{color:var(--dim)}
pre{margin:0;padding:.25rem 0;overflow-x:auto;border-top:1px solid var(--line);font:.85rem/1.55 ui-monospace,monospace}
pre code{display:block;padding:0 .75rem;min-width:max-content}pre code.at{background:var(--mark)}
pre i{display:inline-block;width:3.5em;color:var(--dim);font-style:normal;user-select:none}
table{border-collapse:collapse;font-size:.9rem}td,th{padding:.3rem .75rem;text-align:left;vertical-align:top;
border-top:1px solid var(--line);overflow-wrap:anywhere}tr:first-child>*{border-top:0}th{width:12rem;font-weight:500;
color:var(--dim)}
"""


def debug_page(request: Request, exception: Exception, identifier: str) -> str:
    """The whole page for *exception*; *identifier* is what the log calls the request."""
    kind = type(exception).__name__
    sections = [error_section(error, relation) for relation, error in causes(exception)]
    groups = [group_section(title, rows) for title, rows in summary(request)]
    plain = "".join(traceback.format_exception(exception))
    return document(
        f"{kind}: {str(exception)[:100]}",
        f"<p>{escape(request.method)} {escape(path_of(request))} · in the log as {escape(identifier)}</p>"
        f"{''.join(sections)}{''.join(groups)}"
        f"<h2>As text</h2><details><summary>Traceback</summary><pre><code>{escape(plain)}</code></pre></details>"
        "<p>This page is shown because the site runs in development. It is never shown otherwise.</p>",
    )


def document(title: str, body: str, style: str = "") -> str:
    """A whole page of development; *title* is text, *body* and *style* are written as they are."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style></head><body><main>{body}</main></body></html>\n"
    )


def error_section(error: BaseException, relation: str) -> str:
    """One exception with its frames; the last one of the project is open."""
    title = f"<b>{escape(type(error).__name__)}</b>: {escape(str(error))}"
    heading = f"<h2>{relation} {title}</h2>" if relation else f"<h1>{title}</h1>"
    notes = "".join(f"<p>{escape(str(note))}</p>" for note in getattr(error, "__notes__", ()))
    places = frames(error)
    ours = [index for index, frame in enumerate(places) if frame.ours]
    opened = {len(places) - 1, ours[-1] if ours else len(places) - 1}
    return heading + notes + "".join(frame_section(frame, index in opened) for index, frame in enumerate(places))


def frame_section(frame: Frame, opened: bool) -> str:
    """One place, with the lines around it."""
    lines = "".join(
        f"<code{' class=at' if number == frame.line else ''}><i>{number}</i>{escape(text) or ' '}</code>"
        for number, text in frame.lines
    )
    what = "template" if frame.template else f"in {frame.function}"
    place = f"{escape(frame.place)}:{frame.line} <span>{escape(what)}</span>"
    name = f"<strong>{place}</strong>" if frame.ours else place
    return f"<details{' open' if opened else ''}><summary>{name}</summary><pre>{lines}</pre></details>"


def group_section(title: str, rows: list[tuple[str, str]]) -> str:
    """Names and values as a table."""
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<h2>{escape(title)}</h2><table>{cells}</table>"
