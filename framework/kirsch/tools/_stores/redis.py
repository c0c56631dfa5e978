"""Session texts in Redis, each with its time to live."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from kirsch.errors import UsageError
from kirsch.tools._stores.keyed import Kept, Place, away

URL = "redis://127.0.0.1:6379/0"
#: Seconds to wait for an answer.
WAIT = 5
#: Replaces the version ARGV[1] of KEYS[1] by the text ARGV[2], for ARGV[3] seconds, or drops it for an empty text.
EXCHANGE = """
local kept = redis.call('GET', KEYS[1])
if not kept or string.match(kept, '^%d+') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return 1
"""
#: Drops the lock KEYS[1] if ARGV[1] is its name.
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Redis:
    """A backend of :class:`kirsch.tools._stores.keyed.KeyedStore`: one key for each session, written "3.{...}"."""

    def __init__(self, place: Place) -> None:
        self.prefix = place.prefix
        try:
            # A text may hold half a surrogate pair, which strict UTF-8 has no bytes for. Nothing is tried twice by
            # itself: what the server has done before its answer was lost would be done twice.
            self.client = redis.Redis.from_url(
                place.url or URL, decode_responses=True, encoding_errors="surrogatepass", socket_timeout=WAIT,
                socket_connect_timeout=WAIT, retry=Retry(NoBackoff(), 0),
            )  # fmt: skip
        except ValueError as error:
            raise UsageError(f"url is no address of a Redis server: {error}.") from error
        self._exchange = self.client.register_script(EXCHANGE)
        self._release = self.client.register_script(RELEASE)

    def get(self, key: str) -> Kept | None:
        with reached():
            found = self.client.get(self.prefix + key)
        version, _, text = str(found or "").partition(".")
        return Kept(int(version), text) if version.isdecimal() else None

    def put(self, key: str, text: str, seconds: int, version: int) -> bool:
        with reached():
            if not version:
                return bool(self.client.set(self.prefix + key, f"1.{text}", ex=seconds))
            return bool(self._exchange([self.prefix + key], [version, f"{version + 1}.{text}", seconds]))

    def drop(self, key: str, version: int | None = None) -> bool:
        with reached():
            if version is None:
                return self.client.delete(self.prefix + key) is not None
            return bool(self._exchange([self.prefix + key], [version, "", 0]))

    def hold(self, key: str, token: str, seconds: int) -> bool:
        with reached():
            return bool(self.client.set(f"{self.prefix}{key}:lock", token, ex=seconds, nx=True))

    def release(self, key: str, token: str) -> None:
        with reached():
            self._release([f"{self.prefix}{key}:lock"], [token])

    def clean(self, most: int | None = None) -> int:
        return 0  # Redis removes them itself.

    def close(self) -> None:
        self.client.close()


@contextmanager
def reached() -> Iterator[None]:
    """Answer 503 where Redis does not answer.

    :raises ServiceUnavailable: instead of the errors of its client.
    """
    try:
        yield
    except redis.RedisError as error:
        raise away(error) from error
