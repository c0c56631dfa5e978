"""Where users are found, and what is done with their passwords."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from door import ADA, BOB, PROGRAM, make_app, make_client, sign_in
from kirsch import hashing
from kirsch.authentication import Account
from kirsch.errors import ConfigError
from kirsch.hashing import COST, hashed
from kirsch.testing import Client

#: A hash of "password" as they were written before r and p were.
OLD = "scrypt$16384$Ym9ydHJhbmQ=$f9yySl6Z6X5eJ+jMVqU+p6HlQBC2IGOuyyJQcw4J+Z0="


@pytest.fixture
def client():
    """A visitor of a site that ada and bob may sign in to."""
    return make_client()


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("eve", "lovelace"), ("", ""), ("ada", ""), ("ada", "x" * 5000), ("a" * 5000, "x"),
     ("ada\0", "lovelace"), ("ADA", "lovelace"), ("ada ", "lovelace"), ("ada", "lovelace\0"), ("bob", "lovelace")],
)  # fmt: skip
def test_whatever_is_wrong_is_answered_alike(client, name, password):
    """Nobody learns which names exist."""
    answer = sign_in(client, name, password)
    usual = sign_in(make_client(), "ada", "wrong")

    assert answer.status_code == 401
    assert plain(answer) == plain(usual)
    assert "Name or password is wrong." in answer.text
    assert sorted(answer.headers) == sorted(usual.headers)


def plain(page):
    """A page without what was typed and what is random."""
    return re.sub(' value="[^"]*"| autofocus', "", page.text)


@pytest.mark.parametrize(
    "kept",
    [ADA, hashed("x", cost=1024), hashed("x", cost=2048), "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "scrypt$16$AAAA$AAAA",
     "scrypt$2048$AAAA$AAAA"],
    ids=["cheap", "half", "new", "sha", "short", "old"],
)  # fmt: skip
def test_an_unknown_name_costs_the_work_of_a_wrong_password(monkeypatch, kept):
    """Counted in what scrypt is asked to do, not in time; whatever kind of hash the name has."""
    client = make_client(passwords={"ada": kept}, attempts=1000, cost=2048)
    work = []
    real = hashing.scrypt

    def counted(*arguments, n, r, p, **options):
        work.append(n * r * p)
        return real(*arguments, n=n, r=r, p=p, **options)

    monkeypatch.setattr(hashing, "scrypt", counted)
    for name, password in (("ada", "wrong"), ("eve", "wrong"), ("", ""), ("ada", ""), ("a" * 999, "x"), ("eve\0", "x")):
        work.clear()
        sign_in(client, name, password)
        assert sum(work) == pytest.approx(2048 * 8 * 3, rel=1 / 16), name


def test_a_hash_that_takes_more_work_than_others_is_seen_at_start():
    """Else an unknown name would be answered sooner than this one."""
    with pytest.raises(ConfigError, match=r"the hash of 'ada' takes more work.* Set cost = 64"):
        make_client(passwords={"ada": hashed("lovelace", cost=64)}, cost=32)


@pytest.mark.parametrize("cost", [0, -16, 8, 17, 2**30])
def test_a_cost_that_scrypt_does_not_take_is_refused_at_start(cost):
    """With one that it does."""
    with pytest.raises(ConfigError, match="cost must be a power of two from 16 to 262144, such as 32768"):
        make_client(cost=cost)


def test_a_changed_password_signs_out_everywhere(tmp_path):
    """And so does being deleted: at the next request, though the session's cookie is good."""
    file = tmp_path / "htpasswd"
    file.write_text(f"ada:{ADA}\nbob:{BOB}\n")
    clients = [make_client(root=tmp_path, file="htpasswd")]
    clients.append(Client(clients[0].application))
    for client in clients:
        sign_in(client)
    bob = Client(clients[0].application)
    sign_in(bob, "bob", "builder")

    file.write_text(f"ada:{hashed('countess', cost=16)}\n")

    assert [client.get("/index", headers=PROGRAM).status_code for client in (*clients, bob)] == [401, 401, 401]
    assert sign_in(clients[0]).status_code == 401
    assert sign_in(clients[0], "ada", "countess").status_code == 303


