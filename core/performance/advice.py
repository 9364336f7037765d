"""What would save most time, each with the seconds it could save: the procedure book's recommendations."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from statistics import median

from core.performance.model import Advice, Change, SlowTest, SuiteTime
from core.performance.words import said
from core.runs.history import TestRow

MOST = 6
_FEW = 10
_CONCENTRATED = 0.5
_WORTH_SHARE = 0.05
_WORTH_SECONDS = 1.0
_STEADY = 0.01
"""A test of real work swings by ten percent and more; one that waits does not."""
_ROUND_STEP = 0.5
_ROUND_EXCESS = 0.2
_ALIKE = 5
_ALIKE_SPREAD = 0.3
_ALIKE_SECONDS = 0.2
_ALIKE_SHARE = 0.1
_GAP_SHARE = 0.2
_GAP_SECONDS = 5.0
_LONG_SUITE = 120.0


def advise(
    slowest: Sequence[SlowTest],
    regressions: Sequence[Change],
    suite: SuiteTime,
    *,
    total: float,
    measured: Mapping[int, Sequence[float]],
    tests: Mapping[int, TestRow],
) -> tuple[Advice, ...]:
    """What became slower, which is certain, then the rest, what saves most first.

    `measured` holds what the passing runs measured; it and `tests` are by test id; `total` is all tests' time.
    """
    rest = [
        *_failing(suite),
        *_few(slowest, total),
        *_waiting(slowest, measured),
        *_alike(slowest, tests, total),
        *_gap(suite),
        *_serial(suite),
    ]
    first = sorted(_regressions(regressions), key=lambda each: -each.seconds)
    return (*first, *sorted(rest, key=lambda each: -each.seconds))[:MOST]


def _regressions(regressions: Sequence[Change]) -> Iterable[Advice]:
    """One per run in which tests became slower: they probably share a cause."""
    ordered = sorted(regressions, key=lambda each: (each.onset.first.started_at, each.onset.first.id))
    for _, group in groupby(ordered, key=lambda each: each.onset.first.id):
        changes = list(group)
        run = changes[0].onset.first
        at = f"run {run.name}" + (f" ({run.revision[:12]})" if run.revision else "")
        which = changes[0].name if len(changes) == 1 else f"{len(changes)} tests"
        verb = "takes" if len(changes) == 1 else "take"
        added = sum(each.added_seconds for each in changes)
        yield Advice(f"look at what {at} changed: {which} {verb} {said(added)} more since", added)


def _failing(suite: SuiteTime) -> Iterable[Advice]:
    """A failing test that hangs until a time-out is the slowest of all, and no passing run shows it."""
    whole = suite.measured_seconds or suite.tests_seconds
    seconds = suite.longest_failing_seconds
    if suite.longest_failing and seconds >= _WORTH_SECONDS and seconds >= _ALIKE_SHARE * whole:
        share = seconds / whole if whole else 0.0
        yield Advice(
            f"repair {suite.longest_failing}: it fails after {said(seconds)}, {min(1.0, share):.0%} of the newest run",
            seconds,
        )


def _few(slowest: Sequence[SlowTest], total: float) -> Iterable[Advice]:
    """The fewest tests that take half of the time, where they are few."""
    taken = 0.0
    for count, test in enumerate(slowest[:_FEW], start=1):
        taken += test.seconds
        if total and taken >= _CONCENTRATED * total and taken >= _WORTH_SECONDS:
            which, takes, them = (test.name, "it takes", "it")
            if count > 1:
                which, takes, them = (f"the {count} slowest tests", "they take", "them")
            yield Advice(
                f"make {which} faster: {takes} {taken / total:.0%} of the time ({said(taken)}); or mark {them} slow "
                f"(`@pytest.mark.slow`) and run the others first (`-m 'not slow'`)",
                taken,
            )
            return


def _waiting(slowest: Sequence[SlowTest], measured: Mapping[int, Sequence[float]]) -> Iterable[Advice]:
    """Tests that take the same round time whatever the machine: they wait."""
    found = [test for test in slowest if test.seconds >= 1.0 and _waits(measured[test.test_id])]
    if found:
        seconds = sum(test.seconds for test in found)
        names, takes = found[0].name, "it takes"
        if len(found) > 1:
            names, takes = f"{len(found)} tests, most of all in {names}", "they take"
        yield Advice(
            f"wait for the event, not for a while, in {names}: {takes} nearly the same round time in every run, as a "
            f"fixed sleep or a time-out does",
            seconds,
        )


def _waits(measured: Sequence[float]) -> bool:
    if len(measured) < 3:
        return False
    middle = median(measured)
    swing = median(abs(value - middle) for value in measured)
    return swing <= _STEADY * middle and middle % _ROUND_STEP <= min(_ROUND_EXCESS, 0.05 * middle)


def _alike(slowest: Sequence[SlowTest], tests: Mapping[int, TestRow], total: float) -> Iterable[Advice]:
    """Tests of one class or file that take about the same: most of it is likely what is set up for each."""
    groups: dict[str, list[float]] = {}
    for test in slowest:
        row = tests[test.test_id]
        groups.setdefault(row.classname or row.file, []).append(test.seconds)
    for place, seconds in groups.items():
        middle, taken = median(seconds), sum(seconds)
        spread = median(abs(value - middle) for value in seconds)
        if (
            place and len(seconds) >= _ALIKE and middle >= _ALIKE_SECONDS
            and taken >= _ALIKE_SHARE * total and spread <= _ALIKE_SPREAD * middle
        ):  # fmt: skip
            yield Advice(
                f"share the set-up of {place}: {len(seconds)} of its tests take about {said(middle)} each, "
                f"{said(taken)} in all; where that is set-up (`pytest --durations=20` tells), make the fixture once "
                f"for the module",
                (len(seconds) - 1) * middle,
            )


def _gap(suite: SuiteTime) -> Iterable[Advice]:
    gap, whole = suite.unaccounted_seconds, suite.measured_seconds
    if gap is not None and whole and gap >= _GAP_SECONDS and gap >= _GAP_SHARE * whole:
        yield Advice(
            f"look at collection, imports and plug-ins (`pytest --collect-only -q`, `python -X importtime`): "
            f"{said(gap)} of the newest run ({gap / whole:.0%}) belong to no test",
            gap,
        )


def _serial(suite: SuiteTime) -> Iterable[Advice]:
    whole = suite.measured_seconds
    if suite.parallel is None and whole and whole >= _LONG_SUITE and suite.tests_seconds >= whole / 2:
        yield Advice(
            "run the tests on all processors (pytest-xdist, `-n auto`): they run one after the other",
            suite.tests_seconds / 2,
        )
