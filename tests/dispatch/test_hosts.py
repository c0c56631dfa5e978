"""Several hosts on one server."""

import http.client
import socket
from wsgiref.validate import validator

import pytest

from dispatch.plain import saying
from kirsch import Application, Controller, Mapper
from kirsch.dispatch import VirtualHosts, host_variables, within
from kirsch.errors import ConfigError
from kirsch.testing import Client
from kirsch.tool import Setup
from kirsch.tools.proxy import Proxy

HOSTS = {
    "shop.example": "shop",
    "*.shop.example": "below",
    "{account}.shop.example": "account",
    "api.shop.example": "api",
    "shop.example:8443": "port",
    "*.deep.shop.example": "deep",
    "[::1]": "six",
    "127.0.0.1": "four",
    "bücher.example": "books",
}


def who(host, **options):
    """Who answers for *host*."""
    application = VirtualHosts({name: saying(text) for name, text in HOSTS.items()}, **options)
    answer = Client(validator(application)).get("/", headers={"Host": host})
    return answer.text.split("|")[0] if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("shop.example", "shop"),
        ("SHOP.Example.", "shop"),
        ("shop.example:80", "shop"),
        ("shop.example:8443", "port"),
        ("shop.example.:8443", "port"),
        ("ada.shop.example", "account"),
        ("api.shop.example:9", "api"),
        ("a.b.shop.example", "below"),
        ("a.deep.shop.example", "deep"),
        ("[::1]", "six"),
        ("[0:0:0:0:0:0:0:1]:8080", "six"),
        ("127.0.0.1:8080", "four"),
        ("xn--bcher-kva.example", "books"),
        ("XN--BCHER-KVA.example", "books"),
        ("evilshop.example", 421),
        ("shop.example.evil", 421),
        (".shop.example", 421),
        ("a..shop.example", 421),
        ("[::2]", 421),
        ("1.127.0.0.1", 421),
        ("[:::]", 400),
        ("shop.example:x", 400),
        ("shop.example/evil", 400),
        ("shop.example, evil", 400),
        ("", 421),
    ],
)
def test_a_host_leads_to_its_application(host, name):
    """The most exact pattern counts; what is no host is 400, and who is unknown 421."""
    assert who(host) == name


def test_other_hosts_may_have_a_default():
    """It never answers for what is no host at all."""
    assert (who("evil.example", default=saying("default")), who("[:::]", default=saying("default"))) == ("default", 400)


def test_a_part_of_the_host_can_be_asked_for():
    """Controllers see what a variable stands for; it is one label."""

    class Home(Controller):
        def index(self):
            return host_variables(self.request)

    mapper = Mapper()
    mapper.connect("/", controller=Home)
    hosts = VirtualHosts({"{language}.{account}.example": Application(mapper)})

    assert Client(hosts, base_url="http://DE.ada.example").get("/").json == {"language": "de", "account": "ada"}
    assert Client(hosts, base_url="http://x.de.ada.example").get("/").status_code == 421


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Server"])
def test_nobody_says_another_host(header):
    """What a client writes into the headers of proxies changes nothing."""
    hosts = VirtualHosts({"shop.example": saying("shop"), "admin.example": saying("admin")})
    value = "host=admin.example" if header == "Forwarded" else "admin.example"

    answer = Client(hosts, base_url="http://shop.example").get("/", headers={header: value})

    assert answer.text.startswith("shop")


def test_a_trusted_proxy_says_the_host():
    """It is believed by the rules of tools.proxy, before the application is chosen."""
    proxy = Proxy(trusted=["127.0.0.1"], believe=["for", "host"])
    proxy.prepare(Setup(root="."))
    hosts = {"shop.example": saying("shop"), "inner.example": saying("inner")}
    client = Client(VirtualHosts(hosts, arrive=proxy.arrive), base_url="http://inner.example")

    said = {"X-Forwarded-Host": "shop.example", "X-Forwarded-For": "192.0.2.7"}

    assert client.get("/", headers=said).text.startswith("shop")
    assert client.get("/").text.startswith("inner")


