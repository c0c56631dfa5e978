"""Passwords cannot be guessed by trying, and nobody is locked out for good."""

import threading

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.hashing import hashed
from kirsch.testing import Client
from kirsch.tools._throttle import Memory

KEY = "0123456789abcdef"


class Pages(Controller):
    def index(self):
        return self.request.take("user").name


def make_app(**options):
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index")
    passwords = {"ada": hashed("lovelace", cost=16), "bob": hashed("builder", cost=16)}
    login = {"passwords": passwords, "attempts": 3, "cost": 16, **options}
    return Application(mapper, config={"site.secret_key": KEY, "tools": {"sessions": {}, "csrf": {}, "login": login}})


def visitor(application, address="192.0.2.1"):
    """A client at an address of its own."""

    def placed(environ, start_response):
        return application({**environ, "REMOTE_ADDR": address}, start_response)

    return Client(placed)


def attempt(client, name="ada", password="wrong", **options):
    return client.post("/login", data={"name": name, "password": password}, **options)


@pytest.fixture(params=["memory", "redis"])
def application(request):
    """A site that counts in memory, and one that counts in Redis."""
    options = {}
    if request.param == "redis":
        options = {"store": "redis", "url": request.getfixturevalue("redis_url")}
    made = make_app(**options)
    yield made
    made.close()


def test_after_a_few_wrong_ones_there_is_a_wait(application):
    """The right password is not looked at either until then; the answer says how long that is."""
    client = visitor(application)

    codes = [attempt(client).status_code for _ in range(3)]
    refused = attempt(client, password="lovelace")

    assert codes == [401, 401, 401]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert 'role="alert">Too many attempts. Try again in ' in refused.text
    told = attempt(client, headers={"Accept": "application/json"})
    assert (told.status_code, told.headers["Content-Type"]) == (429, "application/problem+json")


def test_an_unknown_name_has_to_wait_as_long(application):
    """So the wait tells nothing of who exists."""
    client = visitor(application)

    assert [attempt(client, "eve").status_code for _ in range(5)] == [401, 401, 401, 429, 429]


def test_a_name_written_in_other_ways_is_the_same_name(application):
    """Many databases take ADA for ada; that gives nobody more attempts."""
    client = visitor(application)

    assert [attempt(client, name).status_code for name in ("ada", "ADA", " Ada ", "aDa")] == [401, 401, 401, 429]


def test_the_right_password_forgets_the_wrong_ones(application):
    """Whoever mistypes now and then never waits."""
    client = visitor(application)

    for _ in range(4):
        assert [attempt(client).status_code, attempt(client).status_code] == [401, 401]
        assert attempt(client, password="lovelace").status_code == 303
        client.cookies = Client(application).cookies


def test_one_address_cannot_try_all_names(application):
    """Names that nobody has among them; another address goes on."""
    client = visitor(application)

    codes = [attempt(client, f"name{number}").status_code for number in range(14)]

    assert codes == [401] * 12 + [429] * 2
    assert attempt(visitor(application, "192.0.2.2"), password="lovelace").status_code == 303


def test_a_customers_network_is_one_address(application):
    """Of IPv6 the first 64 bits."""
    for number in range(12):
        attempt(visitor(application, f"2001:db8::{number:x}"), f"name{number}")

    assert attempt(visitor(application, "2001:db8::ffff"), "other").status_code == 429
    assert attempt(visitor(application, "2001:db8:0:1::1"), "other").status_code == 401


def test_many_addresses_cannot_guess_one_name(application):
    """Together they have a limit, too."""
    codes = [attempt(visitor(application, f"198.51.100.{number}")).status_code for number in range(62)]

    assert codes == [401] * 60 + [429] * 2


def test_who_has_signed_in_before_is_not_locked_out_by_others(application):
    """The browser is known: while others guess the name, its owner still signs in, and has attempts of their own."""
    owner = visitor(application)
    attempt(owner, password="lovelace")
    owner.post("/logout")

    for number in range(65):
        attempt(visitor(application, f"198.51.100.{number}"))
    for _ in range(4):
        attempt(visitor(application))

    assert attempt(visitor(application, "203.0.113.1"), password="lovelace").status_code == 429
    assert attempt(owner, password="lovelace").status_code == 303
    owner.post("/logout")
    assert [attempt(owner).status_code for _ in range(8)] == [401] * 6 + [429] * 2


def test_a_known_browser_is_known_for_its_own_name_alone(application):
    """Its cookie gives no more attempts for other names, nor does one that is made up."""
    client = visitor(application)
    attempt(client, "bob", "builder")

    assert [attempt(client, "ada").status_code for _ in range(4)] == [401, 401, 401, 429]
    for forged in ("x", "signed_in_before=;", "\xff", "A" * 5000):
        assert attempt(visitor(application), headers={"Cookie": f"signed_in_before={forged}"}).status_code == 429


def test_waiting_is_over_when_its_time_is(application):
    """What is refused meanwhile does not make it longer."""
    impatient = make_app(window=1)
    client = visitor(impatient)
    while attempt(client).status_code != 429:
        pass

    threading.Event().wait(1.1)

    assert attempt(client, password="lovelace").status_code == 303


def test_many_at_once_are_no_way_around():
    """Each is counted before it is judged: of thirty that come together three are looked at."""
    application = make_app()
    codes = []
    begin = threading.Barrier(30)

    def try_once():
        client = visitor(application)
        begin.wait()
        codes.append(attempt(client).status_code)

    threads = [threading.Thread(target=try_once) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [401] * 3 + [429] * 27


def test_two_processes_count_together_in_redis(redis_url):
    """As two applications do."""
    one, other = (make_app(store="redis", url=redis_url) for _ in range(2))

    codes = [attempt(visitor(app)).status_code for app in (one, other, one, other)]

    assert codes == [401, 401, 401, 429]
    one.close()
    other.close()


def test_without_redis_nobody_signs_in_and_everything_else_works():
    """The answer says so, and it is not a 500."""
    application = make_app(store="redis", url="redis://127.0.0.1:1/0")
    client = visitor(application)

    answer = attempt(client, password="lovelace")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/login").status_code == 200
    application.close()


def test_what_is_counted_takes_no_more_than_its_room():
    """The oldest counts are forgotten."""
    counter = Memory(most=10)

    for number in range(100):
        counter.add(str(number), 1, 60)

    assert counter.add("99", 1, 60)[0] == 2
    assert counter.add("1", 1, 60)[0] == 1


def test_the_log_tells_of_attempts_and_of_no_secrets(application, caplog):
    """Where they came from, for those who watch; what was typed may be a password in the wrong field."""
    caplog.set_level("INFO", "kirsch.login")
    client = visitor(application, "203.0.113.9")
    attempt(client, password="lovelace")
    for _ in range(7):
        attempt(client, "hunter2", "pass\nword")

    lines = [record.getMessage().partition(": ")[2] for record in caplog.records]
    assert lines[:2] == ["'ada' signed in from 203.0.113.9", "a wrong name or password from 203.0.113.9"]
    assert lines[-1] == "too many attempts to sign in from 203.0.113.9"
    assert "hunter2" not in caplog.text
    assert "lovelace" not in caplog.text
