"""Several applications in one process."""

import urllib.request

import pytest

SITE = """
import sys
from kirsch import Application, Controller, Mapper, Site
from kirsch.dispatch import Mounts, VirtualHosts, mount

class Home(Controller):
    def index(self) -> str:
        return self.request.application.name

    def fail(self) -> str:
        raise ValueError("seen in development")

def make(name):
    mapper = Mapper()
    mapper.connect("/", controller=Home)
    mapper.connect("/fail", controller=Home, action="fail")
    application = Application(mapper, config={"site": {"name": name, "debug": True}})
    closing = application.close
    application.close = lambda: (print(f"{name} is closed", flush=True), closing())
    return application

shop, wiki, old = make("shop"), make("wiki"), make("old")
mapper = Mapper()
mount(mapper, "/", old)
blog = Application(mapper)
front = VirtualHosts({"wiki.example": wiki}, default=Mounts({"/": shop, "/blog": blog}))
sys.exit(Site(shop, front).serve(port=0))
"""


@pytest.mark.slow
def test_one_process_serves_several_sites(script):
    """Each answers for its host or path, shows its errors, and is closed once at the end."""
    process = script(SITE)
    url = process.url()

    def get(path, host):
        request = urllib.request.Request(url + path, headers={"Host": host})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    assert [get("/", "x.example"), get("/", "wiki.example"), get("/blog/", "x.example")] == ["shop", "wiki", "old"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        get("/blog/fail", "x.example")
    with caught.value as answer:
        assert "seen in development" in answer.read().decode()
    assert process.end()[0] == 0
    process.wait_for("old is closed")
    assert sorted(line for line in process.said.splitlines() if "is closed" in line) == sorted(
        f"{name} is closed" for name in ("shop", "wiki", "old")
    )
