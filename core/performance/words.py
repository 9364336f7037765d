"""How durations are told in words, the same in Slack and in a terminal."""

from collections.abc import Iterable, Sequence

from core.performance.benchmarks import Benchmark, Benchmarks
from core.performance.model import Change, Speed, SuiteTime

_SLOW_RUNNER = 1.25
_BARS = "▁▂▃▄▅▆▇█"


def said(seconds: float) -> str:
    """A span as people say it: `45 ms`, `1.23 s`, `2 min 05 s`, `1 h 12 min`."""
    if seconds < 0:
        return f"-{said(-seconds)}"
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    if round(seconds) < 3600:
        return f"{round(seconds) // 60} min {round(seconds) % 60:02d} s"
    return f"{round(seconds / 60) // 60} h {round(seconds / 60) % 60:02d} min"


def said_short(seconds: float) -> str:
    """A span that may be very short: `850 ns`, `12.3 µs`, `4.56 ms`, longer ones as `said`."""
    for unit, size in (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)):
        if seconds < 999.5 * size:
            return f"{seconds / size:.3g} {unit}"
    return said(seconds)


def benchmark_sentence(each: Benchmark) -> str:
    """What a benchmark takes, and whether that changed."""
    if each.usual_seconds is None or each.ratio is None:
        return f"{said_short(each.seconds)}, not enough files to compare"
    verdict = "slower" if each.is_slower else "faster" if each.is_faster else "no confirmed change"
    spans = f"{said_short(each.usual_seconds)} → {said_short(each.seconds)}"
    return f"{verdict}: {spans} ({min(each.ratio, 1e4):.2f} times)"


def benchmarks_sentence(found: Benchmarks) -> str:
    """How many benchmarks moved, on what machine."""
    slower = sum(each.is_slower for each in found.benchmarks)
    faster = sum(each.is_faster for each in found.benchmarks)
    files = "1 file" if found.files == 1 else f"{found.files} files"
    count = "1 benchmark" if len(found.benchmarks) == 1 else f"{len(found.benchmarks):,} benchmarks"
    told = f"{count}: {slower} slower, {faster} faster; fastest rounds, {files} of {found.machine}"
    return told if 0.8 < found.speed < 1.25 else f"{told}, which was {found.speed:.1f} times its usual time"


def bars(values: Sequence[float], most: int = 30) -> str:
    """The newest values as a line of bars from zero, oldest first."""
    shown = values[-most:]
    top = max(shown, default=0.0)
    return "".join(_BARS[min(7, int(value / top * 7.999))] if top > 0 else _BARS[0] for value in shown)


def runner_sentence(speed: Speed) -> str:
    """How fast the runners were; empty while they are as usual."""
    if not speed.tests:
        return ""
    for factor, which in ((speed.recent, "of the newest runs"), (speed.newest, "of the newest run")):
        if factor >= _SLOW_RUNNER:
            shared = ", or something that all tests share became slower" if factor == speed.recent else ""
            return f"the runner {which} was {factor:.1f} times slower than usual{shared}; it is factored out"
        if 0 < factor <= 1 / _SLOW_RUNNER:
            return f"the runner {which} was {1 / factor:.1f} times faster than usual; it is factored out"
    return ""


def change_sentence(change: Change) -> str:
    """From what to what, how sure, and over how many runs."""
    times = f"{change.ratio:.1f} times" if change.ratio < 1000 else "many times"
    spans = f"{said(change.before_seconds)} → {said(change.after_seconds)}"
    return f"{spans} ({times}; {change.runs_after} runs against {change.runs_before}, p = {change.p_value:.1g})"


def onset_sentence(change: Change) -> str:
    """Where the new level began, and the last place of the old one."""
    first, last = change.onset.first, change.onset.last_before
    began = f"since run {first.name}" + (f" at {first.revision[:12]}" if first.revision else "")
    until = f"last at the old level in run {last.name}" + (f" at {last.revision[:12]}" if last.revision else "")
    return f"{began}; {until}"


def suite_sentences(suite: SuiteTime) -> Iterable[str]:
    """What is known of the whole suite's time, the most important first."""
    if suite.before_seconds is not None and suite.after_seconds is not None:
        verdict = "slower" if suite.is_slower else "faster" if suite.is_faster else "no different"
        spans = f"{said(suite.before_seconds)} → {said(suite.after_seconds)}"
        yield f"the suite is {verdict}: {spans}, the newest 5 runs against those before"
    yield f"trend {suite.trend.value}: {suite.trend_reason}"
    if suite.measured_seconds is not None:
        yield _parts(suite)
    if suite.new_tests:
        tests = "1 test that passes" if suite.new_tests == 1 else f"{suite.new_tests:,} tests that pass"
        yield f"{tests} now passed in no run of the baseline: {said(suite.new_tests_seconds)} more"


def _parts(suite: SuiteTime) -> str:
    """What the newest run's time is made of."""
    assert suite.measured_seconds is not None
    told = f"the newest run took {said(suite.measured_seconds)}, its tests {said(suite.tests_seconds)}"
    if suite.failing_seconds >= 0.05 * suite.tests_seconds > 0:
        told += f" ({said(suite.failing_seconds)} of that in failing ones)"
    if suite.parallel is not None:
        return f"{told}: {suite.parallel:.1f} ran at once, so what no test accounts for is unknown"
    if suite.unaccounted_seconds is None:
        return told
    told += f"; {said(suite.unaccounted_seconds)} belong to no test"
    if suite.usual_unaccounted_seconds is not None:
        told += f" (usually {said(suite.usual_unaccounted_seconds)})"
    return told
