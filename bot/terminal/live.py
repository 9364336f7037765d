"""`t12 watch` in a terminal: the state of a run in a few lines, and what is said when it has ended."""

from collections.abc import Iterable
from datetime import datetime

from rich.cells import set_cell_size

from bot.live.outcome import Watched
from bot.terminal.style import inert
from core.live.model import Alert, Ended, LiveRun
from core.live.sampling import Sample
from core.live.wording import ENDINGS, alert_sentence, leak_sentence, names, progress, since, top_process, usage, used
from core.live.wording import quiet as quiet_since

_SHOWN = 3
_BAR = 20


def state_lines(run: LiveRun, sample: Sample, now: datetime, columns: int) -> list[str]:
    """A rule, how far it is, what is used, and the tests that run longest; each line fits the width."""
    width = max(20, columns - 1)
    lines = [f"{_bar(run)} {progress(run)}".strip(), usage(sample)]
    lines += [f"  {each.name} {since(each, now)}" for each in run.running[:_SHOWN]]
    more = run.running_count - min(len(run.running), _SHOWN)
    lines += [f"  and {more} more"] if more > 0 else []
    lines += [f"  {told}"] if (told := quiet_since(run, now)) else []
    lines += [f"  {note}" for note in run.notes[:2]]
    return ["─" * width, *(set_cell_size(inert(line), width).rstrip() for line in lines)]


def _bar(run: LiveRun) -> str:
    if not run.share_done:
        return ""
    filled = round(run.share_done * _BAR)
    return "█" * filled + "░" * (_BAR - filled)


def plain_line(run: LiveRun, sample: Sample, now: datetime) -> str:
    """The same in one line, for a log."""
    running = names(run.running, run.running_count, now) or quiet_since(run, now)
    return inert("; ".join(part for part in (progress(run), running and f"running {running}", usage(sample)) if part))


def alert_lines(alert: Alert) -> Iterable[str]:
    """What is too high, what runs, and who uses most."""
    yield inert(alert_sentence(alert))
    if alert.over_at is not None:
        return
    if alert.tests:
        yield inert(f"  running: {names(alert.tests, alert.tests_count, alert.at)}")
    if alert.top:
        yield inert("  most by: " + ", ".join(top_process(each, alert.kind) for each in alert.top))


def end_lines(watched: Watched, *, quiet: bool = False) -> Iterable[str]:
    """How it ended and what it used; what could not be kept in any case."""
    run, end = watched.run, watched.end
    if not quiet or end.how is Ended.DIED:
        why = f": {end.why}" if end.why else ""
        yield inert(f"the run {ENDINGS[end.how]}{why}; {progress(run, is_over=True)}")
    if not quiet and watched.resources is not None:
        yield "; ".join(used(watched.resources))
        if leak := leak_sentence(watched.resources):
            yield leak
    if watched.kept.name and not quiet:
        yield inert(f"it is run {watched.kept.name}; `t12 failures` and `t12 resources` tell more")
    for note in (*run.notes, *(f"not kept: {each}" for each in watched.kept.problems)):
        yield inert(note)
