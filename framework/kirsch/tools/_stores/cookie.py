"""Sessions that travel in the cookie."""

import zlib
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence

from kirsch.errors import UsageError
from kirsch.tools._stores.dated import Dated
from kirsch.tools._stores.session import Session, encode, restored

#: Characters of a value; browsers keep cookies of 4096 bytes, name and attributes included (RFC 6265, section 6.1).
COOKIE_LIMIT = 3800
#: Bytes from which on a session's text is compressed in a cookie: what most sessions never reach.
LONG = 1024


class CookieStore:
    """Sessions that travel in the cookie, signed and dated; nothing is kept on the server.

    Of two requests at the same time the browser keeps the cookie that comes last, so the changes of the other are lost.
    """

    def __init__(self, keys: Sequence[str], seconds: int, longest: int | None = None) -> None:
        self.dated = Dated(keys, "kirsch.session", seconds, longest)

    def load(self, sent: str) -> Session:
        packed, ageing, began = self.dated.read(sent)
        if not packed:
            return Session()
        data = a2b_base64(packed)
        text = (data if data[:1] == b"{" else zlib.decompress(data)).decode("utf-8", "surrogatepass")
        return restored(text, ageing, began)

    def save(self, session: Session) -> str | None:
        if not session:
            return "" if session.text else None
        text = encode(session)
        if text == session.text and not session.ageing and not session.renewed:
            return None
        data = text.encode("utf-8", "surrogatepass")
        packed = b2a_base64(data if len(data) < LONG else zlib.compress(data), newline=False).decode()
        value = self.dated.write(packed, 0 if session.renewed else session.began)
        if len(value) > COOKIE_LIMIT:
            raise UsageError(
                f"The session has {len(value)} characters, and browsers drop cookies that long. "
                'Keep less in it, or set store = "redis", "sql" or "file" under [tools.sessions].'
            )
        return value

    def release(self, session: Session) -> None:
        pass

    def clean(self) -> int:
        return 0

    def close(self) -> None:
        pass
