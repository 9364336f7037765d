"""Keys from passwords, and sealing with a stream and a tag. For the sample's sake: use a vetted library in earnest."""

import hashlib
import hmac
import secrets

SALT_BYTES = 16
QUICK_ROUNDS = 500
STRONG_ROUNDS = 100_000

_NONCE_BYTES = 16
_TAG_BYTES = 32


class TamperedError(Exception):
    """What was sealed is not what is being opened."""


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def derive_key(password: str, salt: bytes, rounds: int = QUICK_ROUNDS) -> bytes:
    """32 bytes. Raises `ValueError` for an empty password or a short salt."""
    if not password:
        raise ValueError("a key needs a password")
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt has at least {SALT_BYTES} bytes")
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8"), salt, rounds)


def _stream(key: bytes, nonce: bytes, length: int) -> bytes:
    blocks = (hashlib.sha256(key + nonce + n.to_bytes(8, "big")).digest() for n in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def seal(key: bytes, plain: bytes) -> bytes:
    """Nonce, tag and cipher text; two seals of the same bytes differ."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = bytes(a ^ b for a, b in zip(plain, _stream(key, nonce, len(plain)), strict=True))
    return nonce + hmac.digest(key, nonce + cipher, "sha256") + cipher


def unseal(key: bytes, sealed: bytes) -> bytes:
    """Raises `TamperedError` for a wrong key or changed bytes."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    tag, cipher = rest[:_TAG_BYTES], rest[_TAG_BYTES:]
    if not hmac.compare_digest(tag, hmac.digest(key, nonce + cipher, "sha256")):
        raise TamperedError("wrong key, or the sealed bytes were changed")
    return bytes(a ^ b for a, b in zip(cipher, _stream(key, nonce, len(cipher)), strict=True))
