"""A site that people sign in to: ada (an editor) and bob."""

from kirsch import Application, Controller, Mapper, tools
from kirsch.hashing import hashed
from kirsch.policy import anyone, role

WORDS = {"ada": "lovelace", "bob": "builder", "zoë": "pässword: x"}
PASSWORDS = {name: hashed(word, cost=16) for name, word in WORDS.items()}


class Pages(Controller):
    @tools.allow(anyone)
    def front(self):
        user = self.request.take("user")
        return user.name if user else "nobody"

    def index(self):
        return self.request.take("user").name

    @tools.allow(role("editor"))
    def edit(self):
        return "edited"

    @tools.allow(role("editor"), hidden=True)
    def draft(self):
        return "draft"

    @tools.allow(anyone)
    def basket(self):
        self.session["basket"] = self.session.get("basket", 0) + 1
        return str(self.session["basket"])


def make(**options):
    """The front and the basket are for everybody; *options* are those of tools.login."""
    mapper = Mapper()
    for action in ("front", "index", "edit", "draft", "basket"):
        path = "/" if action == "front" else f"/{action}"
        mapper.connect(path, controller=Pages, action=action, conditions={"method": ["GET", "POST"]})
    mapper.connect("/data.{format}", controller=Pages, action="index")
    login = {"cost": 16, "passwords": PASSWORDS, "roles": {"ada": ["editor"]}, **options}
    site = {
        "site.secret_key": "0123456789abcdef0123456789abcdef",
        "tools": {"sessions": {}, "csrf": {}, "login": login},
    }
    return Application(mapper, config=site)
