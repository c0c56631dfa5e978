"""Texts that are given away and recognized when they come back: signed, each for one purpose."""

from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import blake2b
from hmac import compare_digest

from kirsch.errors import UsageError

#: Bytes and characters of a signature.
BYTES, CHARACTERS = 24, 32


class Signer:
    """Signs texts for one purpose: what is signed for another one, or by somebody else, is not taken for ours.

    A signature is a keyed BLAKE2b (RFC 7693) of 24 bytes, as 32 characters in front of the text.

    :param keys: the secret keys; the first signs, all are recognized, so that a key can be replaced at leisure.
    :param purpose: what the signed texts are for; each purpose has keys of its own, derived from these.
    """

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        if not keys:
            raise UsageError(f"there is no key to sign {purpose} with.")
        self._keys = [blake2b(purpose.encode(), key=blake2b(key.encode()).digest()).digest() for key in keys]

    def sign(self, text: str) -> str:
        """*text* behind its signature; it can still be read by anybody."""
        return signature(text.encode("utf-8", "surrogatepass"), self._keys[0]).decode() + text

    def unsign(self, signed: str) -> str | None:
        """The text that was signed; None where we have not signed it."""
        text = signed[CHARACTERS:]
        data, sent = text.encode("utf-8", "surrogatepass"), signed[:CHARACTERS].encode("utf-8", "surrogatepass")
        for key in self._keys:
            if compare_digest(signature(data, key), sent):
                return text
        return None


def signature(data: bytes, key: bytes) -> bytes:
    """The signature of *data* in base64, whose characters are those of cookies."""
    return b2a_base64(blake2b(data, key=key, digest_size=BYTES).digest(), newline=False)
