"""Reads what pytest-benchmark writes (`--benchmark-json`): the fastest and the median round of every benchmark."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, NamedTuple, NoReturn

from core.errors import ReportError
from core.runs.identity import clean
from core.runs.sniff import Source
from core.runs.times import LONGEST_SECONDS, instant

MAX_BYTES = 64 << 20
"""JSON is read whole, but for the list of every round's time, which is most of a file and not needed."""
MOST_BENCHMARKS = 10_000
_NAME = 500
_DATA = re.compile(rb'"data":\s{0,8}\[')
_LONGEST_KEY = 16
"""Bytes of what `_DATA` finds, at most."""


class Rounds(NamedTuple):
    """What the rounds of one benchmark took, in seconds."""

    fastest: float
    """The least disturbed round: what changes least from run to run (Chen and Revels 2016)."""
    median: float
    spread: float
    """Interquartile range."""
    rounds: int


@dataclass(frozen=True, slots=True)
class ParsedBenchmarks:
    """What one file says; branch, revision and start are None where it does not."""

    machine: str
    """Machines of equal words are compared: system, architecture, processor and Python, never the host's name."""
    started_at: datetime | None
    branch: str | None
    revision: str | None
    results: Mapping[str, Rounds]


def read_benchmarks(source: Source, zone: tzinfo) -> ParsedBenchmarks:
    """Raises `ReportError` for anything that pytest-benchmark did not write."""
    found = _document(source)
    listed = found.get("benchmarks")
    if not isinstance(listed, list) or not isinstance(found.get("machine_info"), dict):
        raise ReportError(
            "this is JSON, but not of pytest-benchmark (`benchmarks` and `machine_info` expected); "
            "write it with pytest --benchmark-json=FILE",
            reason="not-benchmarks",
        )
    if len(listed) > MOST_BENCHMARKS:
        raise ReportError(
            f"the file holds {len(listed):,} benchmarks, more than {MOST_BENCHMARKS:,}; split it", reason="too-large"
        )
    results = {name: rounds for each in listed if (name := _name(each)) and (rounds := _rounds(each)) is not None}
    if not results:
        raise ReportError(
            "the file holds no benchmark with a name and times; did any benchmark run?", reason="empty-benchmarks"
        )
    commit = found.get("commit_info")
    commit = commit if isinstance(commit, dict) else {}
    return ParsedBenchmarks(
        machine=_machine(found["machine_info"]),
        started_at=instant(_text(found.get("datetime"), 60), zone),
        branch=_text(commit.get("branch"), 300) or None,
        revision=_text(commit.get("id"), 100) or None,
        results=results,
    )


def _document(source: Source) -> Mapping[str, Any]:
    kept, size = [], 0
    for chunk in _without_data(source):
        size += len(chunk)
        if size > MAX_BYTES:
            raise ReportError(
                f"the benchmark file is larger than {MAX_BYTES >> 20} MB without its rounds; split it",
                reason="too-large",
            )
        kept.append(chunk)
    try:
        found = json.loads(b"".join(kept).decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        words = str(error).split("\n", 1)[0][:120]
        raise ReportError(f"the JSON cannot be read: {words}; send the file whole", reason="bad-json") from None
    return found if isinstance(found, dict) else {}


def _without_data(source: Source) -> Iterator[bytes]:
    """The bytes of a file, each list under `"data"` emptied: an unescaped quote makes that a key and no words."""
    waiting, inside = b"", False
    while chunk := source.read(1 << 20):
        waiting += chunk
        while waiting:
            if inside:
                _numbers, end, waiting = waiting.partition(b"]")
                inside = not end
                if inside:
                    break
                yield end
            elif (found := _DATA.search(waiting)) is not None:
                yield waiting[: found.end()]
                waiting, inside = waiting[found.end() :], True
            else:
                break
        if not inside and len(waiting) > _LONGEST_KEY:
            yield waiting[:-_LONGEST_KEY]
            waiting = waiting[-_LONGEST_KEY:]
        elif inside:
            waiting = b""
    yield waiting


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _name(benchmark: Any) -> str:
    if not isinstance(benchmark, dict):
        return ""
    return _text(benchmark.get("fullname"), _NAME) or _text(benchmark.get("name"), _NAME)


def _rounds(benchmark: Mapping[str, Any]) -> Rounds | None:
    stats = benchmark.get("stats")
    if not isinstance(stats, dict):
        return None
    fastest, middle = _seconds(stats.get("min")), _seconds(stats.get("median"))
    if not fastest or not middle:
        return None
    rounds = stats.get("rounds")
    known = rounds if isinstance(rounds, int) and 0 < rounds < 1 << 53 else 1
    return Rounds(fastest, middle, _seconds(stats.get("iqr")) or 0.0, known)


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LONGEST_SECONDS else None


def _machine(info: Mapping[str, Any]) -> str:
    cpu = info.get("cpu")
    brand = _text(cpu.get("brand_raw") or cpu.get("brand"), 80) if isinstance(cpu, dict) else ""
    version = ".".join(_text(info.get("python_version"), 20).split(".")[:2])
    parts = (
        _text(info.get("system"), 30),
        _text(info.get("machine"), 30),
        brand or _text(info.get("processor"), 80),
        f"{_text(info.get('python_implementation'), 20)} {version}".strip(),
    )
    return ", ".join(part for part in parts if part) or "unknown machine"


def _text(value: Any, limit: int) -> str:
    """Visible text that every database takes; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return clean(value[: limit * 4]).strip()[:limit].encode("utf-8", "replace").decode()
