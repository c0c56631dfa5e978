"""Texts that are recognized when they come back."""

import pytest

from kirsch.cookies import PLAIN
from kirsch.errors import UsageError
from kirsch.signing import Signer


def test_what_was_signed_is_recognized():
    """Whatever the text is; the signature fits into a cookie."""
    signer = Signer(["a key"], "tests")

    for text in ("", "text", "größe 字", "\ud800"):
        assert signer.unsign(signer.sign(text)) == text
    assert PLAIN.fullmatch(signer.sign("text"))


def test_what_is_signed_for_another_purpose_or_by_another_key_is_not():
    """One secret serves several purposes without one standing in for the other."""
    signed = Signer(["a key"], "tests").sign("text")

    assert Signer(["a key"], "other tests").unsign(signed) is None
    assert Signer(["another key"], "tests").unsign(signed) is None


def test_a_key_can_be_replaced():
    """The new key signs; what an older one signed is still recognized, until that one goes."""
    old, both, new = (Signer(keys, "tests") for keys in (["old"], ["new", "old"], ["new"]))

    assert both.unsign(old.sign("text")) == "text"
    assert new.unsign(both.sign("text")) == "text"
    assert new.unsign(old.sign("text")) is None


@pytest.mark.parametrize("sent", ["", "x", "x" * 31, "x" * 32, "x" * 5000, "\xff" * 40, "\ud800" * 40, "字"])
def test_what_nobody_signed_is_not_recognized(sent):
    """Nor is it an error."""
    assert Signer(["a key"], "tests").unsign(sent) is None


def test_without_a_key_there_is_no_signer():
    """It says what it would have signed."""
    with pytest.raises(UsageError, match="to sign tests with"):
        Signer([], "tests")
