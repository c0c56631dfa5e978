"""Addresses that lead elsewhere: by an action, by configuration, by a slash."""

from kirsch import Application, Controller, Mapper, Redirect, Response, tools


class Going(Controller):
    def go(self, to: str, status: int = 303):
        raise Redirect(to, status)

    def back(self, next: str = "/"):
        raise Redirect(next, local=True)

    def answer(self, to: str):
        response = Response(status=302)
        response.location = to
        return response

    def header(self, to: str):
        return Response(status=302, headers=[("Location", to)])

    def signed_in(self):
        self.response.set_cookie("name", "ada")
        raise Redirect("/")

    @tools.redirect("/new#top", status=301)
    def old(self):
        return "never"

    @tools.redirect(route="album", status=308)
    def record(self, id: int):
        return "never"

    @tools.redirect("https://shop.example/door", hosts=["shop.example"], query=False)
    def away(self):
        return "never"

    def new(self):
        return "new"

    def album(self, id: int):
        return f"album {id}"


def make(**options):
    """Redirects of every kind; *options* are those of the slash."""
    mapper = Mapper()
    for action in ("go", "back", "answer", "header", "signed_in", "old", "away"):
        mapper.connect(f"/{action}", controller=Going, action=action)
    mapper.connect("/new", controller=Going, action="new", conditions={"method": ["GET"]})
    mapper.connect("/shelf/", controller=Going, action="new", conditions={"method": ["GET"]})
    mapper.connect("/records/{id:int}", controller=Going, action="record")
    mapper.connect("album", "/albums/{id:int}", controller=Going, action="album")
    mapper.redirect("/moved/{id:int}", "/albums/{id}", _redirect_code="301 Moved Permanently")
    return Application(mapper, config={"tools.trailingslash": options})
