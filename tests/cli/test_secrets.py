"""Hashes and tokens are made without the secret being written down anywhere."""

import io
import re
import sys
from hashlib import sha256

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.hashing import matches
from kirsch.testing import Client


class Pages(Controller):
    def index(self):
        user = self.request.take("user")
        return {"name": user.name, "scopes": user.scopes}


def make_client(**tools):
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    return Client(Application(mapper, config={"site.secret_key": "0123456789abcdef0123456789abcdef", "tools": tools}))


@pytest.mark.parametrize(("option", "kind"), [((), "scrypt$"), (("--argon2",), "$argon2id$")])
def test_a_hash_is_made_of_a_line(kirsch, monkeypatch, option, kind):
    """Of the standard input; the line's end is no part of the password."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("open sesame\r\nmore\n"))

    code, out, _ = kirsch("password", *option)

    assert code == 0
    assert out.startswith(kind)
    assert matches("open sesame", out.strip())


def test_a_hash_of_another_cost_is_made(kirsch, monkeypatch):
    """And of none that scrypt does not take."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("open sesame\nopen sesame\n"))

    made = kirsch("password", "--cost", "64")
    refused = kirsch("password", "--cost", "65")

    assert made[1].startswith("scrypt$64$8$3$")
    assert refused[0] != 0
    assert "cost must be a power of two" in refused[2]


def test_an_empty_password_is_refused(kirsch, monkeypatch):
    """In one sentence."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    code, out, err = kirsch("password")

    assert (code, out) == (2, "")
    assert err.startswith("kirsch: There is no password.")


@pytest.mark.parametrize("name", ["reports", "night shift", "o'brien", 'a"b'])
def test_a_random_token_comes_with_what_configuration_keeps_of_it(kirsch, tmp_path, name):
    """The token alone on the standard output, so that it can be piped; the settings besides let it in."""
    code, out, err = kirsch("token", name, "--scope", "read", "--scope", "write")
    settings = tmp_path / "site.toml"
    settings.write_text(err.partition("\n")[2])

    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    client = Client(Application(mapper, config=settings))

    assert code == 0
    assert re.fullmatch(r"[\w-]{43}\n", out)
    assert sha256(out.strip().encode()).hexdigest() in err
    assert out.strip() not in err
    answer = client.get("/", headers={"Authorization": f"Bearer {out.strip()}"})
    assert answer.json == {"name": name, "scopes": ["read", "write"]}


def test_a_signed_token_needs_no_setting_of_its_own(shop):
    """It is made with the secret key of the project."""
    code, out, _ = shop.run("token", "reports", "--signed", "--scope", "read", "--days", "2")
    client = make_client(bearer={"signed": True})

    assert code == 0
    answer = client.get("/", headers={"Authorization": f"Bearer {out.strip()}"})
    assert answer.json == {"name": "reports", "scopes": ["read"]}


def test_a_signed_token_needs_a_project(kirsch):
    """Its key is taken for it."""
    code, out, err = kirsch("token", "reports", "--signed")

    assert (code, out) == (2, "")
    assert err.startswith("kirsch: ")
