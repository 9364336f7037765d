"""The table of Web API methods: name, handler, scopes, tier, token; and the reading of their arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.workspace.errors import ApiError
from bot.workspace.model import Json
from bot.workspace.team import Team

Caller = Literal["bot", "app", "none"]
Tier = Literal["tier_1", "tier_2", "tier_3", "tier_4", "post_per_minute", "auth_test"]
Handler = Callable[[Team, "Args"], Json]


@dataclass(frozen=True, slots=True)
class Args:
    """Arguments of one call, however they arrived: query, form or JSON. Values of a form are strings."""

    raw: Json

    def text(self, name: str, *, required: bool = False) -> str:
        """A string, empty when absent. Raises ApiError invalid_arguments when it is required and missing."""
        value = self.raw.get(name)
        if value is None or value == "":
            if required:
                raise _invalid(name, "missing required field")
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.raw.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int = 0) -> int:
        """An integer; raises ApiError invalid_arguments for anything else."""
        try:
            return int(self.raw.get(name, default) or default)
        except (TypeError, ValueError) as error:
            raise _invalid(name, "must be an integer") from error

    def parsed(self, name: str, code: str = "invalid_arguments") -> Any:
        """A structure, given as JSON text in a form or as it is in a JSON body; None when absent or null."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise ApiError(code) from error

    def body(self) -> Json:
        """The message body: text, blocks, attachments, metadata. Raises ApiError invalid_blocks_format and the like."""
        found: Json = {"text": self.text("text")}
        for name, code in (
            ("blocks", "invalid_blocks_format"),
            ("attachments", "invalid_attachments"),
            ("metadata", "invalid_metadata_format"),
        ):
            value = self.parsed(name, code)
            if value is not None:
                found[name] = value
        if not isinstance(found.get("blocks", []), list):
            raise ApiError("invalid_blocks_format")
        return found


@dataclass(frozen=True, slots=True)
class Method:
    """One method. `scopes` are alternatives: any of them will do (none: no scope needed)."""

    name: str
    handler: Handler
    scopes: tuple[str, ...]
    tier: Tier
    caller: Caller


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str, tier: Tier, caller: Caller = "bot") -> Callable[[Handler], Handler]:
    """Register a handler under its Web API name. The handler returns the JSON body without `ok`, or raises ApiError."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, scopes, tier, caller)
        return handler

    return register


def _invalid(name: str, problem: str) -> ApiError:
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {problem} [json-pointer:/{name}]"]})


def page(items: list[Json], args: Args, default: int = 100) -> tuple[list[Json], str]:
    """One page of a list and the cursor of the next (empty at the end). Raises ApiError invalid_cursor."""
    cursor = args.text("cursor")
    if cursor and not cursor.isdigit():
        raise ApiError("invalid_cursor")
    start, limit = int(cursor or 0), args.number("limit", default)
    following = str(start + limit) if start + limit < len(items) else ""
    return items[start : start + limit], following
