"""A provider that makes no sense, one that refuses, and one that is away."""

import socket
import threading
import time
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from kirsch.hashing import hashed
from teller import PROGRAM, Teller, come_back, make_client


@pytest.fixture(scope="module")
def running():
    teller = Teller()
    yield teller
    teller.close()


@pytest.fixture
def teller(running):
    """The provider, which tells the truth until a test says otherwise."""
    running.begin()
    return running


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", ("404 Not Found", b"{}")),
        ("/.well-known/openid-configuration", ("200 OK", b"<html>")),
        ("/.well-known/openid-configuration", ("200 OK", b"[]")),
        ("/.well-known/openid-configuration", ("200 OK", b"{}")),
        ("/.well-known/openid-configuration", ("302 Found", b"{}")),
        ("/.well-known/openid-configuration", ("200 OK", b"\xff")),
        ("/.well-known/openid-configuration", ("200 OK", b"[" * 100_000)),
        ("/.well-known/openid-configuration", ("400 Bad Request", b'{"a":' * 100_000)),
    ],
)
def test_a_provider_that_makes_no_sense_is_503(teller, path, answer):
    """Before anybody is sent anywhere."""
    teller.answers[path] = answer

    found = make_client(teller).get("/login")

    assert (found.status_code, found.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": "//evil.example"},
        {"jwks_uri": "ftp://127.0.0.1/keys"}, {"token_endpoint": "http://["},
    ],
)  # fmt: skip
def test_a_provider_that_says_something_else_of_itself_is_503(teller, about):
    """Another name, and addresses that nobody may be sent to."""
    teller.about = about

    assert make_client(teller).get("/login").status_code == 503


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (("400 Bad Request", b'{"error": "invalid_grant"}'), 400),
        (("401 Unauthorized", b'{"error": "invalid_client"}'), 503),
        (("500 Internal Server Error", b"oops"), 503),
        (("400 Bad Request", b"oops"), 503),
        (("400 Bad Request", b"[]"), 503),
        (("200 OK", b"{}"), 400),
        (("200 OK", b"oops"), 503),
        (("302 Found", b""), 503),
    ],
)
def test_no_token_is_no_sign_in(teller, answer, status):
    """A code that is not good is the visitor's to mend, anything else the site's."""
    client = make_client(teller)
    teller.answers["/token_endpoint"] = answer

    assert come_back(client, teller).status_code == status
    assert client.get("/index", headers=PROGRAM).status_code == 401


@pytest.mark.parametrize(
    ("changed", "extra", "status"),
    [
        ({"state": "made-up"}, "", 400),
        ({"state": ""}, "", 400),
        ({}, "&state=again", 400),
        ({}, "&code=again", 400),
        ({"error": "access_denied"}, "", 403),
        ({"error": "%3Cscript%3E"}, "", 403),
        ({"error": "temporarily_unavailable"}, "", 503),
        ({"iss": "https%3A%2F%2Fevil.example"}, "", 400),
        ({"code": "%ff"}, "", 400),
    ],
)
def test_what_is_brought_back_must_be_what_was_begun(teller, changed, extra, status):
    """One state, one code, from this provider (RFC 9207); what the provider refuses is told as text."""
    client = make_client(teller)

    answer = come_back(client, teller, extra, **changed)

    assert answer.status_code == status
    assert "<script>" not in answer.text
    assert client.get("/index", headers=PROGRAM).status_code == 401


def test_a_provider_that_names_itself_has_to(teller):
    """Where it says that it does, a sign-in without its name is another one's."""
    teller.about = {"authorization_response_iss_parameter_supported": True}
    client = make_client(teller)

    assert come_back(client, teller).status_code == 400
    assert come_back(client, teller, iss=teller.issuer).status_code == 303


def test_a_sign_in_that_took_too_long_has_expired(teller, monkeypatch):
    """Ten minutes."""
    client = make_client(teller)
    sent = parse_qs(urlsplit(client.get("/login").location).query)
    teller.nonce, later = sent["nonce"][0], time.time() + 601

    monkeypatch.setattr(time, "time", lambda: later)

    assert client.get(f"/login/back?state={sent['state'][0]}&code=x").status_code == 400


@pytest.mark.parametrize("name", [None, 7, "", "x" * 300, "a\nb"])
def test_a_name_that_is_none_is_refused(teller, name):
    """Nobody is signed in without one."""
    teller.claims = {"email": name}
    client = make_client(teller, name_claim="email")

    assert come_back(client, teller).status_code == 403
    assert client.get("/index", headers=PROGRAM).status_code == 401


