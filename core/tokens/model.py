"""A bearer token: how it is written, and who may still come in with it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

USE_NOTED_EVERY = timedelta(minutes=1)
"""How often the use of a token is written down at most."""

NAME_LIMIT = 200

_SECRET_BYTES = 32
_WRITTEN = re.compile(r"t12_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as stored: the secret itself is nowhere."""

    id: str
    name: str
    secret_sha256: bytes
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A new token and its text, which is shown this once."""

    token: Token
    text: str


def new_token(name: str, now: datetime, expires_at: datetime | None = None) -> CreatedToken:
    """Draw a token: 32 random bytes, of which only the SHA-256 is kept.

    A slow hash would buy nothing: there is no dictionary of random keys.
    """
    token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(_SECRET_BYTES)
    return CreatedToken(Token(token_id, name, _digest(secret), now, expires_at), f"t12_{token_id}_{secret}")


def read_token(text: str) -> tuple[str, str] | None:
    """Id and secret of `t12_<id>_<secret>`; None for anything else."""
    found = _WRITTEN.fullmatch(text) if len(text) < 100 else None
    return (found[1], found[2]) if found else None


def bearer_of(header: str | None) -> str:
    """What an Authorization header bears; empty when it bears nothing."""
    scheme, _, text = (header or "").strip().partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def lets_in(token: Token | None, secret: str, now: datetime) -> bool:
    """Whether the secret is the token's and the token still counts; takes the same time for a token nobody made."""
    same = hmac.compare_digest(_digest(secret), token.secret_sha256 if token is not None else _NOBODY)
    return same and token is not None and token.state(now) == "active"


def use_is_worth_noting(token: Token, now: datetime) -> bool:
    """Whether the last noted use is a minute old."""
    return token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
