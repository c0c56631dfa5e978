"""Actions that offer media types, speak JSON, look at referers, and vary."""

from kirsch import Application, Controller, Mapper, Markup, tools
from kirsch.errors import Forbidden


class Offers(Controller):
    @tools.accept(["text/html", "application/json", "text/plain"])
    def media(self):
        kind = self.request.take("media")
        if kind == "text/html":
            return Markup("<h2>Page</h2>")
        return "plain" if kind == "text/plain" else {"page": True}

    @tools.accept(["application/atom+xml"])
    def feed(self):
        return '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>'

    @tools.referer(pattern=r"https?://[^/]*partner\.example(/.*)?")
    def shown(self):
        return "image"

    @tools.referer(pattern=r".*evil.*", accept=False, missing=True, own=False)
    def open(self):
        return "image"

    @tools.headers(send={"Content-Language": "en-GB", "X-Team": ["kitchen", "garden"]}, ignore=["Range", "X-Secret"])
    def told(self):
        return self.request.headers.get("X-Secret", "none")

    @tools.autovary(ignore=["X-Ignored"])
    def varied(self, names: str = ""):
        return "".join(self.request.headers.get(name, "") for name in names.split(",") if name)

    @tools.json()
    def text(self):
        return "text"

    @tools.json()
    def refused(self):
        raise Forbidden("no")

    @tools.json(only=True)
    def take(self):
        return self.request.json


def make():
    """Each action at its own name."""
    mapper = Mapper()
    for action in ("media", "feed", "shown", "open", "told", "varied", "text", "refused", "take"):
        mapper.connect(f"/{action}", controller=Offers, action=action)
    mapper.connect("/media{.format:html|json}", controller=Offers, action="media")
    return Application(mapper)
