"""Sites below a path: mounted by another one, or beside each other."""

from wsgiref.validate import validator

import pytest

from dispatch.plain import saying
from kirsch import Application, Controller, Mapper
from kirsch.dispatch import Mounts, mount
from kirsch.errors import ConfigError
from kirsch.testing import Client


def test_a_site_in_a_site_makes_addresses_that_lead_back():
    """URLs, redirects, error pages and cookies of the inner one are below its path, in any script."""

    class Inner(Controller):
        def index(self):
            self.response.set_cookie("a", "1")
            return self.url("page", name="ü")

        def sheet(self, name):
            return name

    inner = Mapper()
    inner.connect("/", controller=Inner)
    inner.connect("page", "/page/{name}", controller=Inner, action="sheet")
    inner.redirect("/from", "/page/there")
    outer = Mapper()
    mount(outer, "/müll", validator(Application(inner)))
    client = Client(validator(Application(outer)))

    answer = client.get("/m%C3%BCll/")

    assert answer.text == "/m%C3%BCll/page/%C3%BC"
    assert client.get(answer.text).text == "ü"
    assert answer.headers["Set-Cookie"] == "a=1; Path=/m%C3%BCll; HttpOnly; SameSite=Lax"
    assert client.get("/m%C3%BCll/from").location == "/m%C3%BCll/page/there"
    assert 'href="/m%C3%BCll/"' in client.get("/m%C3%BCll/nowhere").text


def test_two_sites_of_one_host_keep_their_sessions_apart():
    """Their cookies have one name, two keys, and two paths."""

    class Counter(Controller):
        def index(self):
            self.session["n"] = self.session.get("n", 0) + 1
            return {"n": self.session["n"]}

    def counting(key):
        mapper = Mapper()
        mapper.connect("/", controller=Counter)
        return Application(mapper, config={"site": {"secret_key": key * 32}, "tools": {"sessions": {}}})

    client = Client(Mounts({"/a": counting("a"), "/b": counting("b")}))

    assert [client.get(path).json["n"] for path in ("/a/", "/a/", "/b/", "/a/", "/b/")] == [1, 2, 1, 3, 2]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/a", "a|/a||{}"),
        ("/a/", "a|/a|/|{}"),
        ("/a/bc", "a|/a|/bc|{}"),
        ("/a/b", "ab|/a/b||{}"),
        ("/a/b/c", "ab|/a/b|/c|{}"),
        ("/ab", "root||/ab|{}"),
        ("/%C3%A9/x", "é|/Ã©|/x|{}"),
        ("/", "root||/|{}"),
    ],
)
def test_sites_beside_each_other(target, said):
    """The longest path that fits counts, segment by segment."""
    client = Client(
        validator(Mounts({"/": saying("root"), "/a/": saying("a"), "/a/b": saying("ab"), "/é": saying("é")}))
    )

    assert client.get(target).body.decode("latin-1") == said


def test_without_a_root_the_rest_is_a_404():
    """An ordinary page of one."""
    answer = Client(Mounts({"/a": saying("a")})).get("/b")

    assert (answer.status_code, answer.content_type) == (404, "text/html")


@pytest.mark.parametrize("path", ["a", "", "//a", "/%41"])
def test_mounts_are_checked_at_start(path):
    """A path begins with a slash and is written as it is read."""
    with pytest.raises(ConfigError, match="Mounts cannot have"):
        Mounts({path: saying("a")})
