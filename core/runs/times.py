"""Reads the durations and timestamps that reports write, in all the shapes they come in."""

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 1e7

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+")
_EPOCH_MS = re.compile(r"\d{13}")
_CTIME = "%a %b %d %H:%M:%S %Y"


def seconds(raw: str | None) -> tuple[float | None, str | None]:
    """Seconds of a `time` attribute and a warning; None when nobody can say.

    Decimal and thousands commas are read with a warning; the value is kept within 0 and 1e7.
    """
    text = (raw or "").strip()
    if not text:
        return None, None
    decimal_comma = text.count(",") == 1 and text.rfind(",") > text.rfind(".")
    plain = text.replace(".", "").replace(",", ".") if decimal_comma else text.replace(",", "")
    if len(plain) > 400 or not _NUMBER.fullmatch(plain):
        return None, f"time {text[:40]!r} is not a number"
    value = float(plain)
    kept = min(max(value, 0.0), LONGEST_SECONDS)
    return kept, None if plain == text and kept == value else f"time {text[:40]!r} read as {kept:g} s"


def instant(raw: str | None, zone: tzinfo = UTC) -> datetime | None:
    """The instant a `timestamp` attribute names, in UTC; None for anything unreadable.

    Reads ISO 8601 (also with a space, `UTC` or a bare date), RFC 2822, ctime and epoch milliseconds; a time
    without a zone is in `zone`.
    """
    text = (raw or "").strip()
    if not text or len(text) > 60:
        return None
    if _EPOCH_MS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    for read in (_iso, _ctime, _mail):
        found = read(text)
        if found is not None:
            aware = found if found.tzinfo is not None else found.replace(tzinfo=zone)
            try:
                return aware.astimezone(UTC)
            except (OverflowError, ValueError):
                return None
    return None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d", text):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("UTC").strip() + ("+00:00" if text.endswith("UTC") else ""))
    except ValueError:
        return None


def _ctime(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _CTIME)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
