# mypy: ignore-errors
from datetime import UTC, datetime

import pytest

from credstore.crypto import TamperedError, derive_key, seal, unseal
from credstore.passwords import COMMON, strength
from credstore.tokens import ForgedError, issue, read

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("place", [0, 15, 16, 47, 48, 53])
def test_one_changed_byte_is_noticed(key, place):
    sealed = bytearray(seal(key, b"secret"))
    sealed[place] ^= 1
    with pytest.raises(TamperedError):
        unseal(key, bytes(sealed))


def test_a_cut_seal_is_noticed(key):
    with pytest.raises(TamperedError):
        unseal(key, seal(key, b"secret")[:-1])


def test_a_token_of_another_key_is_forged(key):
    other = derive_key("other", b"0123456789abcdef")
    with pytest.raises(ForgedError):
        read(issue("ana", other, NOW), key, NOW)


def test_the_file_shows_no_secret(store, path):
    store.put("db/prod", "very-visible", "ana")
    assert b"very-visible" not in path.read_bytes()


@pytest.mark.parametrize("password", sorted(COMMON))
def test_a_common_password_has_no_strength(password):
    assert strength(password) == 0
