"""The small language the checker is written in: a check is a function of value, walk and JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.workspace.limits import LIMITS

Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `pointer` is a JSON pointer into the payload, `code` a stable word, `message` a sentence.

    `refused` is False for what Slack accepts but punishes or shows badly (no text for screen readers, unescaped text).
    """

    pointer: str
    code: str
    message: str
    refused: bool = True


@dataclass(slots=True)
class Walk:
    """What has been seen of one payload so far, for the rules that reach across blocks."""

    surface: Surface
    problems: list[Problem] = field(default_factory=list)
    block_ids: set[str] = field(default_factory=set)
    tables: int = 0
    charts: int = 0
    markdown: int = 0
    focused: int = 0
    has_input: bool = False

    def add(self, pointer: str, code: str, message: str, *, refused: bool = True) -> None:
        self.problems.append(Problem(pointer, code, message, refused))


Check = Callable[[Any, Walk, str], None]


def is_a(kind: type, name: str) -> Check:
    """A value of exactly this JSON type (a boolean is no integer)."""

    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            walk.add(at, "wrong_type", f"must be {name}")

    return check


boolean = is_a(bool, "true or false")
anything: Check = lambda value, walk, at: None  # noqa: E731, ARG005


def string(limit: str | None = None, *, minimum: int = 0, pattern: str | None = None) -> Check:
    """A string of at most LIMITS[limit] characters, at least `minimum`, matching `pattern` as a whole."""
    longest = LIMITS[limit] if limit else None

    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, str):
            walk.add(at, "wrong_type", "must be a string")
        elif len(value) < minimum:
            walk.add(at, "too_short", f"must be at least {minimum} characters")
        elif longest is not None and len(value) > longest:
            walk.add(at, "too_long", f"must be no more than {longest} characters")
        elif pattern is not None and not re.fullmatch(pattern, value):
            walk.add(at, "bad_format", f"must match {pattern}")

    return check


def url(limit: str) -> Check:
    """An absolute URL."""
    return string(limit, minimum=1, pattern=r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def web_url(limit: str) -> Check:
    """An address that Slack's servers can fetch: http or https."""
    return string(limit, minimum=1, pattern=r"https?://\S+")


def one_of(*values: Any) -> Check:
    def check(value: Any, walk: Walk, at: str) -> None:
        if not any(type(value) is type(v) and value == v for v in values):
            walk.add(at, "bad_value", f"must be one of {', '.join(map(str, values))}")

    return check


def integer(low: int, high: int | None = None) -> Check:
    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            walk.add(at, "wrong_type", "must be an integer")
        elif value < low or (high is not None and value > high):
            walk.add(at, "out_of_range", f"must be from {low} to {high if high is not None else 'any number above'}")

    return check


def number(*, above: float | None = None) -> Check:
    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            walk.add(at, "wrong_type", "must be a number")
        elif above is not None and value <= above:
            walk.add(at, "out_of_range", f"must be greater than {above}")

    return check


def array(item: Check, limit: str | None = None, *, minimum: int = 0) -> Check:
    """A list of `minimum` to LIMITS[limit] items, each checked by `item`."""
    most = LIMITS[limit] if limit else None

    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, list):
            walk.add(at, "wrong_type", "must be an array")
            return
        if len(value) < minimum:
            walk.add(at, "too_few", f"must have at least {minimum} items")
        if most is not None and len(value) > most:
            walk.add(at, "too_many", f"must have no more than {most} items")
        for index, entry in enumerate(value):
            item(entry, walk, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Check) -> Check:
    """An object with these keys and no others; `rules` look at it as a whole, once its keys are in order."""
    optional = optional or {}
    known = {**required, **optional}

    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, dict):
            walk.add(at, "wrong_type", "must be an object")
            return
        before = len(walk.problems)
        for key in required:
            if key not in value:
                walk.add(f"{at}/{key}", "missing_field", f"missing required field: {key}")
        for key, entry in value.items():
            if key in known:
                known[key](entry, walk, f"{at}/{key}")
            else:
                walk.add(f"{at}/{key}", "unknown_field", f"unknown field: {key}")
        if all(not p.refused for p in walk.problems[before:]):
            for rule in rules:
                rule(value, walk, at)

    return check


def typed(kinds: Mapping[str, Check], what: str, where: str = "") -> Check:
    """An object whose `type` is one of `kinds`; `what` and `where` word the refusal."""

    def check(value: Any, walk: Walk, at: str) -> None:
        if not isinstance(value, dict):
            walk.add(at, "wrong_type", "must be an object")
        elif not isinstance(value.get("type"), str):
            walk.add(f"{at}/type", "missing_field", "missing required field: type")
        elif value["type"] not in kinds:
            walk.add(f"{at}/type", "unknown_type", f"unsupported {what} type: {value['type']}{where}")
        else:
            kinds[value["type"]](value, walk, at)

    return check


def exactly_one(*names: str) -> Check:
    """A rule: exactly one of these keys."""

    def check(value: Any, walk: Walk, at: str) -> None:
        present = [n for n in names if n in value]
        if len(present) != 1:
            walk.add(at, "exclusive_fields", f"must have exactly one of {', '.join(names)}")

    return check


def at_least_one(*names: str) -> Check:
    """A rule: one of these keys or more, and not empty."""

    def check(value: Any, walk: Walk, at: str) -> None:
        if not any(value.get(n) for n in names):
            walk.add(at, "missing_field", f"must have at least one of {', '.join(names)}")

    return check


def ordered(low: str, high: str) -> Check:
    """A rule: the number under `low` is not above the one under `high`."""

    def check(value: Any, walk: Walk, at: str) -> None:
        if low in value and high in value and float(value[low]) > float(value[high]):
            walk.add(f"{at}/{low}", "out_of_range", f"{low} must not be above {high}")

    return check