@pytest.mark.parametrize("roles", [None, 7, {"a": 1}, ["x", 7], "x"])
def test_roles_that_make_no_sense_are_none(teller, roles):
    """And no error."""
    teller.claims = {"roles": roles}

    assert come_back(make_client(teller, roles_claim="roles"), teller).status_code == 303


def test_what_the_provider_tells_of_somebody_else_is_not_taken(teller):
    """The userinfo_endpoint must speak of who has signed in."""
    teller.about = {"userinfo_endpoint": f"{teller.issuer}/userinfo"}
    teller.answers["/userinfo"] = ("200 OK", b'{"sub": "eve", "name": "Eve"}')

    assert come_back(make_client(teller, userinfo=True), teller).status_code == 503


def test_while_the_provider_is_away_signing_in_is_503_and_signing_out_works(teller):
    """Who is signed in stays so; nobody waits for it twice in a row."""
    away = Teller()
    client = make_client(away)
    come_back(client, away)
    away.close()

    stranger = make_client(away, timeout=0.5)

    assert client.get("/index").text == "ada"
    assert [stranger.get("/login").status_code for _ in range(3)] == [503, 503, 503]
    assert client.post("/logout").location == "/"


def test_a_provider_that_never_answers_is_waited_for_once():
    """For as long as the site says, and then not for a while."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        teller = type("Silent", (), {"issuer": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        client = make_client(teller, timeout=0.3)

        codes = [client.get("/login").status_code for _ in range(20)]
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()

    assert codes == [503] * 20


@pytest.mark.parametrize(
    "answer",
    [b"nonsense\r\n\r\n", b"HTTP/1.1 ok\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n{}",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", b"HTTP/1.1 404 X\r\nContent-Length: 9\r\n\r\n{}"],
    ids=["nonsense", "no-status", "nothing", "headers", "broken-off", "short"],
)  # fmt: skip
def test_a_provider_that_does_not_speak_http_is_503(answer):
    """Whatever it sends instead."""
    with socket.create_server(("127.0.0.1", 0)) as odd:

        def speak():
            connection, _ = odd.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        teller = type("Odd", (), {"issuer": f"http://127.0.0.1:{odd.getsockname()[1]}"})
        found = make_client(teller).get("/login")
        thread.join(10)

    assert (found.status_code, found.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("methods", [None, 1, "client_secret_basic", {}])
def test_a_provider_that_does_not_say_how_it_takes_secrets_gets_them_as_passwords(teller, methods):
    """As the standard has it where nothing is said."""
    teller.about = {"token_endpoint_auth_methods_supported": methods}

    assert come_back(make_client(teller, client_secret="secret"), teller).location == "/"


def test_pages_to_go_on_to_never_fill_the_cookie(teller):
    """A visitor who begins again and again, with addresses as long as can be, still signs in; long ones are let go."""
    client = make_client(teller)
    for number in range(8):
        long = "".join(sha256(f"{number} {part}".encode()).hexdigest() for part in range(30))
        assert client.get(f"/login?next=/{long}").status_code == 303
        assert client.get(f"/login?next=/{long[:390]}").status_code == 303

    assert come_back(client, teller, begin=f"/login?next=/{'a' * 390}").location == f"/{'a' * 390}"
    stranger = make_client(teller)
    assert come_back(stranger, teller, begin=f"/login?next=/{'a' * 1900}").location == "/"


def test_a_site_may_know_passwords_and_a_provider(teller):
    """Each has a path of its own, and signs out whom it has signed in."""
    login = {"cost": 16, "passwords": {"bob": hashed("builder", cost=16)}}
    client = make_client(teller, {"login": login}, path="/oidc", back="/oidc/back")

    come_back(client, teller, begin="/oidc", back="/oidc/back")
    signed = client.get("/index").text
    teller.about = {"end_session_endpoint": f"{teller.issuer}/out"}
    client.post("/logout")
    nobody = client.get("/index", headers=PROGRAM)
    client.post("/login", {"name": "bob", "password": "builder"})

    assert (signed, nobody.status_code) == ("ada", 401)
    assert nobody.headers["WWW-Authenticate"].count("Cookie realm=") == 2
    assert client.get("/index").text == "bob"
    assert client.post("/logout").location == "/"
    assert client.get("/index", headers=PROGRAM).status_code == 401
