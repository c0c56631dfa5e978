"""A site that answers OPTIONS by itself."""

from kirsch import Application, Controller, Mapper


class Pages(Controller):
    def index(self):
        return "index"

    def save(self):
        return "saved"


def make():
    """A page that may be read, and one that may be changed."""
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index", conditions={"method": ["GET"]})
    mapper.connect("/page", controller=Pages, action="index", conditions={"method": ["GET"]})
    mapper.connect("/page", controller=Pages, action="save", conditions={"method": ["PUT", "PATCH"]})
    return Application(mapper)
