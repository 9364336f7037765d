# mypy: ignore-errors
import time

from credstore.access import Lockout
from credstore.crypto import STRONG_ROUNDS, derive_key


def test_a_strong_key_takes_work():
    assert len(derive_key("correct horse", b"0123456789abcdef", STRONG_ROUNDS)) == 32


def test_a_lockout_ends_after_its_pause():
    lockout = Lockout(pause_seconds=0.6)
    for _ in range(3):
        lockout.wrong("ana")
    assert lockout.is_locked("ana")
    time.sleep(0.65)
    assert not lockout.is_locked("ana")


def test_a_hundred_credentials_are_kept(store):
    for number in range(100):
        store.put(f"service/{number:03}", f"secret {number}", "ana")
    assert len(store.names()) == 100
    assert store.get("service/042", "ana") == "secret 42"
