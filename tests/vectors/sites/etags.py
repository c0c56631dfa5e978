"""Pages named by their content, and versions that an action names."""

from kirsch import Application, Controller, Mapper, NotFound


class Pages(Controller):
    def index(self):
        return "page"

    def empty(self):
        return ""

    def own(self):
        self.response.headers["ETag"] = '"mine"'
        return "mine"

    def pieces(self):
        yield "one "
        yield "two"

    def gone(self):
        raise NotFound("gone")

    def private(self):
        self.response.headers["Cache-Control"] = "no-store"
        return "private"

    def checked(self):
        self.request.check(etag="7", modified=1_700_000_000)
        return "seven"

    def save(self):
        self.request.check(etag="7", modified=1_700_000_000)
        return "saved"

    def create(self):
        self.request.check(exists=False)
        return "created"

    def weak(self):
        self.request.check(etag="7", weak=True)
        return "weak"


def make(**options):
    """The pages; *options* are those of the tool."""
    mapper = Mapper()
    for action in ("index", "empty", "own", "pieces", "gone", "private"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    get, change = {"method": ["GET"]}, {"method": ["PUT", "POST", "DELETE"]}
    mapper.connect("/checked", controller=Pages, action="checked", conditions=get)
    mapper.connect("/checked", controller=Pages, action="save", conditions=change)
    mapper.connect("/weak", controller=Pages, action="weak", conditions=get)
    mapper.connect("/weak", controller=Pages, action="save", conditions=change)
    mapper.connect("/created", controller=Pages, action="create", conditions={"method": ["PUT"]})
    return Application(mapper, config={"tools.etags": options})
