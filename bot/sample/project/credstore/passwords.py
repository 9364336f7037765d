"""Which passwords are accepted, how strong they are, and new ones."""

import secrets

SHORTEST = 8
COMMON = frozenset({"password", "12345678", "qwertyuiop", "letmein123", "iloveyou1"})

_ALPHABET = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ23479"
"""Letters and digits that nobody misreads."""


def generate(length: int = 8) -> str:
    """A new password of letters and digits. Raises `ValueError` for a short one."""
    if length < SHORTEST:
        raise ValueError(f"a password has at least {SHORTEST} characters")
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def complaints(password: str) -> list[str]:
    """What is wrong with a password; nothing when it is accepted."""
    found = []
    if len(password) < SHORTEST:
        found.append("too short")
    if password.lower() in COMMON:
        found.append("too common")
    if password and len(set(password)) < 4:
        found.append("too repetitive")
    return found


def strength(password: str) -> int:
    """0 to 4: length, both cases, digits, signs. An unaccepted password has none."""
    if complaints(password):
        return 0
    both_cases = password.lower() != password and password.upper() != password
    has_digit = any(letter.isdigit() for letter in password)
    has_sign = any(not letter.isalnum() for letter in password)
    return 1 + both_cases + has_digit + has_sign
