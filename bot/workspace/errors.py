"""What the Web API and the control API answer when they refuse."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal of the Web API: `code` is Slack's word, `extra` joins the JSON body, `headers` the response."""

    def __init__(self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(f"The workspace refused the call: {code}.")
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.extra = extra


class RefusedError(Exception):
    """A person cannot do that in the client (no such button, not a member, a Slack without that person)."""
