"""What is said of a run while it runs, the same in Slack and in a terminal."""

from datetime import datetime, timedelta

from core.live.model import Alert, Ended, LiveRun, Phase, Process, RunningTest, Silence
from core.live.report import ResourcesReport
from core.live.resources import Measure, Resources
from core.live.sampling import Sample
from core.quantities import size, span

DUMP_HINT = "`-o faulthandler_timeout=60` makes pytest say where a test hangs"

ENDINGS = {
    Ended.PASSED: "passed", Ended.FAILED: "failed", Ended.NOTHING: "ran nothing", Ended.STOPPED: "stopped",
    Ended.DIED: "died", Ended.LOST: "lost",
}  # fmt: skip


def progress(run: LiveRun, *, is_over: bool = False) -> str:
    """How far it is, or was at its end, in one line."""
    if run.phase is Phase.STARTING:
        return "no test was seen" if is_over else "starting"
    if run.phase is Phase.COLLECTING:
        return "no test was run" if is_over else "collecting"
    of = "" if run.tests is None else f" of {'about ' if run.is_guess else ''}{run.tests}"
    parts = [f"{run.done}{of} {'test' if (run.tests or run.done) == 1 else 'tests'}"]
    parts += [f"{count} {word}" for count, word in counts(run) if count]
    if run.phase is Phase.RUNNING and run.left_seconds is not None and not is_over:
        parts.append(f"about {span(timedelta(seconds=max(1, round(run.left_seconds))))} left")
    return ", ".join(parts)


def counts(run: LiveRun) -> list[tuple[int, str]]:
    """What did not simply pass."""
    files = "file not collected" if run.collection_errors == 1 else "files not collected"
    errors = "error" if run.errors == 1 else "errors"
    return [(run.failed, "failed"), (run.errors, errors), (run.skipped, "skipped"), (run.collection_errors, files)]


def usage(sample: Sample) -> str:
    """What the machine and the run's processes use, in one line."""
    found = f"CPU {sample.cpu:.0f} %, memory {sample.memory:.0f} %"
    if not sample.processes:
        return found
    noun = "process" if sample.processes == 1 else "processes"
    cores = f"{sample.tree_cpu / 100:.1f} cores"
    return f"{found}; the run's {sample.processes} {noun}: {cores}, {size(int(sample.tree_memory))}"


def since(test: RunningTest, now: datetime) -> str:
    """How long a test has run, beside how long it usually takes where that is much less."""
    lasted = now - test.since
    told = span(timedelta(seconds=max(0, round(lasted.total_seconds()))))
    usual = test.usual_seconds
    if usual is not None and lasted.total_seconds() > max(5.0, 2 * usual):
        return f"{told}, usually {span(timedelta(seconds=usual))}"
    return told


def names(tests: tuple[RunningTest, ...], count: int, now: datetime, most: int = 3) -> str:
    """Running tests with their time, the longest first."""
    shown = [f"{each.name} ({since(each, now)})" for each in tests[:most]]
    more = count - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])


def alert_sentence(alert: Alert) -> str:
    """That something is too high, or how long it was."""
    what = "CPU" if alert.kind == "cpu" else "Memory"
    if alert.over_at is not None:
        return f"{what} is well again after {span(alert.over_at - alert.at)}"
    return f"{what} is at {alert.percent:.0f} %"


def top_process(process: Process, kind: str) -> str:
    value = size(int(process.value)) if kind == "memory" else f"{process.value:.0f} % of a core"
    return f"{process.name} {process.pid}: {value}"


def silence_sentence(silence: Silence, now: datetime) -> str:
    """That nothing was heard, and what was running."""
    told = f"No news of the run for {span(now - silence.since)}"
    if silence.tests:
        return f"{told} while {names(silence.tests, silence.tests_count, now)} ran"
    return f"{told}, after {silence.last_test}" if silence.last_test else told


def quiet(run: LiveRun, now: datetime) -> str:
    """What runs where the log tells of no starts."""
    if run.running or not run.last_test or run.last_event_at is None:
        return ""
    return f"after {run.last_test}, for {span(timedelta(seconds=round((now - run.last_event_at).total_seconds())))}"


def watched_for(found: Resources) -> str:
    """For how long it was watched; of a run that was over before the second look there is no length."""
    return "one look" if found.samples == 1 else span(timedelta(seconds=min(found.seconds, 1e9)))


def watched(found: Resources) -> str:
    return "it was looked at once" if found.samples == 1 else f"it was watched for {watched_for(found)}"


def used(found: Resources) -> list[str]:
    """What a run used, in sentences."""
    if found.samples == 1:
        told = [f"CPU {found.cpu.high:.0f} %", f"memory {found.memory.high:.0f} %"]
    else:
        told = [
            f"CPU {found.cpu.average:.0f} % on average, {found.cpu.low:.0f} to {found.cpu.high:.0f} %",
            f"memory {found.memory.average:.0f} % on average, {found.memory.low:.0f} to {found.memory.high:.0f} %",
        ]
    if found.processes:
        noun = "process" if found.processes == 1 else "processes"
        told.append(
            f"its {found.processes} {noun}: {found.tree_cpu.average / 100:.1f} cores on average, "
            f"{size(int(found.tree_memory.high))} at most"
        )
    return told


def leak_sentence(found: Resources) -> str:
    """What a leak looks like; empty where nothing does."""
    growth = found.growth
    if growth is None or not growth.is_leak:
        return ""
    speed = f"{size(int(growth.bytes_a_minute))} a minute"
    return f"The run's processes grew by {size(int(growth.grown))} all the way ({speed}): that looks like a leak"


def verdict(report: ResourcesReport) -> str:
    """What is to be known first."""
    if report.is_named:
        return ", ".join(report.shown.troubles) or "no alert, no hang, no leak"
    count, bad = len(report.runs), len(report.troubled)
    runs = "1 watched run" if count == 1 else f"{count} watched runs"
    return f"{bad} of {runs} had trouble" if bad else f"{runs}, no alert, no hang, no leak"


def peaks(used: Resources) -> list[tuple[str, Measure]]:
    """What was highest, with how high it was; which tests ran then is in the measure."""
    found = [(f"CPU {used.cpu.high:.0f} %", used.cpu), (f"memory {used.memory.high:.0f} %", used.memory)]
    if used.processes:
        found.append((f"its processes {size(int(used.tree_memory.high))}", used.tree_memory))
    return found


def past_alert(alert: Alert) -> str:
    """An alert as it is told of a run that is over."""
    what = "CPU" if alert.kind == "cpu" else "Memory"
    lasted = f"for {span(alert.over_at - alert.at)}" if alert.over_at is not None else "to the end"
    return f"{what} above its limit {lasted}, {alert.percent:.0f} % when it was told"


def past_silence(silence: Silence) -> str:
    """A hang as it is told of a run that is over."""
    return f"No news for more than {span(silence.limit)}"
