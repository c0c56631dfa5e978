"""Errors of every kind, and the pages that a site shows for some of them."""

from pathlib import Path

from kirsch import Application, Config, Controller, Mapper, Markup, tools
from kirsch.errors import HTTPError, MethodNotAllowed, NotFound, Redirect, ServiceUnavailable, Unauthorized
from kirsch.response import Page, Response


class Failing(Controller):
    name = "failing"

    def status(self, code: int, words: str = ""):
        raise HTTPError(words, status=code)

    def fields(self):
        raise NotFound("Two <things> are missing.", errors={"title": ["is missing"], "price": ["is too <low>"]})

    def busy(self):
        raise ServiceUnavailable("Back soon.", headers=[("Retry-After", "7")])

    def private(self):
        raise Unauthorized(headers=[("WWW-Authenticate", 'Basic realm="x"')])

    def method(self):
        raise MethodNotAllowed(["PUT", "PATCH"])

    def broken(self):
        raise RuntimeError("the secret of the house")

    def elsewhere(self, to: str):
        raise Redirect(to)

    def read(self):
        return {"got": self.request.json}

    @tools.mako(on=False)
    def program(self):
        raise NotFound("No such thing for programs.")


def by_code(request, error):
    """A page that code makes, as the query string says."""
    wanted = request.GET.get("page", "text")
    if wanted == "fails":
        raise RuntimeError("the secret of the page")
    made = {
        "text": f"{error.status} as text",
        "markup": Markup("<b>{}</b>").format(error.detail),
        "template": Page("code", {"hint": "<look>"}),
        "response": Response("by hand", 200, "text/plain", [("X-Made", "yes")]),
        "signin": Response(status=303, headers=[("Location", "/signin")]),
        "nothing": None,
    }
    return made[wanted]


TEMPLATES = {
    "layout.mako": "<title>${site}</title>${next.body()}",
    "missing.mako": '<%inherit file="layout.mako"/>missing: ${detail}',
    "client.mako": "client ${status} ${context['title']}: ${detail}",
    "server.mako": "server ${status}",
    "other.mako": "other ${status}",
    "fails.mako": "${absent}",
    "loop.mako": "${request.application.url('no such route')}",
    "code.mako": "code ${status} ${hint}",
    "syntax.mako": "% if",
}
ACTIONS = ("fields", "busy", "private", "method", "broken", "elsewhere", "read", "program")


def make(page="", pages=None, code=()):
    """The site; *page* is its error page, *pages* those of single statuses, *code* the statuses that code answers."""
    Path("pages").mkdir()
    for name, text in TEMPLATES.items():
        Path("pages", name).write_text(text)
    mapper = Mapper()
    mapper.connect("/status/{code:int}{.format:json|html|csv}", controller=Failing, action="status")
    for action in ACTIONS:
        mapper.connect(f"/{action}", controller=Failing, action=action)
    mapper.connect("/posted", controller=Failing, action="read", conditions={"method": ["POST"]})
    own = {**(pages or {}), **dict.fromkeys(code, by_code)}
    options = {"directories": ["pages"], "error_page": page, "error_pages": own}
    return Application(mapper, site=Config({"site": {"name": "S & T"}, "tools": {"mako": options}}, root="."))
