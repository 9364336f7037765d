"""Reads what a watcher elsewhere says: text made fit to show, numbers and instants that can be, lists that end.

What does not fit is refused in a sentence; what is merely ugly is cleaned, as it is in a report.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.live.card import LiveEvent, Word, event_from_json, event_to_json, seen_from_json, seen_to_json
from core.live.model import End, Ended
from core.live.observed import Observed, observed_from_json
from core.redact import redact
from core.runs.identity import clean, cut
from core.runs.model import RunMark

_LONGEST_LIST = 100
_LONGEST_COURSE = 60_000
"""Points, starts, moments, and looks at databases."""
_LARGEST = 1e15
_KEY = re.compile(r"[0-9A-Za-z_-]{16,40}")
_PAST, _FUTURE = timedelta(days=30), timedelta(days=1)
_MARK = {"suite": 200, "branch": 300, "revision": 100, "run": 300}
_FIELDS = ("key", "number", *_MARK, "started_at", "seen", "events", "end")
KNOWN = ", ".join(_FIELDS)


def word_to_json(word: Word) -> dict[str, Any]:
    """What `read_word` reads."""
    mark, end = word.mark, word.end
    return {
        "key": word.key, "number": word.number, "suite": mark.suite, "branch": mark.branch, "revision": mark.revision,
        "run": mark.run_key, "started_at": mark.started_at.isoformat() if mark.started_at is not None else None,
        "seen": seen_to_json(word.seen),
        "events": [{"at": each.at.isoformat(), **event_to_json(each)} for each in word.events],
        "end": {"how": end.how.value, "why": end.why, "exit_code": end.exit_code} if end is not None else None,
    }  # fmt: skip


def read_word(values: Mapping[str, Any], suite: str, now: datetime) -> Word:
    """`suite` is the one that is meant where none is named. Raises `ValueError` with a sentence."""
    unknown = next((name for name in values if name not in _FIELDS), None)
    if unknown is not None:
        raise ValueError(f"{unknown[:40]!r} is no field; known are {KNOWN}")
    key, number = values.get("key"), values.get("number")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError("key must be 16 to 40 letters and digits that the watcher chose for its run")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 1 << 53:
        raise ValueError("number must count the watcher's words from 1")
    tidy = _tidied({name: value for name, value in values.items() if name not in ("key", "number")}, _LONGEST_LIST)
    try:
        word = Word(
            key, number, _mark(tidy, suite), seen_from_json(tidy.get("seen")),
            tuple(_event(each) for each in tidy.get("events") or ()), _end(tidy.get("end")),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"this is no word of a watcher: {error!r}"[:200]) from None
    _check(word, now)
    return word


def read_observed(values: Any, now: datetime) -> Observed:
    """Raises `ValueError` with a sentence."""
    if not isinstance(values, dict):
        raise ValueError("what a watcher saw is a JSON object")
    live = values.get("live") or ""
    if not isinstance(live, str) or (live and not _KEY.fullmatch(live)):
        raise ValueError("live must be the key of the watched run")
    tidy = _tidied({name: values.get(name) for name in ("moments", "resources", "series")}, _LONGEST_COURSE)
    observed = observed_from_json({**tidy, "live": live})
    moments, resources = observed.moments, observed.resources
    for each in moments:
        _check_instant(_instant(each.began), now)
        _check_instant(_instant(each.ended), now)
    if resources is not None:
        _check(resources, now)
        for at in (*resources.starts, *(point.at for point in resources.points)):
            _check_instant(_instant(at), now)
        if any(point.samples < 1 or min(point) < 0 for point in resources.points):
            raise ValueError("a point of the course was never measured")
    return observed


def _mark(values: Mapping[str, Any], suite: str) -> RunMark:
    said: dict[str, str | None] = {}
    for name, limit in _MARK.items():
        value = values.get(name)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} must be text")
        said[name] = (value or "").strip()[:limit] or None
    started = values.get("started_at")
    started_at = _at(started) if started is not None else None
    return RunMark(said["suite"] or suite, said["branch"], said["revision"], started_at, said["run"])


def _event(values: Mapping[str, Any]) -> LiveEvent:
    return event_from_json(_at(values["at"]), values)


def _end(values: Mapping[str, Any] | None) -> End | None:
    if values is None:
        return None
    code = values.get("exit_code")
    if code is not None and not (isinstance(code, int) and abs(code) < 1 << 31):
        raise ValueError("exit_code must be a number")
    return End(Ended(values["how"]), str(values.get("why") or ""), code)


def _at(text: Any) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return at.astimezone(UTC)


def _instant(at: float) -> datetime:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError(f"{at:g} is no instant") from None


def _tidied(value: Any, longest: int) -> Any:
    """The same with clean and short text. Raises `ValueError` for long lists and numbers that are none."""
    if isinstance(value, str):
        return cut(redact(clean(value)))
    if isinstance(value, float | int) and not (math.isfinite(value) and abs(value) <= _LARGEST):
        raise ValueError("a number is out of bounds")
    if isinstance(value, list):
        if len(value) > longest:
            raise ValueError(f"a list has more than {longest} entries")
        return [_tidied(each, longest) for each in value]
    if isinstance(value, dict):
        return {str(name)[:40]: _tidied(each, longest) for name, each in value.items()}
    return value


def _check(value: object, now: datetime) -> None:
    """Raises `ValueError` for an instant that lies far away, or a count below nothing."""
    for each in _leaves(value):
        if isinstance(each, datetime):
            _check_instant(each, now)
        elif isinstance(each, float | int) and each < 0 and not isinstance(each, bool):
            raise ValueError("a number is below 0")


def _check_instant(at: datetime, now: datetime) -> None:
    if at.tzinfo is None or not now - _PAST <= at <= now + _FUTURE:
        raise ValueError(f"{at.isoformat()[:40]} is not an instant of this run; does the clock go right?")


def _leaves(value: object) -> Iterator[object]:
    """Everything that values hold, but what may be below nothing: exit codes, and how memory grew."""
    if is_dataclass(value) and not isinstance(value, End):
        for field in fields(value):
            if field.name not in ("growth", "starts", "points", "databases"):
                yield from _leaves(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value
