# mypy: ignore-errors
import pytest

from credstore.crypto import TamperedError, derive_key, new_salt, seal, unseal

SALT = b"0123456789abcdef"


@pytest.mark.parametrize("plain", [b"", b"a", b"secret", bytes(31), bytes(32), bytes(33), "ñ€".encode(), bytes(5000)])
def test_what_was_sealed_can_be_opened(key, plain):
    assert unseal(key, seal(key, plain)) == plain


def test_two_seals_of_the_same_bytes_differ(key):
    assert seal(key, b"secret") != seal(key, b"secret")


def test_a_wrong_key_opens_nothing(key):
    with pytest.raises(TamperedError):
        unseal(derive_key("wrong", SALT), seal(key, b"secret"))


def test_a_key_depends_on_password_and_salt():
    keys = {derive_key("a", SALT), derive_key("b", SALT), derive_key("a", SALT[::-1])}
    assert len(keys) == 3


def test_a_key_is_the_same_every_time():
    assert derive_key("a", SALT) == derive_key("a", SALT)


def test_an_empty_password_makes_no_key():
    with pytest.raises(ValueError, match="needs a password"):
        derive_key("", SALT)


def test_a_short_salt_makes_no_key():
    with pytest.raises(ValueError, match="at least 16 bytes"):
        derive_key("a", b"short")


def test_salts_differ():
    assert new_salt() != new_salt()