def test_an_old_hash_is_made_anew_when_its_owner_signs_in(tmp_path):
    """In the file, which keeps its other lines; the sign-in holds with the new one. Its cost is today's."""
    file = tmp_path / "htpasswd"
    file.write_text("# people\neve:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
    file.chmod(0o640)
    client = make_client(root=tmp_path, file="htpasswd", cost=COST)

    sign_in(client, "ada", "wrong")
    before = file.read_text()
    sign_in(client, "ada", "password")

    lines = file.read_text().splitlines()
    assert before.count("{SHA}") == 2
    assert lines[:2] == ["# people", "eve:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="]
    assert lines[2].startswith("ada:scrypt$32768$8$3$")
    assert file.stat().st_mode & 0o777 == 0o640
    assert client.get("/index").text == "ada"
    assert sign_in(Client(client.application), "ada", "password").status_code == 303


@pytest.mark.parametrize("half", ["\ud800", "x\udfff"], ids=["high", "low"])
def test_half_a_character_is_a_wrong_password(half):
    """JSON can say it, and no hash can be made of it; also where the hash of the name is an old one."""
    client = make_client(passwords={"ada": ADA, "bob": OLD}, cost=8192)

    codes = [client.post("/login", json={"name": name, "password": half}, headers=PROGRAM).status_code
             for name in ("ada", "bob", "eve", half)]  # fmt: skip

    assert codes == [401] * 4


@pytest.mark.parametrize("old", [OLD, hashed("password", cost=32)], ids=["without-r-and-p", "cheap"])
def test_a_hash_of_less_work_is_made_anew(tmp_path, old):
    """Those of the time before r and p were written as well; who has one signs in with the password as ever."""
    file = tmp_path / "htpasswd"
    file.write_text(f"ada:{old}\n")
    client = make_client(root=tmp_path, file="htpasswd", cost=8192)

    assert sign_in(client, "ada", "wrong").status_code == 401
    assert sign_in(client, "ada", "password").status_code == 303
    assert file.read_text().startswith("ada:scrypt$8192$8$3$")
    assert sign_in(client, "ada", "password").status_code == 303


def test_hashes_of_argon2_are_made_and_checked(tmp_path):
    """With the extra: one of scrypt is replaced at sign-in."""
    file = tmp_path / "htpasswd"
    file.write_text(f"ada:{ADA}\n")
    client = make_client(root=tmp_path, file="htpasswd", hash="argon2")

    assert sign_in(client).status_code == 303
    assert file.read_text().startswith("ada:$argon2id$")
    assert client.get("/index").text == "ada"
    assert sign_in(client).status_code == 303
    assert sign_in(client, "ada", "wrong").status_code == 401
    assert sign_in(client, "eve", "wrong").status_code == 401


def test_a_function_of_the_site_finds_accounts():
    """Given as itself in Python; in a file by its name. What it says of the generation ends sign-ins."""
    people = {"ada": Account("ada", ADA, frozenset({"editor"}), generation="1")}
    client = make_client(accounts=lambda name, _: people.get(name))

    sign_in(client)
    assert client.get("/edit").text == "edited "
    people["ada"] = Account("ada", hashed("other", cost=16), frozenset(), generation="1")
    assert client.get("/edit").status_code == 403
    people["ada"] = Account("ada", ADA, generation="2")
    assert client.get("/index", headers=PROGRAM).status_code == 401


class Kept:
    """Accounts of a site that keeps newer hashes."""

    found = {"ada": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}  # noqa: RUF012

    def find(self, name, request):
        return Account(name, self.found[name]) if name in self.found else None

    def store(self, account, password, request):
        self.found[account.name] = password


def test_an_object_of_the_site_keeps_newer_hashes():
    """A class is made into one."""
    client = make_client(accounts=Kept)

    assert sign_in(client, "ada", "password").status_code == 303
    assert Kept.found["ada"].startswith("scrypt$")
    assert client.get("/index").text == "ada"


def test_a_file_that_is_a_link_stays_one(tmp_path):
    """What it leads to gets the newer hash, and nothing is left beside it."""
    (tmp_path / "users").mkdir()
    file = tmp_path / "users" / "htpasswd"
    file.write_text("ada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
    client = make_client(root=tmp_path, file="users/htpasswd")
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    file.rename(moved / "htpasswd")
    file.symlink_to(moved / "htpasswd")
    link = file.lstat().st_ino

    assert sign_in(client, "ada", "password").status_code == 303
    assert client.get("/index").text == "ada"
    assert (moved / "htpasswd").read_text().startswith("ada:scrypt$")
    assert file.lstat().st_ino == link
    assert [path.name for path in moved.iterdir()] == ["htpasswd"]


def test_while_the_file_is_away_nobody_signs_in(tmp_path, caplog):
    """Which is a 503, for whoever is signed in as well, and over when it is back."""
    file = tmp_path / "htpasswd"
    file.write_text(f"ada:{ADA}\n")
    client = make_client(root=tmp_path, file="htpasswd")
    sign_in(client)

    text = file.read_text()
    for broken in (None, "no line of it", "\xff"):
        file.unlink(missing_ok=True)
        if broken:
            file.write_text(broken, encoding="latin-1")
        assert client.get("/index").status_code == 503
        assert sign_in(Client(client.application)).headers["Retry-After"] == "5"
    file.write_text(text)

    assert client.get("/index").text == "ada"
    assert "nobody can sign in: file" in caplog.text


def test_many_who_sign_in_at_once_leave_the_file_whole(tmp_path):
    """Each with an old hash: all of them are made anew, and everybody stays signed in."""
    names = [f"name{number}" for number in range(12)]
    file = tmp_path / "htpasswd"
    file.write_text("".join(f"{name}:{{SHA}}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n" for name in names))
    application = make_app(root=tmp_path, file="htpasswd", attempts=100)
    clients = [Client(application) for _ in names]

    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda pair: sign_in(*pair, "password").status_code, zip(clients, names, strict=True)))

    assert codes == [303] * 12
    assert file.read_text().count(":scrypt$") == 12
    assert [client.get("/index").text for client in clients] == names
