"""Fault switches: what goes wrong with the next calls, handshakes and envelopes, on command and in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

FaultKind = Literal[
    "rate_limited",
    "rate_limited_empty",
    "http_500",
    "http_503",
    "http_500_after",
    "internal_error",
    "fatal_error",
    "error",
    "reset_before",
    "reset_after",
    "timeout_after",
    "slow",
    "handshake_502",
    "duplicate_envelope",
    "lose_envelope",
]
FAULT_KINDS: frozenset[str] = frozenset(get_args(FaultKind))
_NOT_A_CALL = frozenset({"handshake_502", "duplicate_envelope", "lose_envelope"})


@dataclass(slots=True)
class Fault:
    """One switched-on fault.

    `method` is a Web API method name, `response_url` or `*`; for envelopes it is the envelope type or `*`.
    `times` counts down to 0 (-1: until cleared). `seconds` is Retry-After for rate limits, and the wall delay for
    `slow`. `error` is the word that kind `error` answers. `skip` lets that many calls through first.
    """

    kind: str
    method: str = "*"
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"
    skip: int = 0


@dataclass(slots=True)
class Faults:
    """The faults in force, oldest first; each use of one is counted down."""

    active: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Switch `fault` on. Raises ValueError for a kind that does not exist."""
        if fault.kind not in FAULT_KINDS:
            raise ValueError(f"There is no fault {fault.kind!r}; there are {', '.join(sorted(FAULT_KINDS))}.")
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        self.active.clear()

    def for_call(self, method: str) -> Fault | None:
        """The fault that strikes this Web API call, used up by one."""
        return self._take(method, {f.kind for f in self.active} - _NOT_A_CALL)

    def take(self, kind: str, method: str = "*") -> Fault | None:
        """The fault of `kind` that strikes this handshake or envelope, used up by one."""
        return self._take(method, {kind})

    def _take(self, method: str, kinds: set[str]) -> Fault | None:
        for fault in self.active:
            if fault.kind not in kinds or fault.method not in ("*", method):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times == 0:
                self.active.remove(fault)
            return fault
        return None
