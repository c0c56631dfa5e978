"""Development: save a file and see it, whatever was in it."""

import socket
import time
from urllib.parse import urlsplit

import pytest

SITE = """
import sys
from kirsch import Application, Controller, Mapper, Site

class Hello(Controller):
    def index(self) -> str:
        return "WORD"

    def fail(self) -> str:
        raise LookupError("no <such> thing")

mapper = Mapper()
mapper.connect("/", controller=Hello, action="index")
mapper.connect("/fail", controller=Hello, action="fail")
sys.exit(Site(Application(mapper, [Hello])).serve(port=0, dev=True))
"""

pytestmark = pytest.mark.slow


def saved(script_process, text):
    path = script_process.process.args[1]
    time.sleep(0.02)
    with open(path, "w") as file:
        file.write(text)


def refused(address, within):
    """Whether nobody listens at *address* any more before the time is over."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            socket.create_connection(address, timeout=1).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.1)
    return False


def test_a_save_is_seen_at_the_same_address(script, fetch):
    """The site starts again, and browsers that ask meanwhile wait instead of being refused."""
    process = script(SITE.replace("WORD", "one"))
    url = process.url()
    assert fetch(url) == (200, "one")

    saved(process, SITE.replace("WORD", "two"))
    process.wait_for("changed: starting again")

    assert fetch(url)[0] == 200
    assert process.url() == url
    assert fetch(url) == (200, "two")
    assert process.end()[0] == 0


def test_a_syntax_error_is_survived(script, fetch):
    """Its traceback is on the terminal; the next save mends it, and who asked meanwhile gets the answer."""
    process = script(SITE.replace("WORD", "one"))
    url = process.url()

    saved(process, SITE + "\ndef broken(:\n")
    process.wait_for("SyntaxError")
    process.wait_for("starts again when a file is saved")
    host, port = urlsplit(url).hostname, urlsplit(url).port
    with socket.create_connection((host, port), timeout=20) as waiting:
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        saved(process, SITE.replace("WORD", "mended"))
        assert waiting.recv(65536).endswith(b"mended")

    assert process.url() == url


def test_a_site_that_cannot_start_at_first_waits_for_a_save(script, fetch):
    """A parent that loads nothing of the site survives a mistake before the first start too."""
    first = """
import sys
from kirsch.plugins.reloaded import is_child
from kirsch.plugins.reloader import supervise

if not is_child():
    sys.exit(supervise())
"""
    process = script(first + "from kirsch import Nothing\n" + SITE.replace("WORD", "mended"))
    process.wait_for("ImportError: cannot import name 'Nothing'")
    process.wait_for("ended with exit code 1. It starts again when a file is saved.")

    saved(process, first + SITE.replace("WORD", "mended"))

    assert fetch(process.url()) == (200, "mended")


def test_an_error_page_shows_the_source_and_no_secrets(script, fetch):
    """The line that failed is there, escaped; a password in the address is not."""
    process = script(SITE)

    status, page = fetch(process.url() + "/fail?password=hunter2")

    assert status == 500
    assert "raise LookupError(&quot;no &lt;such&gt; thing&quot;)" in page
    assert "hunter2" not in page


def test_ctrl_c_ends_parent_and_site(script):
    """The process is gone at once, and the port with it."""
    process = script(SITE)
    url = process.url()

    code, seconds = process.end(2)

    assert (code, seconds < 3) == (0, True)
    with pytest.raises(OSError):
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=1)


def test_the_site_ends_when_its_parent_is_killed(script):
    """No orphan keeps the port."""
    process = script(SITE)
    url = urlsplit(process.url())
    process.process.kill()

    assert refused((url.hostname, url.port), within=10)
