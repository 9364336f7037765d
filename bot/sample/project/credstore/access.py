"""Who may do what: roles, and a pause after too many wrong passwords."""

import time
from dataclasses import dataclass, field

ROLES = {
    "reader": frozenset({"get"}),
    "writer": frozenset({"get", "put"}),
    "owner": frozenset({"get", "put", "delete", "export"}),
}
TRIES = 3


class DeniedError(PermissionError):
    """The role does not allow it."""


def allowed(role: str, what: str) -> bool:
    """An unknown role may nothing."""
    return what in ROLES.get(role, frozenset())


def demand(role: str, what: str) -> None:
    """Raises `DeniedError`."""
    if not allowed(role, what):
        raise DeniedError(f"the role {role} may not {what}")


@dataclass
class Lockout:
    """Counts wrong passwords per user and locks for a while; `pause_seconds` from the last one."""

    pause_seconds: float = 30.0
    _wrong: dict[str, list[float]] = field(default_factory=dict)

    def wrong(self, user: str) -> None:
        self._wrong.setdefault(user, []).append(time.monotonic())

    def right(self, user: str) -> None:
        self._wrong.pop(user, None)

    def is_locked(self, user: str) -> bool:
        tries = self._wrong.get(user, [])
        return len(tries) >= TRIES and time.monotonic() - tries[-1] < self.pause_seconds
