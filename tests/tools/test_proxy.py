"""Who a request comes from, behind proxies."""

import random
from ipaddress import ip_address

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError

TRUSTED = ["10.0.0.0/8", "2001:db8::/32"]
EVERYTHING = ["for", "proto", "host", "port"]


class Home(Controller):
    def index(self):
        environ = self.request.environ
        return f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']} {environ['HTTP_HOST']}"

    def shop(self):
        return "shop"


def make_app(**options):
    mapper = Mapper()
    mapper.domains = ("example.org",)
    mapper.connect("/", controller=Home, action="shop", conditions={"sub_domain": ["shop"]})
    mapper.connect("/", controller=Home, action="index")
    return Application(mapper, config={"tools.proxy": {"trusted": TRUSTED, **options}})


def come(app, remote="10.0.0.1", host="inside", **headers):
    environ = {"REMOTE_ADDR": remote, "HTTP_HOST": host}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return ask(app, "/", environ=environ).text


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({"x_forwarded_for": "192.0.2.7"}, "192.0.2.7 http inside"),
        ({"x_forwarded_for": "6.6.6.6, 192.0.2.7"}, "192.0.2.7 http inside"),
        ({"x_forwarded_for": "6.6.6.6,192.0.2.7:4711"}, "192.0.2.7 http inside"),
        ({"x_forwarded_for": "[2001:db8::5]:4711"}, "2001:db8::5 http inside"),
        ({"x_forwarded_for": "2001:DB8::5"}, "2001:db8::5 http inside"),
        ({"x_forwarded_for": "::ffff:192.0.2.7"}, "192.0.2.7 http inside"),
        ({"x_forwarded_proto": "https"}, "10.0.0.1 https inside"),
        ({"x_forwarded_proto": "gopher"}, "10.0.0.1 http inside"),
        ({"x_forwarded_host": "example.org"}, "10.0.0.1 http example.org"),
        ({"x_forwarded_host": "evil.example, example.org"}, "10.0.0.1 http example.org"),
        ({"x_forwarded_host": "exam ple/@"}, "10.0.0.1 http inside"),
        ({"x_forwarded_host": "example.org", "x_forwarded_port": "8443"}, "10.0.0.1 http example.org:8443"),
        ({"x_forwarded_port": "443", "x_forwarded_proto": "https"}, "10.0.0.1 https inside"),
        ({"x_forwarded_port": "99999"}, "10.0.0.1 http inside"),
        ({"forwarded": "for=192.0.2.7;proto=https;host=example.org"}, "10.0.0.1 http inside"),
    ],
)
def test_a_trusted_proxy_is_believed(headers, seen):
    """What it has added last, and of what it says only what makes sense; the other family is never looked at."""
    assert come(make_app(believe=EVERYTHING), **headers) == seen


@pytest.mark.parametrize(
    ("header", "seen"),
    [
        ("for=192.0.2.7", "192.0.2.7 http inside"),
        ("for=6.6.6.6, for=192.0.2.7;proto=https;host=example.org", "192.0.2.7 https example.org"),
        ('For="[2001:db8::5]:4711" ; Proto=HTTPS', "2001:db8::5 https inside"),
        ('for = "192.0.2.7"', "10.0.0.1 http inside"),
        ('For="[2001:db8::5]:4711";Proto=HTTPS', "2001:db8::5 https inside"),
        ('for="192.0.2.7:_x";host="example.org:8443"', "192.0.2.7 http example.org:8443"),
        (r'for="192.0.2\.7"', "192.0.2.7 http inside"),
        ("for=unknown;proto=https", "10.0.0.1 https inside"),
        ("for=_hidden", "10.0.0.1 http inside"),
        ("for=6.6.6.6;for=7.7.7.7", "10.0.0.1 http inside"),
        ('for="6.6.6.6, for=192.0.2.7', "192.0.2.7 http inside"),
        ('for="6.6.6.6, for=192.0.2.7;host="example.org"', "192.0.2.7 http example.org"),
        ('for=192.0.2.7;host="a,for=6.6.6.6;x=\\"y"', "10.0.0.1 http inside"),
        ("for=192.0.2.7,,", "192.0.2.7 http inside"),
        ("for", "10.0.0.1 http inside"),
        ("", "10.0.0.1 http inside"),
    ],
)
def test_the_standard_header_is_read(header, seen):
    """RFC 7239, from the end: what a client has left open cannot swallow what the proxy has added."""
    app = make_app(headers="forwarded", believe=["for", "proto", "host"])

    assert come(app, forwarded=header, x_forwarded_for="6.6.6.6", x_forwarded_proto="https") == seen


@pytest.mark.parametrize("remote", ["192.0.2.1", "11.0.0.1", "2001:db9::1", "", "unix", "10.0.0.1, 10.0.0.1", "::1"])
def test_nobody_else_is_believed(remote):
    """A client that comes directly cannot say who it is."""
    headers = dict.fromkeys(["x_forwarded_for", "x_forwarded_host"], "6.6.6.6") | {"x_forwarded_proto": "https"}

    assert come(make_app(believe=EVERYTHING, hops=9), remote, **headers) == f"{remote} http inside"


