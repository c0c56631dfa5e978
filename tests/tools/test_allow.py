"""Who may use what, in one line."""

from base64 import b64encode

import pytest

from kirsch import Application, Controller, Mapper, Response, tools
from kirsch.errors import ConfigError
from kirsch.hashing import hashed
from kirsch.policy import User, anyone, authenticated, policy, policy_of, role
from kirsch.report.plans import plan
from kirsch.report.settings import config as settings
from kirsch.testing import Client

PEOPLE = ("ada", "bob", "eve")
HASH = hashed("secret", cost=16)
BASIC = {"passwords": dict.fromkeys(PEOPLE, HASH), "roles": {"ada": ["editor"], "eve": ["banned"]}}


def owner(request):
    return request.take("user").name == request.urlvars.get("name")


class Notes(Controller):
    allow = role("editor") | owner

    def show(self, name: str):
        return f"the note of {name}"

    @tools.allow(anyone)
    def list(self):
        user = self.request.take("user")
        return user.name if user else "a visitor"

    @tools.allow(role("editor"), hidden=True)
    def secret(self):
        return "secret"

    @tools.allow(~authenticated)
    def welcome(self):
        return "welcome"

    @tools.allow(on=False)
    def own(self):
        return "of anybody who is signed in"


class MoreNotes(Notes):
    """Whose rule is that of its parent."""


class LockedNotes(Notes):
    allow = policy_of("role:nobody")


def make_client(config=None, **more):
    mapper = Mapper()
    for kind in (Notes, MoreNotes, LockedNotes):
        mapper.connect(f"/{kind.name}/show/{{name}}", controller=kind, action="show")
        for action in ("list", "secret", "welcome", "own"):
            mapper.connect(f"/{kind.name}/{action}", controller=kind, action=action)
    settings = {"tools.basicauth": BASIC, "site.secret_key": "0123456789abcdef"}
    return Client(Application(mapper, config={**settings, **(config or {}), **more}))


def as_(name, password="secret"):
    sent = b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {sent}"} if name else {}


@pytest.fixture(scope="module")
def client():
    return make_client()


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/notes/show/bob", (401, 200, 200, 403)),
        ("/more_notes/show/bob", (401, 200, 200, 403)),
        ("/locked_notes/show/bob", (401, 403, 403, 403)),
        ("/notes/list", (200, 200, 200, 200)),
        ("/notes/secret", (404, 200, 404, 404)),
        ("/notes/welcome", (200, 403, 403, 403)),
        ("/notes/own", (401, 200, 200, 200)),
    ],
)
def test_each_rule_lets_its_people_in(client, path, statuses):
    """A visitor, an editor, the owner, and somebody who is banned: 401 before sign-in, 403 after it."""
    assert tuple(client.get(path, headers=as_(name)).status_code for name in ("", *PEOPLE)) == statuses


def test_a_visitor_is_asked_to_sign_in(client):
    """With the challenge of the authentication that is on; one who is refused is not."""
    assert client.get("/notes/show/bob").headers["WWW-Authenticate"].startswith("Basic ")
    assert "WWW-Authenticate" not in client.get("/notes/show/bob", headers=as_("eve")).headers


def test_a_wrong_password_is_401_even_where_all_may_pass(client):
    """Who tries to sign in is not taken for a visitor in silence; what is hidden stays so."""
    assert client.get("/notes/list", headers=as_("ada", "wrong")).status_code == 401
    assert client.get("/notes/secret", headers=as_("ada", "wrong")).status_code == 404


def test_a_hidden_page_answers_as_if_it_were_not_there(client):
    """Byte by byte."""
    for name, password in (("", ""), ("bob", "secret"), ("ada", "wrong")):
        hidden, nowhere = (client.get(path, headers=as_(name, password)) for path in ("/notes/secret", "/nowhere"))

        assert (hidden.status, hidden.headerlist, hidden.body) == (nowhere.status, nowhere.headerlist, nowhere.body)


def test_several_ways_are_all_offered():
    """In one 401, each challenge in a header of its own; any of them lets in."""
    client = make_client({"tools.bearer": {"signed": True}, "tools.digestauth": {"passwords": {"ada": "0" * 64}}})
    answer = client.get("/notes/show/ada")

    schemes = [value.split()[0] for name, value in answer.headerlist if name == "WWW-Authenticate"]
    assert sorted(schemes) == ["Basic", "Bearer", "Digest"]
    assert client.get("/notes/show/ada", headers=as_("ada")).status_code == 200


def test_the_access_log_knows_the_user():
    """As servers tell it, in REMOTE_USER."""
    seen = []

    class Pages(Controller):
        def index(self):
            seen.append(self.request.environ["REMOTE_USER"])
            return ""

    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    Client(Application(mapper, config={"tools.basicauth": BASIC})).get("/", headers=as_("ada"))

    assert seen == ["ada"]


