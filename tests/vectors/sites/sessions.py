"""A counter and other things that a visitor keeps."""

import json
import time
from pathlib import Path

from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import Conflict, Redirect

ACTIONS = (
    "index", "peek", "set", "delete", "clear", "values", "renew", "leave", "away", "broken", "refused", "say", "hear",
    "wait", "plain", "add", "stream", "huge",
)  # fmt: skip


class Counter(Controller):
    def index(self):
        self.session["count"] = self.session.get("count", 0) + 1
        return str(self.session["count"])

    def peek(self):
        return str(self.session.get("count"))

    def set(self, name: str, value: str):
        self.session[name] = json.loads(value)
        return "set"

    def delete(self, name: str):
        self.session.pop(name, None)
        return "deleted"

    def clear(self):
        self.session.clear()
        return "cleared"

    def values(self):
        return dict(self.session)

    def add(self, name: str, amount: int = 1):
        self.session.add(name, amount)
        return str(self.session[name])

    def renew(self):
        self.session.renew()
        return "renewed"

    def leave(self):
        self.session.forget()
        return "left"

    def away(self):
        self.session["count"] = 100
        raise Redirect("/peek")

    def broken(self):
        self.session["count"] = 200
        raise RuntimeError("on purpose")

    def refused(self):
        self.flash("saved")
        raise Conflict("no")

    def say(self, text: str):
        self.flash(text)
        return "said"

    def hear(self):
        return self.request.take("flash")

    def wait(self, seconds: float):
        time.sleep(seconds)
        return "waited"

    def plain(self):
        return "plain"

    def huge(self):
        self.session["much"] = [number * 7919 % 104729 for number in range(5000)]
        return "kept"

    def stream(self):
        count = self.session.get("count", 0)
        self.response.app_iter = (str(number).encode() for number in range(count))
        return self.response


def make(**options):
    """Each action at its own name; *options* are those of tools.sessions."""
    mapper = Mapper()
    for action in ACTIONS:
        methods = ["POST"] if action == "leave" else ["GET", "POST"]
        path = "/" if action == "index" else f"/{action}"
        mapper.connect(path, controller=Counter, action=action, conditions={"method": methods})
    settings = {"site.secret_key": "0123456789abcdef0123456789abcdef", "tools.sessions": options}
    return Application(mapper, site=Config(settings, root=Path.cwd()))
