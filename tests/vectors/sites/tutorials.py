"""Small sites, as somebody writes them on the first day."""

from kirsch import Application, Controller, Mapper, Markup
from kirsch.dispatch import tree
from kirsch.request import Upload


class Extra(Controller):
    def index(self):
        return Markup('<p>More links</p><p><a href="{}">Back</a></p>').format(self.url("links"))


class Links(Controller):
    extra = Extra

    def index(self):
        return Markup('<p><a href="{}">Extra</a></p>').format(self.url("extra"))


class Page(Controller):
    """What its pages have in common."""

    title = "Untitled"

    def _whole(self, text):
        return Markup("<title>{}</title><p>{}</p>").format(self.title, text)


class Another(Page):
    title = "Another Page"

    def index(self):
        return self._whole("And this is the second page!")


class People(Controller):
    def index(self):
        return "nobody"

    def default(self, name, /):
        known = {"remi": "Remi", "hendrik": "Hendrik"}
        return Markup("{}, <b>developer</b>").format(known[name]) if name in known else f"Who is {name}?"


class Site(Controller):
    links = Links
    another = Another
    people = People

    def index(self):
        return "Hello world!"

    def show_message(self):
        return "Hello world!"

    def greet(self, name: str | None = None):
        if name is None:
            return Markup('Please enter your name <a href="./">here</a>.')
        return f"Hey {name}, what's up?" if name else "No, really, enter your name."

    def visits(self):
        self.session["visits"] = self.session.get("visits", 0) + 1
        return f"You have viewed this page {self.session['visits']} times!"

    def users(self):
        yield "<h3>Users:</h3>"
        for name in ("Remi", "Carlos", "Hendrik"):
            yield f"{name}<br/>"

    def upload(self, file: Upload):
        return {"length": len(file.read()), "name": file.filename, "type": file.content_type}


def make():
    """All of them in one site."""
    mapper = Mapper()
    tree(mapper, "/", Site)
    return Application(mapper, config={"site": {"secret_key": "k" * 32}, "tools": {"sessions": {}}})
