"""What holds for any parts, hosts, paths and bodies."""

import random
import xmlrpc.client
from urllib.parse import quote
from wsgiref.validate import validator

import pytest

from dispatch.plain import saying
from dispatch.programs import answer, call_of
from kirsch import Application, Controller, Mapper
from kirsch.dispatch import Mounts, VirtualHosts, mount, tree
from kirsch.testing import Client

SIGNS = "abzAZ019-._~!$&'()*+,;=:@%?#[]{}<>|\\^`\" \t\u00e9\u4e2d\U0001f600"
HOSTS = "abc.example" * 3 + "-_.:[]0189%@/\\ ,*{}\u00e9"
XML = (
    call_of("<value><array><data><value><int>1</int></value><value>a&amp;&#233;</value></data></array></value>"),
    call_of("<value><struct><member><name>a</name><value><double>1.5</double></value></member></struct></value>"),
    call_of("<value><dateTime.iso8601>20260102T03:04:05</dateTime.iso8601></value>"),
    call_of("<value><base64>AAECAw==</base64></value>", "math.add"),
)


class Root(Controller):
    def default(self, *rest):
        return {"rest": rest}


def text_of(chance, signs, longest):
    return "".join(chance.choice(signs) for _ in range(chance.randint(1, longest)))


def test_every_part_that_makes_an_address_is_read_back(seed):
    """Whatever signs are in it, as many as there are."""
    chance = random.Random(seed)
    mapper = Mapper()
    tree(mapper, "/tree", Root)
    client = Client(Application(mapper))

    for _ in range(300):
        rest = [text_of(chance, SIGNS, 6) for _ in range(chance.randint(1, 5))]
        if {".", ".."} & set(rest):
            continue
        assert client.get(mapper.url("root.default", rest=rest)).json == {"rest": rest}


def test_every_host_is_answered_refused_or_malformed(seed):
    """Nothing that a client writes there is our fault, nor leads to another site than its own."""
    chance = random.Random(seed)
    sites = {host: saying(host) for host in ("abc.example", "*.abc.example", "{x}.abc.example", "[::1]")}
    client = Client(VirtualHosts(sites))

    for _ in range(500):
        host = text_of(chance, HOSTS, 20) + chance.choice(["", ".abc.example", "abc.example", ":80"])
        reply = client.get("/", headers={"Host": host})
        assert reply.status_code in (200, 400, 421)
        if reply.status_code == 200:
            assert host.lower().partition(":")[0].removesuffix(".").endswith("abc.example")


def test_every_path_is_divided_without_loss(seed):
    """SCRIPT_NAME and PATH_INFO are together what was asked for, in a site and beside others."""
    chance = random.Random(seed)
    mapper = Mapper()
    mount(mapper, "/\u00e9/b", saying("in"))
    paths = {"/\u00e9/b": saying("beside"), "/a": saying("beside"), "/": saying("root")}
    clients = [Client(validator(Application(mapper))), Client(validator(Mounts(paths)))]

    for _ in range(200):
        path = "/\u00e9/b" + chance.choice(["", "/"]) + "/".join(text_of(chance, SIGNS, 4) for _ in range(3))
        for client in clients:
            reply = client.get(quote(path))
            if reply.status_code == 200:
                _, script_name, path_info = reply.body.decode("latin-1").rsplit("|{}", 1)[0].split("|", 2)
                assert (script_name + path_info).encode("latin-1").decode() == path
            else:
                assert not path.startswith("/\u00e9/b/")


@pytest.mark.parametrize("xml", XML, ids=["array", "struct", "moment", "bytes"])
def test_every_body_is_answered(programs, xml, seed):
    """A call with bytes turned, lost or doubled has a result or a fault of the caller."""
    chance = random.Random(seed)

    for _ in range(300):
        body = bytearray(xml)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(body))
            turned = chance.choice(
                [b"", bytes([chance.randrange(256)]), bytes(body[at : at + 9]) * 2, b"<value>", b"&"]
            )
            body[at : at + chance.randint(0, 9)] = turned
        reply = answer(programs, bytes(body))
        assert reply.status_code == 200
        try:
            xmlrpc.client.loads(reply.body)
        except xmlrpc.client.Fault as fault:
            assert fault.faultCode in (-32700, -32600, -32601, -32602)  # noqa: PT017  # a result is as good
