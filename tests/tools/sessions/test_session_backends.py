"""What every place that keeps sessions on the server does alike."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

KEY = "0123456789abcdef0123456789abcdef01234567"
OTHER = KEY[::-1]


def test_a_text_comes_back_with_its_version(backend):
    """The first is number 1."""
    assert backend.put(KEY, '{"a":1}', 60, 0)

    assert backend.get(KEY) == (1, '{"a":1}')
    assert backend.get(OTHER) is None


def test_a_text_is_replaced_by_who_knows_its_version(backend):
    """Whoever comes later with the old version is refused, and nothing changes."""
    backend.put(KEY, "{}", 60, 0)

    assert backend.put(KEY, '{"a":1}', 60, 1)
    assert not backend.put(KEY, '{"a":2}', 60, 1)

    assert backend.get(KEY) == (2, '{"a":1}')


def test_what_is_gone_is_not_replaced(backend):
    """A request under way does not bring it back."""
    backend.put(KEY, "{}", 60, 0)
    backend.drop(KEY)

    assert not backend.put(KEY, '{"a":1}', 60, 1)
    assert not backend.drop(KEY, 1)
    assert backend.get(KEY) is None


def test_a_text_is_dropped_by_who_knows_its_version(backend):
    """Others are refused; who names none is not."""
    backend.put(KEY, "{}", 60, 0)
    backend.put(OTHER, "{}", 60, 0)

    assert not backend.drop(KEY, 2)
    assert backend.drop(KEY, 1)
    assert backend.drop(OTHER)

    assert (backend.get(KEY), backend.get(OTHER)) == (None, None)


@pytest.mark.parametrize("text", ['{"a":"\udc00 \x00 é 🍒 \' \\" % :a ${}"}', '{"a":"' + 200_000 * "é" + '"}'])
def test_any_text_is_kept_as_it_is(backend, text):
    """Half a surrogate pair, quotes of every kind, 400 kB."""
    backend.put(KEY, text, 60, 0)

    assert backend.get(KEY) == (1, text)


def test_a_text_ends(backend, two_seconds_later):
    """After its seconds it is none, whether or not it was cleaned away."""
    backend.put(KEY, "{}", 1, 0)
    two_seconds_later()

    assert backend.get(KEY) is None


def test_cleaning_removes_what_has_ended(backend, two_seconds_later):
    """And nothing else; a store that does it by itself has nothing left."""
    backend.put(OTHER, "{}", 60, 0)
    keys = [secrets.token_hex(20) for _ in range(5)]
    for key in keys:
        backend.put(key, "{}", 1, 0)
    two_seconds_later()

    assert backend.clean() in (0, 5)

    assert backend.clean() == 0
    assert backend.get(OTHER) == (1, "{}")


def test_one_of_many_replaces_a_version(backend):
    """Eight at the same time, ten times: each version is replaced once."""
    backend.put(KEY, "{}", 60, 0)
    with ThreadPoolExecutor(8) as threads:
        for version in range(1, 11):
            done = list(threads.map(lambda n, v=version: backend.put(KEY, f'{{"n":{n}}}', 60, v), range(8)))
            assert done.count(True) == 1

    assert backend.get(KEY).version == 11


def test_a_lock_keeps_others_out_until_it_is_given_back(backend):
    """By who holds it alone; other sessions are not concerned."""
    backend.put(KEY, "{}", 60, 0)
    backend.put(OTHER, "{}", 60, 0)

    assert backend.hold(KEY, "mine", 60)
    assert not backend.hold(KEY, "yours", 60)
    assert backend.hold(OTHER, "other", 60)
    backend.release(KEY, "yours")
    assert not backend.hold(KEY, "yours", 60)
    backend.release(KEY, "mine")
    assert backend.hold(KEY, "yours", 60)
    backend.release(KEY, "yours")
    backend.release(OTHER, "other")


def test_a_lock_that_nobody_gives_back_ends(backend, two_seconds_later):
    """Its holder is gone; the next one gets it, and the first can no longer give it back."""
    backend.put(KEY, "{}", 60, 0)
    assert backend.hold(KEY, "gone", 1)
    two_seconds_later()

    assert backend.hold(KEY, "next", 60)
    backend.release(KEY, "gone")
    assert not backend.hold(KEY, "third", 60)
    backend.release(KEY, "next")


def test_a_held_text_can_be_replaced(backend):
    """The lock is for those who ask for it."""
    backend.put(KEY, "{}", 60, 0)
    backend.hold(KEY, "mine", 60)

    assert backend.put(KEY, '{"a":1}', 60, 1)
    backend.release(KEY, "mine")

    assert backend.get(KEY) == (2, '{"a":1}')


@pytest.mark.slow
def test_a_hundred_locks_leave_nothing_behind(on_server, backend, tmp_path):
    """No file, no entry: a session that is gone leaves no trace of its locks."""
    for _ in range(100):
        key = secrets.token_hex(20)
        assert backend.hold(key, "unknown", 60)
        backend.release(key, "unknown")
        backend.put(key, "{}", 60, 0)
        assert backend.hold(key, "known", 60)
        backend.release(key, "known")
        backend.drop(key)

    assert not getattr(backend, "held", None)
    if on_server["store"] == "file":
        assert all(file.name.startswith("turn-") for file in (tmp_path / "sessions").iterdir())
    if on_server["store"] == "redis":
        assert list(backend.client.scan_iter(f"{on_server['prefix']}*")) == []
    if on_server["store"] == "sql":
        with backend.engine.connect() as connection:
            assert connection.execute(backend.table.select()).all() == []
