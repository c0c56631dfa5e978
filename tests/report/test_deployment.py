"""`check --deploy` names what is unsafe among strangers, and nothing else."""

from typing import ClassVar

import pytest

from kirsch import Application, Config, Controller, Mapper, tools
from kirsch.hashing import hashed
from kirsch.report.deployment import unsafe

KEY = "7f3b9c1e5a8d2460bd17ce93f4a60582"
SAFE = {
    "site": {"secret_key": KEY},
    "tools": {
        "hosts": {"allow": ["www.example.org"]},
        "https": {},
        "sessions": {},
        "csrf": {},
        "secureheaders": {"hsts": 31536000},
        "accesslog": {},
    },
}
CHEAP = hashed("lovelace", cost=16)


class Home(Controller):
    def index(self):
        return "home"

    def save(self):
        return "saved"


class Inside(Controller):
    config: ClassVar = {"tools.secureheaders.on": False}

    def index(self):
        return "inside"


def make(tmp_path, *more, site=SAFE, mapper=None):
    if mapper is None:
        mapper = Mapper()
        mapper.connect("/", controller=Home, action="index", conditions={"method": "GET"})
        mapper.connect("/save", controller=Home, action="save", conditions={"method": "POST"})
    return Application(mapper, site=Config(site, *more, root=tmp_path))


def told(tmp_path, *more, **options):
    application = make(tmp_path, *more, **options)
    try:
        return unsafe(application)
    finally:
        application.close()


def test_a_safe_site_is_told_nothing(tmp_path):
    """Whoever is warned of nothing stops reading."""
    assert told(tmp_path) == []
    assert told(tmp_path, {"tools.sqlalchemy.url": "sqlite:///data/shop.sqlite"}) == []
    assert told(tmp_path, {"tools.proxy.trusted": ["10.0.0.0/8", "192.0.2.1", "fd00::/16"]}) == []
    hashes = {"ada": hashed("lovelace"), "bob": hashed("builder", "argon2")}
    assert told(tmp_path, {"tools.login.passwords": hashes, "tools.basicauth.passwords": hashes}) == []
    assert told(tmp_path, {"tools.ratelimit.limits": ["9/minute"]}) == []
    assert told(tmp_path, {"tools.statistics": {}, "tools.profiling.trusted": ["10.0.0.0/8"]}) == []


@pytest.mark.parametrize(
    ("settings", "what", "line"),
    [
        (
            {"site.debug": True},
            "shown to everybody with their source (the given settings [site] debug)",
            "debug = false",
        ),
        ({"site.secret_key": "short but good 1"}, "A secret key has 16 characters", "[site] secret_key"),
        ({"site.secret_key": "a" * 40}, "A secret key holds few different characters", "secrets.token_hex(32)"),
        ({"site.secret_key": "please change me before you deploy it"}, "can be guessed", "[site] secret_key"),
        ({"site.old_secret_keys": ["an old key of it"]}, "A secret key has 16 characters", "[site] secret_key"),
        ({"tools.sessions.secure": False}, "The cookie of tools.sessions", "[tools.sessions] secure = true"),
        ({"tools.csrf.secure": False}, "The cookie of tools.csrf", "[tools.csrf] secure = true"),
        ({"tools.csrf.on": False}, "act for a visitor through home.save", "[tools.csrf]"),
        ({"tools.hosts.on": False, "tools.https.on": False}, "Any Host is answered", '[tools.hosts] allow = ["'),
        ({"tools.secureheaders.on": False}, "not told what to refuse", "[tools.secureheaders]"),
        ({"tools.secureheaders.hsts": 0}, "insist on https", "[tools.secureheaders] hsts = 31536000"),
        ({"tools.proxy.trusted": ["0.0.0.0/0"]}, "believes 0.0.0.0/0 (the given", "[tools.proxy] trusted = ["),
        ({"tools.proxy.trusted": ["10.0.0.1", "::/0"]}, "believes ::/0", "[tools.proxy] trusted = ["),
        (
            {"tools.cors": {"origin_pattern": "https://.*", "credentials": True}},
            "Any site may act for a visitor",
            "[tools.cors] origins",
        ),
        ({"tools.cors": {"origins": ["null"], "credentials": True}}, "Any site may act", "[tools.cors] origins"),
        ({"tools.sqlalchemy.url": "sqlite://"}, "The database is in memory", "[tools.sqlalchemy] url = "),
        ({"tools.statistics.trusted": ["0.0.0.0/0"]}, "tools.statistics trusts 0.0.0.0/0 (the", 'trusted = ["the'),
        (
            {"tools.statistics.policy": "anyone"},
            "tools.statistics tells anyone",
            '[tools.statistics] policy = "role:admin"',
        ),
        (
            {"tools.login": {"cost": 16, "passwords": {"ada": CHEAP}}},
            "since tools.login has cost = 16",
            "[tools.login] cost = 32768",
        ),
        ({"tools.login.passwords": {"ada": CHEAP}}, "The hash of 'ada' in tools.login was cheap", "kirsch password"),
        (
            {"tools.basicauth.passwords": {"ada": CHEAP, "bob": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}},
            "The hash of 'ada' and of 1 more in tools.basicauth",
            "[tools.basicauth] passwords",
        ),
        ({"tools.requestid.trusted": ["::/0"]}, "tools.requestid trusts ::/0", "[tools.requestid] trusted = "),
        ({"tools.accesslog.redact": False}, "tokens are written to the log", "[tools.accesslog] redact = true"),
        (
            {"tools.digestauth": {"algorithms": ["MD5"], "realm": "shop", "file": "people"}},
            "takes MD5",
            '[tools.digestauth] algorithms = ["SHA-256"]',
        ),
    ],
)
def test_what_is_unsafe_is_told_with_the_line_to_change(tmp_path, settings, what, line):
    """One sentence for each, and for nothing else."""
    (tmp_path / "people").touch(0o600)
    (tmp_path / "people").write_text(f"ada:shop:{32 * 'f'}\n")

    found = told(tmp_path, settings)

    assert len(found) == 1, found
    assert what in found[0]
    assert line in found[0]


