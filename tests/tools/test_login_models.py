"""Signing in as somebody whom the database knows."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kirsch import Application, Controller, Mapper
from kirsch.data.passwords import Hashed, hashed
from kirsch.errors import ConfigError
from kirsch.testing import Client
from people import Base, Person, Plain, Role

KEY = "0123456789abcdef"
OLD = "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="  # what `htpasswd -s` makes of "password"
PROGRAM = {"Accept": "application/json"}
PEOPLE = {"model": "people:Person", "name_column": "email", "password_column": "secret"}


class Pages(Controller):
    def index(self):
        user = self.request.take("user")
        return {"name": user.name, "roles": user.roles}


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request, tmp_path):
    """An empty database of each kind."""
    kind = request.param
    return f"sqlite:///{tmp_path}/people.sqlite" if kind == "sqlite" else request.getfixturevalue(f"{kind}_url")


@pytest.fixture
def engine(url):
    """The database, with people in it."""
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(
            Person(
                email="ada@example.org",
                secret=hashed("lovelace", cost=16),
                roles=[Role(name="editor"), Role(name="author")],
            )
        )
        db.add(Person(email="old@example.org", secret=Hashed(OLD)))
        db.add(Person(email="gone@example.org", secret=hashed("gone", cost=16), active=False))
        db.add(Person(email="none@example.org", secret=None))
        db.add_all([Person(email="twin@example.org", secret=hashed("same", cost=16)) for _ in range(2)])
        db.add(Plain(name="ada", password=str(OLD)))
        db.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine, url):
    """A visitor of a site whose people are in the database."""
    made = make_app(url, **PEOPLE)
    yield Client(made)
    made.close()


def make_app(url, **login):
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    tools = {"sessions": {}, "csrf": {}, "sqlalchemy.url": str(url), "login": {"cost": 16, **login, "attempts": 100}}
    return Application(mapper, config={"site.secret_key": KEY, "tools": tools})


def sign_in(client, name, password):
    return client.post("/login", data={"name": name, "password": password})


def test_people_of_the_database_sign_in(client):
    """With the roles that the model says."""
    answer = sign_in(client, "ada@example.org", "lovelace")

    assert answer.status_code == 303
    assert client.get("/").json == {"name": "ada@example.org", "roles": ["author", "editor"]}


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ada@example.org", "wrong"), ("gone@example.org", "gone"), ("none@example.org", ""), ("none@example.org", "x"),
        ("twin@example.org", "same"), ("' or 1=1 --", "x"), ("\0", "x"), ("%", "x"), ("a" * 300, "x"), ("\u20ac", "x"),
    ],
)  # fmt: skip
def test_nobody_else_does(client, name, password):
    """Who may not any more, who has no password, whose name is not theirs alone, and whatever is tried."""
    assert sign_in(client, name, password).status_code == 401


def test_an_old_hash_is_replaced_in_the_database(client, engine):
    """When its owner signs in, who stays signed in; a wrong password changes nothing."""
    sign_in(client, "old@example.org", "wrong")
    before = kept(engine, "old@example.org")
    sign_in(client, "old@example.org", "password")

    assert before == OLD
    assert kept(engine, "old@example.org").startswith("scrypt$")
    assert client.get("/").json["name"] == "old@example.org"


def kept(engine, name):
    with engine.connect() as connection:
        return connection.execute(sa.text("select secret from people where email = :name"), {"name": name}).scalar_one()


@pytest.mark.parametrize("change", ["delete", "password", "active"])
def test_what_happens_to_a_person_counts_at_the_next_request(client, engine, change):
    """Deleted, switched off, or given another password: signed out."""
    sign_in(client, "old@example.org", "password")
    assert client.get("/").status_code == 200

    with Session(engine) as db:
        person = db.scalars(sa.select(Person).where(Person.email == "old@example.org")).one()
        if change == "delete":
            db.delete(person)
        else:
            setattr(person, *(("secret", "another") if change == "password" else ("active", False)))
        db.commit()

    assert client.get("/", headers=PROGRAM).status_code == 401


def test_a_model_with_a_name_and_a_hash_will_do(engine, url):
    """Given as itself, the hash in a column of text."""
    application = make_app(url, model=Plain)
    client = Client(application)

    assert sign_in(client, "ada", "password").status_code == 303
    assert client.get("/").json == {"name": "ada", "roles": []}
    assert sign_in(client, "ada", "wrong").status_code == 401
    application.close()


def test_a_model_needs_the_database_on():
    """Said at start."""
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    tools = {"sessions": {}, "csrf": {}, "login": {**PEOPLE}}

    with pytest.raises(ConfigError, match=r"tools.login needs .*Switch tools.sqlalchemy on"):
        Application(mapper, config={"site.secret_key": KEY, "tools": tools})


def test_while_the_database_is_away_signing_in_is_503():
    """Whatever the name; the page itself is shown."""
    application = make_app("postgresql+psycopg://nobody@127.0.0.1:1/none", **PEOPLE)
    client = Client(application)

    assert client.get("/login").status_code == 200
    assert [sign_in(client, name, "x").status_code for name in ("ada@example.org", "eve")] == [503, 503]
    application.close()
