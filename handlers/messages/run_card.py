"""The card of one run: the verdict by change, what is new, what is known, what is fixed, and where to go deeper."""

from collections.abc import Sequence

from core.failures.report import FailureGroup
from core.health.card import RunCard
from core.health.model import Changes, HealthReport
from core.live.card import LiveCard
from handlers.commands import Ask

from . import place
from .failures import cases, readable, tests_more
from .health import number
from .live import end_of
from .message import Message, and_more, fit
from .pieces import (
    Json,
    Line,
    actions,
    ask_button,
    bullets,
    header,
    line,
    paragraph,
    rich,
    said,
    small,
    strong,
    test_name,
    typed,
    words,
)
from .runs import run_line

_MOST = (4, 3, 2, 1, 0)


def render_run_card(card: RunCard) -> Message:
    """Drawn anew whenever the run changes; everything in it is as of the run."""
    return _drawn(card, None)


def render_watched_run_card(card: RunCard, watched: LiveCard) -> Message:
    """The same of a run that was watched: what its living card becomes."""
    return _drawn(card, watched)


def _drawn(card: RunCard, watched: LiveCard | None) -> Message:
    def draw(most: int) -> list[Json]:
        return [
            header(f"{place.plain(card.run.suite, place.WORD)}: {verdict(card)}"),
            paragraph(*_score(card)),
            *_new(card.failures.new_groups, most),
            *_known([group for group in card.failures.groups if not group.new]),
            *_fixed(card.health.changes if card.health is not None else None, most),
            *(end_of(watched) if watched is not None else []),
            small(*run_line(card.run), *([words(" · watched")] if watched is not None else [])),
            *_buttons(card, is_watched=watched is not None),
        ]

    return fit(draw, _MOST)


def verdict(card: RunCard) -> str:
    """What is different, before what is not; words, never colour alone."""
    run = card.run
    new = sum(group.count for group in card.failures.new_groups)
    known = card.failures.total_failures - new
    fixed = len(card.health.changes.fixed) if card.health is not None and card.health.changes is not None else 0
    parts = [f"{new} new {_failures(new)}"] if new else []
    parts += [f"{known} known {'' if new else _failures(known) + ' '}".rstrip()] if known else []
    parts += [f"{fixed} fixed"] if fixed else []
    if not card.failures.total_failures:
        parts = ["nothing failed", *parts]
    elif not new:
        parts.append("none new")
    told = ", ".join(parts)
    return told if run.is_complete else f"incomplete run, {told}"


def _failures(count: int) -> str:
    return "failure" if count == 1 else "failures"


def _score(card: RunCard) -> Line:
    health = card.health
    if health is None:
        return [words("A newer run is there; "), typed("/t12 health"), words(" tells how the suite is now.")]
    found = [strong(f"Health {number(health.score)} of 100. ")]
    taken = ", ".join(f"−{number(each.points)} {readable(each.rule)}" for each in health.deductions)
    found.append(words(f"Taken off: {taken}. " if taken else "Nothing takes points off. "))
    return [*found, *_alarm(health)]


def _alarm(health: HealthReport) -> Line:
    if not health.gates:
        return []
    reason = health.gates[0].reason
    return [said(f"{reason[:1].upper()}{reason[1:]}.")]


def _new(groups: Sequence[FailureGroup], most: int) -> list[Json]:
    if not groups:
        return []
    parts: list[Json] = [line(strong("New failures"))]
    for group in groups[: max(1, most)]:
        what = group.recommendation
        listed = [[test_name(name)] for name in group.tests[: min(2, most)]]
        tests = and_more(listed, group.count, tests_more(group.count - len(listed)))
        parts += [
            bullets([[typed(group.title, 160), words(f" {readable(group.category)}, "), words(cases(group.count)),
                      *([strong(", critical")] if group.critical else [])]]),
            bullets([*tests, [said(what.action, 160), words(f" ({what.estimated_time})")]], indent=1),
        ]  # fmt: skip
    left = len(groups) - max(1, most)
    return [rich(*parts, *([bullets([[words(f"and {left} more causes")]])] if left > 0 else []))]


def _known(groups: Sequence[FailureGroup]) -> list[Json]:
    if not groups:
        return []
    count = sum(group.count for group in groups)
    causes = "1 cause" if len(groups) == 1 else f"{len(groups)} causes"
    since = min((group for group in groups if group.known_since_at is not None), key=_age, default=None)
    told = [strong("Known: "), words(f"{cases(count)} by {causes}")]
    if since is not None and since.known_since is not None:
        told += [words(", the oldest since run "), said(since.known_since, place.WORD)]
    return [paragraph(*told, words("."))]


def _age(group: FailureGroup) -> float:
    return group.known_since_at.timestamp() if group.known_since_at is not None else 0.0


def _fixed(changes: Changes | None, most: int) -> list[Json]:
    if changes is None or not changes.fixed:
        return []
    names = [[test_name(name)] for name in changes.fixed[: max(1, min(3, most))]]
    return [rich(line(strong("Fixed")), bullets(and_more(names, len(changes.fixed))))]


def _buttons(card: RunCard, *, is_watched: bool) -> list[Json]:
    ask, run = Ask("health", suite=card.run.suite), f"#{card.run.id}"
    failing = ask_button("Show failures", "failures.show", ask.about("failures", run), style="primary")
    return actions([
        *(failing if card.failures.total_failures else []),
        *(ask_button("Show resources", "resources.show", Ask("resources", run)) if is_watched else []),
        *ask_button("Show health", "health.show", ask),
        *ask_button("Show flaky tests", "flaky.show", ask.about("flaky")),
    ])  # fmt: skip
