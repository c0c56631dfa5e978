"""A form, and what may be done by it."""

from kirsch import Application, Controller, Mapper
from kirsch.response import Markup
from kirsch.templating import csrf_field, csrf_meta


class Notes(Controller):
    def new(self):
        return Markup("{}<form>{}</form>").format(csrf_meta(self.request), csrf_field(self.request))

    def plain(self):
        return "plain"

    def create(self, text: str = ""):
        return f"created {text}"

    def upload(self):
        return f"uploaded {self.request.POST['file'].filename}"


def make(**options):
    """The form at /; *options* are those of tools.csrf."""
    mapper = Mapper()
    mapper.connect("/", controller=Notes, action="new", conditions={"method": "GET"})
    mapper.connect("/", controller=Notes, action="create", conditions={"method": ["POST", "PUT", "PATCH", "DELETE"]})
    mapper.connect("/plain", controller=Notes, action="plain")
    mapper.connect("/upload", controller=Notes, action="upload", conditions={"method": "POST"})
    site = {"site.secret_key": "0123456789abcdef0123456789abcdef", "tools.csrf": options}
    return Application(mapper, config=site)
