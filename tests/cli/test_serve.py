"""A site is served from the command line, and says first what is not in order."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest


@contextmanager
def serving(shop, *words):
    """`python manage.py serve` as a process; gives it and the address it says it serves on."""
    command = [sys.executable, "manage.py", "serve", "--port", "0", *words]
    process = subprocess.Popen(command, cwd=shop.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        url = None
        while url is None:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            url = re.search(r"http://\S+", line)
        yield process, url.group()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
        process.stderr.close()


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_site_is_served_until_it_is_told_to_stop(shop, how):
    """It answers, ends at once and without a complaint."""
    shop.run("makemigration")
    shop.run("migrate")

    with serving(shop) as (process, url):
        body = get(url + "/books/3")
        process.send_signal(how)
        _, errors = process.communicate(timeout=20)

    assert (body, process.returncode) == ("book 3", 0)
    assert "pending" not in errors
    assert "Traceback" not in errors


@pytest.mark.slow
def test_a_project_may_serve_more_than_its_application(shop):
    """What `make_front` makes of it: other hosts, other applications."""
    app = (shop.root / shop.package / "app.py").read_text()
    shop.write(
        "PACKAGE/app.py",
        app
        + """
from kirsch.dispatch import Mounts

def wiki(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"wiki " + environ["PATH_INFO"].encode()]

def make_front(application):
    return Mounts({"/": application, "/wiki": wiki})
""",
    )

    with serving(shop) as (_, url):
        assert (get(url + "/books/3"), get(url + "/wiki/home")) == ("book 3", "wiki /home")


def test_a_front_that_is_none_is_one_sentence(shop):
    """As with an application that is none."""
    app = (shop.root / shop.package / "app.py").read_text()
    shop.write("PACKAGE/app.py", app + "\ndef make_front(application):\n    pass\n")

    code, _, errors = shop.run("serve", "--port", "0")

    assert (code, errors.splitlines()[-1]) == (
        2, f"kirsch: make_front in {shop.package}/app.py returns None; let it return a WSGI application.",
    )  # fmt: skip


@pytest.mark.slow
def test_pending_migrations_are_said_before_serving(shop):
    """Nothing is applied silently."""
    shop.run("makemigration")

    with serving(shop) as (process, url):
        get(url)
        process.terminate()
        _, errors = process.communicate(timeout=20)

    assert "1 migration is pending: run python manage.py migrate\n" in errors
    assert shop.run("migrate", "--plan")[1].startswith("To apply: ")


@pytest.mark.slow
def test_a_site_whose_database_is_away_is_served_and_says_so(shop):
    """The pages that need it are 503 until it is back."""
    shop.write(
        "config/site.toml",
        "[site]\nname = 'shop'\n[tools.sqlalchemy]\nurl = 'postgresql://me:s3cret@127.0.0.1:1/x'\n",
    )

    with serving(shop) as (process, url):
        body = get(url)
        process.terminate()
        _, errors = process.communicate(timeout=20)

    assert body == "welcome"
    assert "kirsch: No PostgreSQL server answers at 127.0.0.1:1; start it, or correct the host and port" in errors
    assert "s3cret" not in errors


@pytest.mark.slow
def test_in_development_a_saved_file_is_served(shop):
    """The same address answers with the new code."""
    with serving(shop, "--dev") as (process, url):
        before = get(url)
        time.sleep(1.5)
        shop.write(
            "PACKAGE/controllers.py",
            "from kirsch import Controller\n\nclass Home(Controller):\n    def index(self) -> str:\n"
            "        return 'hello again'\n    def book(self, id: int) -> str:\n        return 'book'\n",
        )
        after, deadline = before, time.monotonic() + 20
        while after == before and time.monotonic() < deadline:
            time.sleep(0.2)
            after = get(url)
        process.terminate()
        process.communicate(timeout=20)

    assert (before, after) == ("welcome", "hello again")


@pytest.mark.parametrize("words", [[], ["--dev"]])
def test_a_used_port_is_one_sentence_and_2(shop, words):
    """It says which, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shop.manage("serve", "--port", str(port), *words)

    assert done.returncode == 2
    sentences = [line for line in done.stderr.splitlines() if "pending" not in line]
    assert len(sentences) == 1
    assert str(port) in sentences[0]
    assert sentences[0].startswith("kirsch: ")


def test_an_address_that_is_not_ours_is_one_sentence_and_2(shop):
    """A host that this machine does not have."""
    done = shop.manage("serve", "--host", "203.0.113.7", "--port", "0")

    assert done.returncode == 2
    assert "203.0.113.7" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "environment"), [((), "production"), (("--dev",), "development"), (("--environment", "test"), "test")]
)
def test_a_site_is_served_as_what_the_command_line_says(shop, words, environment):
    """Stronger than its files."""
    shop.write("PACKAGE/controllers.py", TELLING)
    shop.write("config/site.toml", '[site]\nenvironment = "production"\n')

    with serving(shop, *words) as (_, url):
        assert get(url + "/") == environment


TELLING = """
from kirsch import Controller

class Home(Controller):
    def index(self) -> str:
        return self.request.application.setup.environment

    def book(self, id: int) -> str:
        return ""
"""