def test_only_what_is_to_be_believed_is():
    """By default the address and the scheme: few proxies drop the rest of what a client sends."""
    headers = {"x_forwarded_for": "192.0.2.7", "x_forwarded_host": "evil.example", "x_forwarded_port": "1"}

    assert come(make_app(), **headers) == "192.0.2.7 http inside"
    assert come(make_app(believe=["proto"]), **headers, x_forwarded_proto="https") == "10.0.0.1 https inside"


@pytest.mark.parametrize(
    ("hops", "said", "seen"),
    [
        (1, "6.6.6.6, 192.0.2.7, 10.0.0.2", "10.0.0.2"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (9, "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (9, "6.6.6.6, 192.0.2.7, garbage, 10.0.0.2", "10.0.0.2"),
        (9, "192.0.2.7, 10.0.0.3, 2001:db8::2, 10.0.0.2", "192.0.2.7"),
        (2, "192.0.2.7, 10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (9, "10.0.0.4, 10.0.0.3", "10.0.0.4"),
    ],
)
def test_proxies_in_a_row_are_followed(hops, said, seen):
    """From the last word to the first, as far as each came from a trusted address, and no further than *hops*."""
    forwarded = ", ".join(f'for="[{one}]"' if ":" in one else f"for={one}" for one in said.split(", "))

    assert come(make_app(hops=hops), x_forwarded_for=said).split()[0] == seen
    assert come(make_app(hops=hops, headers="forwarded"), forwarded=forwarded).split()[0] == seen


def test_a_scheme_that_is_said_once_holds_for_all_proxies():
    """Only the outermost sees how the client came."""
    app = make_app(hops=2)

    assert come(app, x_forwarded_for="192.0.2.7, 10.0.0.2", x_forwarded_proto="https") == "192.0.2.7 https inside"


def test_a_route_is_found_by_the_host_that_was_asked_for():
    """The proxy's word is taken before the table is asked; a path that no route takes is seen so, too."""
    app = make_app(believe=EVERYTHING)

    assert come(app, x_forwarded_host="shop.example.org") == "shop"
    assert come(app, "192.0.2.1", x_forwarded_host="shop.example.org").startswith("192.0.2.1")


def test_no_garbage_is_an_error(seed):
    """Whatever stands in the headers, there is an answer, and an address in its place."""
    chance = random.Random(seed)
    pieces = ["for=", "host=", "proto=https", "192.0.2.7", "10.0.0.2", "[::1]", '"', "\\", ";", ",", ":", "=", " ",
              "%25", "fe80::1%eth0", "\xff", "\x00", "\t", "unknown", "_x", "99999999999", "1.2.3", "٣"]  # fmt: skip
    apps = [make_app(headers=family, hops=5, believe=EVERYTHING[:3]) for family in ("forwarded", "x-forwarded")]
    for _ in range(2000):
        names = ("forwarded", "x_forwarded_for", "x_forwarded_proto", "x_forwarded_host")
        headers = {name: "".join(chance.choices(pieces, k=chance.randint(0, 9))) for name in names}
        for app in apps:
            seen = come(app, **headers)

            assert str(ip_address(seen.split(" ")[0])) == seen.split(" ")[0], headers
            assert seen.split(" ")[1] in ("http", "https"), headers


def test_long_headers_take_no_time():
    """64 kB of each kind: what is not read is not worked on."""
    app = make_app(headers="forwarded", hops=10**6)
    for piece in ("for=10.0.0.2,", 'for="', "for=a;", '\\"', ";", ",", "a=b;c=", "[:"):
        assert come(app, forwarded=(piece * 65536)[:65536]).split(" ")[0] in ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"trusted": []}, "trusted is empty"),
        ({"trusted": ["10.0.0.1/8"]}, "trusted holds what is no network: 10.0.0.1/8 has host bits set"),
        ({"trusted": ["proxy.example"]}, "trusted holds what is no network"),
        ({"hops": 0}, "hops must be at least 1"),
        ({"headers": "forwarded", "believe": ["port"]}, "believe cannot hold 'port'"),
        ({"headers": "both"}, "must be one of"),
        ({"believe": ["by"]}, "must be one of"),
    ],
)
def test_what_cannot_work_is_found_at_start(options, words):
    """With the option."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)


def test_nobody_is_trusted_by_default():
    """The networks must be said."""
    with pytest.raises(ConfigError, match="trusted is not set"):
        Application(Mapper(), config={"tools.proxy.hops": 1})


@pytest.mark.parametrize(
    ("general", "own"),
    [({}, {"trusted": TRUSTED}), ({"trusted": TRUSTED}, {"trusted": ["::1"]}), ({"trusted": TRUSTED}, {"on": False})],
)
def test_it_is_for_the_whole_site(general, own):
    """An action cannot have a proxy of its own, nor be without: it is not known yet."""
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    general = {"tools.proxy": general} if general else {}
    with pytest.raises(ConfigError, match=r"home\.index: tools\.proxy acts before .* alone, under \[tools\.proxy\]"):
        Application(mapper, config={**general, "controllers.home.tools.proxy": own})
