"""What arguments become of queries and forms, in which character sets."""

from kirsch import Application, Controller, Mapper, Markup
from kirsch.request import Upload


class Reading(Controller):
    def query(self, **given: str):
        return given

    def form(self, **given: str):
        return given

    def file(self, file: Upload, title: str = ""):
        return {"name": file.filename, "size": file.size, "title": title}

    def number(self, number: int, ratio: float = 0.5, yes: bool = False):
        return [number, ratio, yes]

    def show(self):
        return Markup("<p>für 5 €</p>")

    def plain(self):
        return "für"

    def json(self):
        return {"für": "€"}


def make(**options):
    """Forms and pages; with *options*, those of tools.encoding, in other character sets."""
    mapper = Mapper()
    for action in ("query", "number", "show", "plain", "json"):
        mapper.connect(f"/{action}", controller=Reading, action=action)
    for action in ("form", "file"):
        mapper.connect(f"/{action}", controller=Reading, action=action, conditions={"method": ["POST"]})
    mapper.connect("/part/{name}", controller=Reading, action="query")
    return Application(mapper, config={"tools.encoding": options} if options else {})
