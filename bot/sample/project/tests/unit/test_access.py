# mypy: ignore-errors
import pytest

from credstore.access import DeniedError, Lockout, allowed, demand


@pytest.mark.parametrize(
    ("role", "what", "expected"),
    [
        ("reader", "get", True),
        ("reader", "put", False),
        ("reader", "delete", False),
        ("writer", "put", True),
        ("writer", "export", False),
        ("owner", "export", True),
        ("owner", "delete", True),
        ("stranger", "get", False),
    ],
)
def test_a_role_allows_what_it_says(role, what, expected):
    assert allowed(role, what) is expected


def test_what_is_not_allowed_is_denied():
    with pytest.raises(DeniedError, match="reader may not delete"):
        demand("reader", "delete")


def test_two_wrong_passwords_lock_nobody_out():
    lockout = Lockout()
    lockout.wrong("ana")
    lockout.wrong("ana")
    assert not lockout.is_locked("ana")


def test_a_right_password_forgets_the_wrong_ones():
    lockout = Lockout()
    for _ in range(3):
        lockout.wrong("ana")
    lockout.right("ana")
    assert not lockout.is_locked("ana")