@pytest.mark.parametrize(
    ("hosts", "sentence"),
    [
        ({}, "has no hosts"),
        ({"shop.*": saying("")}, "write"),
        ({"a b": saying("")}, "write"),
        ({"": saying("")}, "write"),
        ({"shop.example:99999": saying("")}, "is no port"),
        ({"{a b}.example": saying("")}, "is no name for a variable"),
        ({"{a}.{a}.example": saying("")}, "stands twice"),
        ({"x{a}.example": saying("")}, "write"),
        ({"[::zz]": saying("")}, "'[::zz]'"),
        ({"shop.example": "shop"}, "is no WSGI application"),
        ({"shop.example": saying(""), "SHOP.example.": saying("")}, "twice"),
        ({"{a}.example": saying(""), "{b}.example": saying("")}, "twice"),
    ],
    ids=["none", "star", "blank", "empty", "port", "name", "again", "mixed", "address", "text", "same", "variables"],
)
def test_hosts_are_checked_at_start(hosts, sentence):
    """Each mistake is a sentence."""
    with pytest.raises(ConfigError) as caught:
        VirtualHosts(hosts)

    assert sentence in str(caught.value)


def test_the_refusal_says_as_little_to_everybody():
    """A program reads problem details, HEAD has no body, and the name that was asked for is not repeated."""
    client = Client(VirtualHosts({"shop.example": saying("shop")}))
    headers = {"Host": "evil.example", "Accept": "application/json"}

    answer = client.get("/", headers=headers)

    assert (answer.status_code, answer.content_type, answer.json["status"]) == (421, "application/problem+json", 421)
    assert "evil" not in answer.text
    assert client.head("/", headers=headers).body == b""


def test_over_a_socket_the_target_counts_more_than_the_header(served):
    """An absolute target names the host (RFC 9112, section 3.2.2); HTTP/1.0 without a host gets the default."""
    hosts = VirtualHosts({"shop.example": saying("shop")}, default=saying("default"))
    host, port = served(hosts)

    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", "http://shop.example/x", headers={"Host": "other.example"})
    absolute = connection.getresponse().read()
    connection.close()
    with socket.create_connection((host, port), timeout=10) as wire:
        wire.sendall(b"GET / HTTP/1.0\r\n\r\n")
        old = wire.makefile("rb").read()

    assert absolute.startswith(b"shop||/x")
    assert old.endswith(b"default||/|{}")


def test_sub_domains_still_choose_among_the_routes_of_one_application():
    """A condition of a route sees the host that was asked for."""

    class Pages(Controller):
        def shop(self):
            return "shop"

        def home(self):
            return "home"

    mapper = Mapper()
    mapper.domains = ("example.co.uk",)
    mapper.connect("/", controller=Pages, action="shop", conditions={"sub_domain": "shop"})
    mapper.connect("/", controller=Pages, action="home")
    hosts = VirtualHosts({"*.example.co.uk": Application(mapper)})

    assert [Client(hosts, base_url=f"http://{name}.example.co.uk").get("/").text for name in ("shop", "www")] == [
        "shop", "home",
    ]  # fmt: skip


def test_a_host_may_be_a_part_of_an_application():
    """Its root is the path; the addresses that the application makes work there, too."""

    class Music(Controller):
        def index(self):
            return self.url("song", id=3)

        def song(self, id: int):
            return f"song {id}"

    mapper = Mapper()
    mapper.connect("/", controller=Music, action="song", id=0)
    mapper.connect("/music", controller=Music)
    mapper.connect("song", "/music/{id:int}", controller=Music, action="song")
    application = Application(mapper)
    client = Client(VirtualHosts({"music.example": within(application, "/music")}, default=application))

    def get(path):
        return client.get(path, headers={"Host": "music.example"}).text

    assert (get("/"), get("/7"), get("/music/3"), client.get("/").text) == ("/music/3", "song 7", "song 3", "song 0")
    with pytest.raises(ConfigError, match="path below the root"):
        within(application, "/")
