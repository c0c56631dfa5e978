"""Several sites on one server, told apart by their hosts."""

from kirsch import Application, Controller, Mapper
from kirsch.dispatch import VirtualHosts, host_variables, tree, within
from kirsch.tool import Setup
from kirsch.tools.proxy import Proxy


def named(name):
    """A site whose page says *name*, the host, and the variables of the host."""

    def index(self):
        return f"{name}"

    def seen(self):
        return {"host": self.request.host, "variables": host_variables(self.request), "url": self.url(f"{name}.seen")}

    def send(self, value):
        return f"{name} got {value}"

    mapper = Mapper()
    tree(mapper, "/", type(name, (Controller,), {"name": name, "index": index, "seen": seen, "send": send}))
    return Application(mapper)


class Domain(Controller):
    def index(self):
        return f"welcome to {self.name}"

    def send(self, value):
        return f"{self.name} got {value}"

    def part(self, value, /):
        return f"{self.name} got {value}"

    def address(self):
        return self.url(f"{self.name}.part", value="next")


class Second(Domain):
    pass


class Third(Domain):
    pass


class Root(Controller):
    second = Second
    third = Third

    def index(self):
        return "hello"

    def fourth(self):
        return "under construction"

    def send(self, value):
        return f"root got {value}"


class Country(Controller):
    def home(self):
        return "home"

    def shop(self):
        return "shop"

    def any(self, sub_domain):
        return f"any {sub_domain}"


def hosts(default):
    sites = {
        "shop.example": named("shop"),
        "api.shop.example": named("api"),
        "shop.example:8443": named("port"),
        "{account}.shop.example": named("account"),
        "*.shop.example": named("below"),
        "[::1]": named("six"),
        "127.0.0.1": named("four"),
        "bücher.example": named("books"),
        "*.shop.test": named("test"),
    }
    return VirtualHosts(sites, named("default") if default else None)


def prefixes():
    """One application whose parts have hosts of their own."""
    mapper = Mapper()
    tree(mapper, "/", Root)
    site = Application(mapper)
    parts = {"www.second.example": "/second", "www.third.example": "/third", "www.fourth.example": "/fourth"}
    return VirtualHosts({host: within(site, path) for host, path in parts.items()}, site)


def behind():
    """Two sites behind a proxy that is trusted."""
    proxy = Proxy(trusted=["127.0.0.1"], believe=["for", "proto", "host"])
    proxy.prepare(Setup(root="."))
    return VirtualHosts({"shop.example": named("shop"), "inner.example": named("inner")}, arrive=proxy.arrive)


def country():
    """One application that tells its sub-domains apart."""
    mapper = Mapper()
    mapper.domains = ("shop.co.uk",)
    mapper.connect("/", controller=Country, action="home", conditions={"sub_domain": None})
    mapper.connect("/", controller=Country, action="shop", conditions={"sub_domain": ["shop", "store"]})
    mapper.connect("/", controller=Country, action="any", sub_domain="", conditions={"sub_domain": True})
    return VirtualHosts({"shop.co.uk": (site := Application(mapper)), "*.shop.co.uk": site})


def make(kind="hosts", default=False):
    """One of the four."""
    return hosts(default) if kind == "hosts" else {"prefixes": prefixes, "behind": behind, "country": country}[kind]()
