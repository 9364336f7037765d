"""The card of a run that is watched, as of when its watcher spoke last, and what is told in its thread."""

from core.live.card import LiveCard, LiveEvent
from core.live.model import Alert, Ended, Phase
from core.live.wording import (
    ENDINGS,
    alert_sentence,
    progress,
    quiet,
    silence_sentence,
    since,
    top_process,
    usage,
)
from core.quantities import span
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .pieces import (
    Json,
    Leaf,
    Line,
    actions,
    ask_button,
    bullets,
    header,
    line,
    moment,
    paragraph,
    rich,
    said,
    section,
    small,
    strong,
    test_name,
    typed,
    words,
)

_MOST = (5, 3, 2, 1, 0)
_BAR = 20


def render_live(card: LiveCard) -> Message:
    """Edited while the run goes on; at its end it says the result. A run that came of it is told by the run's card."""

    def draw(most: int) -> list[Json]:
        return [
            header(f"{place.plain(card.suite, place.WORD)}: {_verdict(card)}"),
            paragraph(*_progress(card)),
            *(_now(card, most) if card.ended_at is None else end_of(card)),
            *_failures(card, most),
            *[small(said(each, 200)) for each in card.seen.run.notes[: min(most, 2)]],
            small(*_of(card)),
            *_buttons(card),
        ]

    return fit(draw, _MOST)


def _verdict(card: LiveCard) -> str:
    run = card.seen.run
    if card.how is not None:
        return f"the run {'was ' if card.how in (Ended.LOST, Ended.STOPPED) else ''}{ENDINGS[card.how]}"
    if card.seen.silence is not None:
        return "running, no news of it"
    if run.phase in (Phase.STARTING, Phase.COLLECTING):
        return run.phase.value
    return f"running, {run.bad} failed so far" if run.bad else "running, nothing failed so far"


def _progress(card: LiveCard) -> Line:
    run = card.seen.run
    told: list[Leaf] = [words(f"{progress(run, is_over=card.ended_at is not None)}.")]
    if not run.share_done or card.ended_at is not None:
        return told
    filled = round(min(1.0, max(0.0, run.share_done)) * _BAR)
    return [typed("█" * filled + "░" * (_BAR - filled)), words(f" {run.share_done:.0%}, "), *told]


def _now(card: LiveCard, most: int) -> list[Json]:
    run, at = card.seen.run, card.as_of
    found: list[Json] = [*_alarms(card)]
    lines: list[Line] = [[test_name(each.name), words(f" {since(each, at)}")] for each in run.running[:most]]
    if lines:
        found.append(section(f"Running: {run.running_count}", and_more(lines, run.running_count)))
    elif told := quiet(run, at):
        found.append(paragraph(said(f"{told[:1].upper()}{told[1:]}.")))
    if card.seen.sample is not None:
        found.append(paragraph(said(f"{usage(card.seen.sample)}.")))
    return found


def _alarms(card: LiveCard) -> list[Json]:
    lines: list[Line] = [[strong(f"{alert_sentence(each)}"), words(" since "), moment(each.at, "{time_secs}")]
                         for each in card.seen.alerts]  # fmt: skip
    if card.seen.silence is not None:
        lines.append([said(f"{silence_sentence(card.seen.silence, card.as_of)}.", bold=True)])
    return [rich(bullets(lines))] if lines else []


def end_of(card: LiveCard) -> list[Json]:
    """How a watched run ended, where that is not all there is to say of it."""
    lines: list[Line] = []
    if card.why:
        lines.append([strong("Why: "), said(f"{card.why}.")])
    if card.how is Ended.LOST:
        lines.append([words("How the run is, nobody knows; it was heard last at "), moment(card.heard_at)])
        if card.seen.run.running:
            lines.append([words("It was at "), test_name(card.seen.run.running[0].name)])
    if card.seen.leak:
        lines.append([said(f"{card.seen.leak}.")])
    return [rich(bullets(lines))] if lines else []


def _failures(card: LiveCard, most: int) -> list[Json]:
    run = card.seen.run
    lines: list[Line] = [
        [test_name(each.name), *([words(" "), typed(each.reason, 160)] if each.reason else [])]
        for each in run.failures[:most]
    ]
    return [section("Failed", and_more(lines, run.bad + run.collection_errors))] if lines else []


def _of(card: LiveCard) -> Line:
    found: list[Leaf] = [words("Watched since "), moment(card.started_at)]
    if card.branch:
        found += [words(" · branch "), typed(card.branch, place.WORD)]
    if card.revision:
        found += [words(" · "), typed(card.revision[: place.REVISION * 4], place.REVISION)]
    if card.ended_at is not None:
        return [*found, words(" · ended after "), words(span(card.lasted))]
    return [*found, words(" · as of "), moment(card.heard_at, "{time_secs}")]


def _buttons(card: LiveCard) -> list[Json]:
    if card.run_id is None:
        return []
    run, bad = f"#{card.run_id}", card.seen.run.bad + card.seen.run.collection_errors
    failing = ask_button("Show failures", "failures.show", Ask("failures", run), style="primary") if bad else []
    return actions([*failing, *ask_button("Show resources", "resources.show", Ask("resources", run))])


def render_live_event(event: LiveEvent) -> Message:
    """A reply in the thread: one sentence, what ran, and who used most."""
    told = event.told

    def draw(most: int) -> list[Json]:
        tests: list[Line] = [[test_name(each.name), words(f" {since(each, event.at)}")] for each in told.tests[:most]]
        parts: list[Json] = [line(*_sentence(event))]
        if tests and not event.is_over:
            parts.append(bullets(and_more(tests, told.tests_count)))
        if isinstance(told, Alert) and told.top and not event.is_over:
            users = ", ".join(top_process(each, told.kind) for each in told.top[:most])
            parts.append(line(said(f"Most by: {users}.")) if users else line(words("")))
        return [rich(*parts)]

    return fit(draw, _MOST)


def _sentence(event: LiveEvent) -> Line:
    told = event.told
    if isinstance(told, Alert):
        ran = " while these tests run:" if told.tests and not event.is_over else "."
        return [strong(alert_sentence(told)), words(ran)]
    if event.is_over:
        return [strong("The run goes on"), words(f" after {span(event.at - told.since)} without news.")]
    heard = f"No news of the run for {span(event.at - told.since)}"
    if told.tests:
        return [strong(heard), words(" while these tests run:")]
    return [strong(heard), *([words(" after "), test_name(told.last_test)] if told.last_test else []), words(".")]
