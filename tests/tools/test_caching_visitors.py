"""tools.caching: nobody is given what was made for somebody else."""

import pytest

import door
from asking import ask
from cached import SECRET, Own, basic, make_app, make_client, runs, told
from kirsch.hashing import hashed
from kirsch.testing import Client
from kirsch.tools.bearer import make_token

USERS = {"tools.basicauth.passwords": {"ada": hashed("lovelace", cost=16), "bob": hashed("builder", cost=16)}}
ADA, BOB = basic("ada", "lovelace"), basic("bob", "builder")


def bearers(name):
    return {"Authorization": f"Bearer {make_token([SECRET], name)}"}


@pytest.mark.parametrize(
    ("site", "ada", "bob"),
    [
        (USERS, ADA, BOB),
        ({"tools.bearer.signed": True}, bearers("ada"), bearers("bob")),
    ],
    ids=["basic", "bearer"],
)
@pytest.mark.parametrize("said", [{}, {"tools.cachecontrol": {"public": True, "max_age": 60, "s_maxage": 60}}],
                         ids=["nothing", "public"])  # fmt: skip
def test_each_user_has_pages_of_their_own(site, ada, bob, said):
    """Whatever the answer allows; strangers are asked to sign in."""
    client = make_client(Own, site | said)

    texts = [client.get("/user", headers=headers).text for headers in (ada, bob, ada, bob)]
    stranger = client.get("/user")

    assert texts == ["run 1: ada", "run 2: bob", "run 1: ada", "run 2: bob"]
    assert stranger.status_code == 401
    assert "ada" not in stranger.text


def test_who_signed_in_on_a_page_has_pages_of_their_own():
    """By the session; after signing out nobody gets what was kept."""
    app = door.make_app({"tools.caching": {}})
    ada, bob, stranger = Client(app), Client(app), Client(app)
    door.sign_in(ada)
    door.sign_in(bob, "bob", "builder")

    texts = [each.get("/index").text for each in (ada, bob, ada, bob)]
    kept = told(ada, "/index")
    ada.post("/logout")

    assert (texts, kept) == (["ada", "bob", "ada", "bob"], "hit")
    assert [each.get("/index").status_code for each in (ada, stranger, bob)] == [303, 303, 200]
    assert bob.get("/index").text == "bob"


@pytest.mark.parametrize("name", ["REMOTE_USER", "SSL_CLIENT_S_DN", "HTTP_AUTHORIZATION", "HTTP_COOKIE"])
def test_whom_the_server_names_has_pages_of_their_own(name):
    """A proxy's user, or who has a certificate."""
    app = make_app()

    texts = [ask(app, "/index", environ={name: who} if who else {}).text for who in ("a=1", "b=1", "", "a=1")]

    assert texts == ["run 1", "run 2", "run 3", "run 1"]


@pytest.mark.parametrize("name", ["REMOTE_USER", "SSL_CLIENT_S_DN", "HTTP_AUTHORIZATION", "HTTP_X_TEAM"])
def test_a_cookie_makes_nobody_somebody_else(name):
    """Whatever it is called: neither is a page of theirs given, nor one put in its place."""
    app = make_app(vary=["X-Team"])
    real, forged = {name: "ada"}, {"HTTP_COOKIE": f"{name}=ada"}

    texts = [ask(app, "/index", environ=environ).text for environ in (real, forged, real, forged)]
    others = [ask(app, "/index?x", environ=environ).text for environ in (forged, real)]

    assert texts == ["run 1", "run 2", "run 1", "run 2"]
    assert others == ["run 3", "run 4"]


def test_users_of_one_name_who_may_do_other_things_have_pages_of_their_own():
    """The scopes of a token may show on a page."""
    client = make_client(Own, {"tools.bearer.signed": True})
    reader, writer = (
        {"Authorization": f"Bearer {make_token([SECRET], 'ada', [scope])}"} for scope in ("read", "write")
    )

    texts = [client.get("/user", headers=headers).text for headers in (reader, writer, reader)]

    assert texts == ["run 1: ada", "run 2: ada", "run 1: ada"]


def test_what_is_public_is_for_everybody():
    """An answer that says so is given whatever cookies and credentials somebody sends."""
    client = make_client()
    path = "/headed?Cache-Control=public,max-age=60"

    texts = [client.get(path, headers=headers).text
             for headers in ({"Cookie": "a=1"}, {"Cookie": "a=2"}, {}, {"Authorization": "Bearer x"})]  # fmt: skip

    assert texts == ["run 1"] * 4


def test_cookies_that_make_no_difference_can_be_left_out():
    """By naming those that do."""
    some, none = make_client(cookies=["theme"]), make_client(cookies=[])

    assert [client.get("/index", headers={"Cookie": cookie}).text
            for client in (some, none) for cookie in ("theme=a; _ga=1", "_ga=2; theme=a", "theme=b")] == [
        "run 1", "run 1", "run 2", "run 1", "run 1", "run 1"]  # fmt: skip


def test_a_header_that_answers_do_not_name_can_be_counted():
    """Such as the key of a program."""
    client = make_client(vary=["X-API-Key"])

    assert [client.get("/index", headers={"X-API-Key": key}).text for key in "aba"] == ["run 1", "run 2", "run 1"]


def test_a_page_made_of_a_session_is_not_kept():
    """Nor one that shows the token of a form; a session that a page does not look at makes no difference to it."""
    site = {"tools.sessions": {}, "tools.csrf": {}}
    client = make_client(Own, site)
    other = Client(client.application)

    assert runs(client, "/visits", 3) == ["1", "2", "3"]
    assert runs(client, "/peek", 2) == ["run 1: 3", "run 2: 3"]
    assert runs(other, "/peek", 2) == ["run 3: None", "run 4: None"]
    assert runs(client, "/form") != runs(other, "/form")
    assert runs(client, "/index") == runs(other, "/index") == runs(Client(client.application), "/index") == ["run 1"]


def test_what_sets_a_cookie_is_not_kept():
    """Not even where it says `public`."""
    path = "/headed?Set-Cookie=a%3Db&Cache-Control=public,max-age%3D60"

    assert runs(make_client(), path, 2) == ["run 1", "run 2"]


def test_an_address_of_no_page_is_not_kept():
    """Strangers make them up."""
    client = make_client()

    assert [client.get("/no/where").status_code for _ in range(2)] == [404, 404]
    assert client.application.tool("caching").held() == (0, 0)
