"""Session texts in Redis, each with its time to live."""

import redis

from kirsch.errors import ServiceUnavailable


class Redis:
    """A backend of :class:`kirsch.tools._stores.KeyedStore`."""

    def __init__(self, url: str, prefix: str) -> None:
        self.prefix = prefix
        # A text may hold half a surrogate pair, which strict UTF-8 has no bytes for.
        self.client = redis.Redis.from_url(
            url, decode_responses=True, encoding_errors="surrogatepass", socket_timeout=5, socket_connect_timeout=5
        )

    def get(self, key: str) -> str | None:
        try:
            found = self.client.get(self.prefix + key)
        except redis.RedisError as error:
            raise self._away() from error
        return None if found is None else str(found)

    def put(self, key: str, text: str, seconds: int, known: bool) -> None:
        try:
            self.client.set(self.prefix + key, text, ex=seconds, xx=known)
        except redis.RedisError as error:
            raise self._away() from error

    def drop(self, key: str) -> None:
        try:
            self.client.delete(self.prefix + key)
        except redis.RedisError as error:
            raise self._away() from error

    def close(self) -> None:
        self.client.close()

    def _away(self) -> ServiceUnavailable:
        return ServiceUnavailable("Sessions cannot be reached at the moment.", headers=[("Retry-After", "5")])
