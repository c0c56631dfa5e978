"""A small site that keeps sessions, and visitors of it with their cookies."""

import json
import secrets

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import Conflict

SECRET = "0123456789abcdef"


class Counter(Controller):
    def index(self):
        self.session["count"] = self.session.get("count", 0) + 1
        return str(self.session["count"])

    def peek(self):
        return str(self.session.get("count"))

    def nothing(self):
        return "nothing"

    def enter(self):
        self.session["user"] = "ann"
        self.session.renew()
        return "welcome"

    def leave(self):
        self.session.forget()
        return "bye"

    def say(self, text: str):
        self.flash(text)
        return "said"

    def many(self):
        for number in range(4):
            self.flash(f"number {number}")
        return "said"

    def shout(self):
        self.flash("\N{CHERRIES}\ud800" * 100)
        return "said"

    def promise(self):
        self.flash("It has been saved.")
        raise Conflict("It could not be saved.")

    def hoard(self):
        self.session["much"] = secrets.token_hex(4000)
        return "kept"

    def hear(self):
        return json.dumps(self.request.take("flash"))


def make_app(keys=(SECRET,), **settings):
    mapper = Mapper()
    mapper.connect("/", controller=Counter, action="index")
    for action in ("peek", "nothing", "enter", "leave", "many", "shout", "say", "promise", "hoard", "hear"):
        mapper.connect(f"/{action}", controller=Counter, action=action)
    site = {"site.secret_key": keys[0], "site.old_secret_keys": list(keys[1:]), "tools.sessions": settings}
    return Application(mapper, site=Config(site))


def cookie_of(answer):
    return answer.headers["Set-Cookie"].split(";")[0]


def visit(app, path, cookie):
    """The answer, and the cookie the visitor holds afterwards."""
    answer = ask(app, path, headers={"Cookie": cookie} if cookie else {})
    return answer, cookie_of(answer) if "Set-Cookie" in answer.headers else cookie