def test_passwords_are_not_asked_for_over_http(tmp_path):
    """Nor are tokens."""
    settings = {"tools.bearer": {"signed": True}, "tools.https.on": False}

    assert told(tmp_path, settings) == ["What tools.bearer asks for may travel over http. Switch it on: [tools.https]"]


def test_tools_that_some_actions_lack_are_named_with_these(tmp_path):
    """The others have them."""
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index", conditions={"method": "GET"})
    mapper.connect("/inside", controller=Inside, action="index", conditions={"method": "GET"})

    assert told(tmp_path, mapper=mapper) == [
        "Browsers are not told what to refuse by inside.index. Switch it on: [tools.secureheaders]"
    ]


def test_forms_without_protection_are_named_and_counted(tmp_path):
    """The first three, and how many more."""
    kinds = [type(f"Form{number}", (Home,), {}) for number in range(5)]
    mapper = Mapper()
    for number, kind in enumerate(kinds):
        mapper.connect(f"/{number}", controller=kind, action="save", conditions={"method": ["POST"]})

    (sentence,) = told(tmp_path, {"tools.csrf.on": False}, mapper=mapper)

    assert "form0.save, form1.save, form2.save and 2 more." in sentence


def test_an_interface_for_programs_needs_no_protection_of_forms(tmp_path):
    """A bearer token is never sent by a browser on its own."""

    class API(Controller):
        @tools.csrf(on=False)
        @tools.bearer(signed=True)
        def save(self):
            return "saved"

    mapper = Mapper()
    mapper.connect("/", controller=API, action="save", conditions={"method": "POST"})

    assert told(tmp_path, mapper=mapper) == []


def test_files_with_secrets_are_for_their_owner(tmp_path):
    """Those that options name, and those of settings that hold a secret."""
    (tmp_path / "secrets.toml").write_text(f'[site]\nsecret_key = "{KEY}"\n')
    (tmp_path / "url").write_text("sqlite:///data/shop.sqlite")
    for name in ("secrets.toml", "url"):
        (tmp_path / name).chmod(0o644)
    sources = "secrets.toml", {"tools.sqlalchemy.url_file": "url"}

    found = told(tmp_path, *sources)
    for name in ("secrets.toml", "url"):
        (tmp_path / name).chmod(0o640)

    assert [sentence.partition("Run: ")[2] for sentence in found] == ["chmod 600 secrets.toml", "chmod 600 url"]
    assert told(tmp_path, *sources) == []


@pytest.mark.parametrize("name", ["basicauth", "login"])
def test_files_with_hashes_of_passwords_are_for_their_owner(tmp_path, name):
    """Whoever reads them can try passwords at leisure."""
    (tmp_path / "people").write_text(f"ada:{CHEAP}\n")
    (tmp_path / "people").chmod(0o644)

    found = told(tmp_path, {f"tools.{name}.file": "people"})

    assert [sentence.partition("Run: ")[2] for sentence in found] == ["chmod 600 people"]


def test_a_database_is_not_kept_where_anybody_can_fetch_it(tmp_path):
    """Nor among temporary files, unless the site itself is there."""
    (tmp_path / "static").mkdir()
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index", conditions={"method": "GET"})
    settings = {"tools.sqlalchemy.url": "sqlite:///static/shop.sqlite"}

    served = told(tmp_path, settings, {"tools.static.directories": ["static"]}, mapper=mapper)

    assert [sentence.partition(" (")[0] for sentence in served] == [
        "The database lies in a folder whose files everybody can fetch"
    ]
