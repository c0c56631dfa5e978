"""What is not installed is named, with the command that brings it."""

import sys

import pytest

from door import make_app, make_client, sign_in
from kirsch import Application, Mapper, hashing
from kirsch.errors import ConfigError

#: What configuration asks for, the package that is missing then, and what is said.
WANTED = [
    ({"hash": "argon2"}, "argon2", r"Argon2 need the package 'argon2-cffi'. Run: pip install 'kirsch\[argon2\]'"),
    (
        {"passwords": {"ada": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA"}}, "argon2",
        r"Argon2 need the package 'argon2-cffi'. Run: pip install 'kirsch\[argon2\]'",
    ),
    (
        {"store": "redis"}, "limits",
        r"store = 'redis' needs the packages 'limits' and 'redis'. Run: pip install 'kirsch\[limits,redis\]'",
    ),
]  # fmt: skip


@pytest.fixture
def without(monkeypatch):
    """A function that takes a package away until the test ends."""

    def take(package):
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            monkeypatch.delitem(sys.modules, name)
        for name in ("kirsch.tools._throttle_redis", "kirsch.tools.oidc", "kirsch.tools._provider"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setitem(sys.modules, package, None)
        hashing.argon2.cache_clear()

    yield take
    hashing.argon2.cache_clear()


@pytest.mark.parametrize(("options", "package", "words"), WANTED)
def test_a_missing_package_is_named_at_start(without, options, package, words):
    """One sentence for what the option needs."""
    without(package)

    with pytest.raises(ConfigError, match=words):
        make_app(**options)


def test_the_package_of_oidc_is_named_at_start(without):
    """As for every tool that needs one."""
    without("joserfc")
    settings = {"issuer": "https://accounts.example.org", "client_id": "shop"}

    with pytest.raises(ConfigError, match=r"tools.oidc needs the package 'joserfc'. Run: pip install 'kirsch\[oidc\]'"):
        Application(Mapper(), config={"tools.oidc": settings})


@pytest.mark.parametrize("package", ["argon2", "limits", "joserfc", "sqlalchemy"])
def test_none_of_them_is_needed_by_others(without, package):
    """Who has a table of passwords signs in without any."""
    without(package)

    assert sign_in(make_client()).status_code == 303
