"""Session tokens: who, until when, signed."""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=8)


class ForgedError(Exception):
    """Not a token of ours."""


class ExpiredError(Exception):
    """A token whose time is over."""


@dataclass(frozen=True)
class Session:
    """Who a token speaks for, and until when."""

    user: str
    expires_at: datetime


def issue(user: str, key: bytes, now: datetime, lifetime: timedelta = LIFETIME) -> str:
    """Raises `ValueError` for a nameless user."""
    if not user.strip():
        raise ValueError("a token needs a user")
    body = json.dumps({"user": user, "until": (now + lifetime).timestamp()}).encode("utf-8")
    return f"{_text(body)}.{_text(hmac.digest(key, body, 'sha256'))}"


def read(token: str, key: bytes, now: datetime) -> Session:
    """Raises `ForgedError` and `ExpiredError`; at the very end of its lifetime a token is over."""
    body, dot, signature = token.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body)
        is_ours = bool(dot) and hmac.compare_digest(signature, _text(hmac.digest(key, raw, "sha256")))
    except ValueError:
        is_ours = False
    if not is_ours:
        raise ForgedError("this is no token of ours")
    values = json.loads(raw)
    if now.timestamp() >= values["until"]:
        raise ExpiredError(f"the session of {values['user']} is over")
    return Session(values["user"], datetime.fromtimestamp(values["until"], UTC))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")
