"""What a site behind a proxy believes of who asks."""

from kirsch import Application, Controller, Mapper, Redirect


class Seen(Controller):
    def index(self):
        request = self.request
        return {"client": request.client_addr, "scheme": request.scheme, "host": request.host, "url": request.host_url}

    def away(self):
        raise Redirect(self.request.host_url + "/")


def make(**options):
    """One page that says what it sees; *options* are those of tools.proxy, which is off without any."""
    mapper = Mapper()
    mapper.connect("/", controller=Seen, action="index")
    mapper.connect("/away", controller=Seen, action="away")
    return Application(mapper, config={"tools.proxy": options} if options else {})
