"""A site that people sign in to, for tests of `tools.login`."""

from kirsch import Application, Config, Controller, Mapper, tools
from kirsch.hashing import hashed
from kirsch.policy import anyone, role
from kirsch.testing import Client

KEY = "0123456789abcdef"
ADA, BOB = hashed("lovelace", cost=16), hashed("builder", cost=16)
PROGRAM = {"Accept": "application/json"}


class Pages(Controller):
    def index(self):
        return self.request.take("user").name

    @tools.allow(anyone)
    def front(self):
        user = self.request.take("user")
        self.session.setdefault("cart", []).append(1)
        return {"user": user.name if user else None, "cart": len(self.session["cart"])}

    @tools.allow(role("editor"))
    def edit(self, text: str = ""):
        return "edited " + text

    @tools.allow(role("editor"), hidden=True)
    def secret(self):
        return "secret"


def make_app(settings=None, root=None, routes=(), **options):
    mapper = Mapper()
    for action in ("index", "front", "edit", "secret"):
        path = "/" if action == "front" else f"/{action}"
        mapper.connect(path, controller=Pages, action=action, conditions={"method": ["GET", "POST"]})
    for path, controller, action in routes:
        mapper.connect(path, controller=controller, action=action)
    if not options.keys() & {"file", "model", "accounts", "passwords"}:
        options |= {"passwords": {"ada": ADA, "bob": BOB}, "roles": {"ada": ["editor"]}}
    options = {"cost": 16, **options}
    site = {"site.secret_key": KEY, "tools": {"sessions": {}, "csrf": {}, "login": options}}
    return Application(mapper, config=[site, settings or {}], site=Config(root=root) if root else None)


def make_client(*arguments, **options):
    return Client(make_app(*arguments, **options))


def sign_in(client, name="ada", password="lovelace", path="/login", **options):
    return client.post(path, data={"name": name, "password": password}, **options)
