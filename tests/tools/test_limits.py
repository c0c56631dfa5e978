"""tools.limits: how much of a body an action takes."""

import pytest

from kirsch import Application, Controller, Mapper, tools
from kirsch.errors import ConfigError
from kirsch.request import BodyLimits, Request
from kirsch.testing import Client
from kirsch.tool import Setup
from kirsch.tools.limits import Limits


class Papers(Controller):
    def small(self):
        return {"size": len(self.request.body)}

    @tools.limits(body="3 KiB", seconds=5)
    def large(self):
        return {"size": len(self.request.body)}


def client(config):
    mapper = Mapper()
    for action in ("small", "large"):
        mapper.connect(f"/{action}", controller="papers", action=action)
    return Client(Application(mapper, [Papers], config))


def test_each_action_has_its_own_limits():
    """The nearest scope counts, option by option."""
    site = client({"tools": {"limits": {"body": "1 KiB", "memory": "2 KiB"}}})

    assert site.post("/small", b"x" * 1024).json == {"size": 1024}
    assert site.post("/small", b"x" * 1025).status_code == 413
    assert site.post("/large", b"x" * 2048).json == {"size": 2048}
    assert site.post("/large", b"x" * 2049).status_code == 413


def test_the_limits_reach_an_action_by_configuration():
    """As any option does."""
    site = client({"controllers": {"papers": {"actions": {"small": {"tools": {"limits": {"body": 10}}}}}}})

    assert site.post("/small", b"x" * 11).status_code == 413
    assert site.post("/large", b"x" * 11).status_code == 200


def test_the_defaults_are_those_of_a_request():
    """Switching the tool on changes nothing by itself."""
    tool, request = Limits(), Request.blank("/")
    tool.prepare(Setup(root="."))
    assert request.limits == BodyLimits()

    tool.start(request)

    assert request.limits == BodyLimits()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10 MiB", 10 * 2**20),
        ("500kB", 500_000),
        ("1.5 GiB", 3 * 2**29),
        ("2 gb", 2 * 10**9),
        ("100", 100),
        (7, 7),
        ("9 B", 9),
    ],
)
def test_sizes_are_written_as_people_do(text, size):
    """By thousands or by 1024."""
    tool, request = Limits(body=text), Request.blank("/")
    tool.prepare(Setup(root="."))

    tool.start(request)

    assert request.limits.body == size


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"body": "ten"}, """body must be a size, such as "10 MiB", "500 kB" or a number of bytes, not 'ten'."""),
        ({"file": "1 MB/s"}, """file must be a size, such as "10 MiB", "500 kB" or a number of bytes, not '1 MB/s'."""),
        ({"field": -1}, """field must be a size, such as "10 MiB", "500 kB" or a number of bytes, not -1."""),
        ({"fields": -1}, "fields must not be below zero, and is -1."),
        ({"seconds": "soon"}, "tools.limits.seconds must be a number, not 'soon'."),
        ({"bodies": 1}, "tools.limits has no option 'bodies'. Did you mean 'body'?"),
    ],
)
def test_mistakes_are_found_at_start(options, sentence):
    """With the option's name."""
    with pytest.raises(ConfigError) as caught:
        client({"tools": {"limits": options}})

    assert sentence in str(caught.value)