def test_files_are_protected_too(tmp_path):
    """Where authentication is on for the whole site."""
    (tmp_path / "x.txt").write_text("x")
    site = {"tools.basicauth": BASIC, "tools.static": {"directories": [str(tmp_path)]}}

    class Files(Controller):
        def index(self, path: str):
            return "no file"

    mapper = Mapper()
    mapper.connect("/files/{path}", controller=Files, action="index")
    client = Client(Application(mapper, config=site))

    assert client.get("/files/x.txt").status_code == 401
    answer = client.get("/files/x.txt", headers=as_("bob"))
    assert answer.text == "x"
    assert answer.headers["Cache-Control"] == "private, max-age=3600"


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("public, max-age=5", "private, max-age=5"),
        ("S-MaxAge=5, no-transform", "private, no-transform"),
        ("must-revalidate", "private, must-revalidate"),
        ("max-age=5", "max-age=5"),
        ("no-store", "no-store"),
        ('private="x", public', "private"),
    ],
)
def test_an_answer_to_a_user_is_kept_by_nobody_else(said, sent):
    """Shared caches keep what visitors get, where that is allowed (RFC 9111, section 3.5)."""

    class Pages(Controller):
        allow = anyone

        def index(self):
            return Response("page", headers=[("Cache-Control", said)])

    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    client = Client(Application(mapper, config={"tools.basicauth": BASIC}))

    assert client.get("/", headers=as_("ada")).headers["Cache-Control"] == sent
    assert client.get("/").headers["Cache-Control"] == said


def test_rules_that_look_alike_are_not_mixed_up():
    """Two functions of one name stay two rules."""

    def make(answer):
        def same(request):
            return answer

        return same

    class Pages(Controller):
        @tools.allow(policy(make(True)))
        def yes(self):
            return "yes"

        @tools.allow(policy(make(False)))
        def no(self):
            return "no"

    mapper = Mapper()
    for action in ("yes", "no"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    client = Client(Application(mapper, config={"tools.basicauth": BASIC}))

    assert [client.get(f"/{action}", headers=as_("ada")).status_code for action in ("yes", "no")] == [200, 403]


@pytest.mark.parametrize("rule", [owner, "role:banned", staticmethod(owner)])
def test_a_rule_of_a_controller_is_heeded_however_it_is_written(rule):
    """A function alone, too, which is no action; but a method called `allow` is one."""
    locked = type("Locked", (Controller,), {"allow": rule, "index": index})
    free = type("Free", (Controller,), {"allow": allow})
    mapper = Mapper()
    mapper.connect("/free", controller=free, action="allow")
    mapper.connect("/{name}", controller=locked, action="index")
    client = Client(Application(mapper, config={"tools.basicauth": BASIC}))

    assert [client.get("/eve", headers=as_(name)).status_code for name in ("", *PEOPLE)] == [401, 403, 403, 200]
    assert client.get("/free", headers=as_("ada")).text == "an action"


def allow(self):
    return "an action"


def index(self, name=""):
    return f"for {name}"


def test_reports_show_the_rule_and_no_passwords(client):
    """Where it was set, in its own words; hashes are as secret as what they were made of."""
    text = plan(client.application, "notes.show") + settings(client.application)

    assert "(role('editor') | owner)" in text
    assert "Notes.allow" in text
    assert "scrypt" not in text


def test_a_configuration_can_correct_a_rule():
    """In words, for one action."""
    client = make_client({"controllers.notes.actions.show.tools.allow.policy": "role:banned"})

    assert [client.get("/notes/show/x", headers=as_(name)).status_code for name in PEOPLE] == [403, 403, 200]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("authentcated", "policy has no word 'authentcated'. Did you mean 'authenticated'"),
        ("rolle:editor", "does not exist"),
        ("role:", "policy has no word 'role:'"),
        ("", "policy has no word ''"),
        ("os:nothing", "policy 'os:nothing' does not exist"),
        (5, "policy must be a rule"),
        (User, "policy must be a rule"),
    ],
)
def test_a_rule_that_is_none_is_found_at_start(rule, words):
    """With what was meant."""
    with pytest.raises(ConfigError, match=words):
        make_client({"controllers.notes.tools.allow.policy": rule})


def test_a_rule_without_authentication_is_found_at_start():
    """Since it would let nobody in, or everybody."""
    mapper = Mapper()
    mapper.connect("/notes/{name}", controller=Notes, action="show")

    with pytest.raises(
        ConfigError, match=r"Notes.allow: tools.allow needs to know who asks. Switch tools.login, basicauth"
    ):
        Application(mapper)
