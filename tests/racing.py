"""A site whose requests meet at the same session, and what they do there."""

import json

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from visitors import SECRET, cookie_of

ACTIONS = ("keep", "remove", "add", "show", "renew", "leave", "say", "hear", "count", "start")


class Racing(Controller):
    def _meanwhile(self):
        """What the test has happen between the reading and the saving of the session."""
        self.request.environ.get("test.meanwhile", lambda: None)()

    def keep(self, name: str, value: str):
        self.session[name] = json.loads(value)
        self._meanwhile()
        return "kept"

    def remove(self, name: str):
        self.session.pop(name, None)
        self._meanwhile()
        return "removed"

    def add(self, name: str, amount: float = 1):
        self.session.add(name, amount)
        self._meanwhile()
        return "added"

    def count(self):
        self.session["n"] = self.session.get("n", 0) + 1
        self._meanwhile()
        return str(self.session["n"])

    def show(self):
        values = dict(self.session)
        self._meanwhile()
        return values

    def renew(self):
        self.session.renew()
        self._meanwhile()
        return "renewed"

    def leave(self):
        self.session.forget()
        self._meanwhile()
        return "left"

    def say(self, text: str):
        self.flash(text)
        self._meanwhile()
        return "said"

    def hear(self):
        heard = self.request.take("flash")
        self._meanwhile()
        return json.dumps(heard)

    def start(self):
        self.session["n"] = 0
        return "started"


def racing_app(**options):
    """A site of that controller; *options* are those of tools.sessions."""
    mapper = Mapper()
    for action in ACTIONS:
        mapper.connect(f"/{action}", controller=Racing, action=action)
    return Application(mapper, site=Config({"site.secret_key": SECRET, "tools.sessions": options}))


class Visitor:
    """Who keeps a cookie from request to request."""

    def __init__(self, app, cookie=None):
        self.app = app
        self.cookie = cookie

    def ask(self, path, meanwhile=None):
        """The answer to a request, during which *meanwhile* happens."""
        environ = {"test.meanwhile": meanwhile} if meanwhile else None
        answer = ask(self.app, path, environ=environ, headers={"Cookie": self.cookie} if self.cookie else {})
        if "Set-Cookie" in answer.headers:
            self.cookie = cookie_of(answer)
        return answer

    def twin(self):
        """Another window of the same browser."""
        return Visitor(self.app, self.cookie)

    @property
    def values(self):
        """What the session holds."""
        return json.loads(self.ask("/show").text)
