"""Whatever a report says, however long and however much, every renderer stays within Slack's rules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.workspace import check_message, check_view
from core.briefings.model import Briefing, Morning
from core.briefings.model import Kind as BriefingKind
from core.checklists.model import Event as ListEvent
from core.checklists.model import Happened as ListHappened
from core.checklists.model import Item, ItemState, Occurrence, Standing
from core.checklists.statistics import summarise
from core.databases.model import Kind as Wrong
from core.doctor import Check, DoctorReport
from core.failures.cofailure import CoFailure
from core.failures.model import Category
from core.failures.recommendation import recommend
from core.failures.report import (
    DurationSummary,
    FailureGroup,
    FailuresReport,
    FlakyReport,
    RunsReport,
    SeenSignature,
    StripMark,
    TestReport,
)
from core.failures.verdict import JudgedTest, State, TestState
from core.health.card import RunCard
from core.health.model import Advice, Changes, Deduction, Direction, FlakeCost, Gate, HealthReport, Trend
from core.incidents.answer import IncidentList, IncidentView
from core.incidents.model import Affected, Event, Happened, Incident, Kind, Path, Severity
from core.live.card import LiveCard, LiveEvent, Seen
from core.live.growth import Growth
from core.live.model import Alert, Ended, FailedTest, LiveRun, Phase, Process, RunningTest, Silence
from core.live.report import ResourcesReport, WatchedRun
from core.live.resources import Measure, Resources
from core.live.sampling import Point, Sample
from core.performance import model as durations
from core.performance.benchmarks import Benchmark, Benchmarks
from core.runs.model import HistoryEntry, Outcome, ReportCounts, Run
from handlers.commands import COMMANDS, Ask
from handlers.messages.checklist import render_checklist, render_checklist_event
from handlers.messages.checklist_stats import render_checklist_stats
from handlers.messages.checklists import render_checklists, render_history
from handlers.messages.database_alert import render_database_alert
from handlers.messages.database_cleanup import delete_form, render_database_cleaned, render_database_cleanup
from handlers.messages.database_cleanup import told_form as told_of_databases
from handlers.messages.database_integrity import render_database_integrity
from handlers.messages.databases import render_databases
from handlers.messages.doctor import render_doctor
from handlers.messages.emergency import render_emergency
from handlers.messages.failures import render_failures
from handlers.messages.flaky import render_flaky
from handlers.messages.health import render_health
from handlers.messages.help import render_help, render_problem
from handlers.messages.home import render_home, render_home_answer, render_onboarding
from handlers.messages.incident import render_incident
from handlers.messages.incident_event import render_direct, render_incident_event
from handlers.messages.incident_forms import (
    Kept,
    declare_form,
    emergency_form,
    escalate_form,
    hand_over_form,
    mute_form,
    note_form,
    severity_form,
    snooze_form,
    told_form,
    unpacked,
)
from handlers.messages.incident_report import render_incident_report
from handlers.messages.incident_stats import render_incident_stats
from handlers.messages.incidents import incidents_at_home, render_export, render_incidents
from handlers.messages.live import render_live, render_live_event
from handlers.messages.matrix import render_matrix
from handlers.messages.message import JSON_LIMIT, TEXT_LIMIT, Message, after_sharing, note, repeated, shared
from handlers.messages.mocks import render_mocks
from handlers.messages.morning import render_morning
from handlers.messages.report import render_briefing, render_report
from handlers.messages.resources import render_resources
from handlers.messages.run_card import render_run_card
from handlers.messages.runs import render_runs
from handlers.messages.slow import render_slow
from handlers.messages.test import render_test
from handlers.messages.told import told, told_card
from tests.handlers.messages.briefings import an_awful_morning, an_awful_report
from tests.handlers.messages.checklists import a_matrix
from tests.handlers.messages.databases import (
    a_cleaned,
    a_database,
    a_file,
    a_preview,
    a_silent_database,
    an_alert,
    an_integrity,
    an_odd_database,
)
from tests.handlers.messages.emergencies import an_awful_emergency, an_emergency
from tests.handlers.messages.figures import some_stats
from tests.handlers.messages.incidents import DATA, a_report
from tests.handlers.messages.test_snapshots import mrkdwn_in, renderers
from tests.handlers.messages.values import HOSTILE, LONG, NOW, a_mocks_report

FUZZED = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BAITS = (
    "", " ", HOSTILE, LONG, LONG[:1900], "<!channel>", "<!date^1^{time}|x>", "&lt;!here&gt;", "`", "```", "*_~>",
    "\x00", "\ud800", "\u202e", "a\u0301" * 400, "😀" * 300, "&" * 500, "<" * 500, "\n" * 500, '"' * 1500, "\\" * 1500,
    "::", "/", "http://a|b", "<https://evil.example|ci>", "{date}", "𝕏" * 150,
)  # fmt: skip
"""What breaks layouts, limits and parsers."""

text = st.one_of(
    st.sampled_from(BAITS), st.text(max_size=30), st.lists(st.sampled_from(BAITS), max_size=3).map("".join)
)
maybe = st.none() | text
count = st.sampled_from((0, 1, 2, 7, 1000, 10**9))
share = st.floats(0, 1)
points = st.floats(0, 1e6)
instant = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
seconds = st.none() | st.floats(0, 1e7)


def many(of: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


counts = st.builds(ReportCounts, count, count, count, count, count, count, count, count, count, count)
runs = st.builds(
    Run, count, text, text, maybe, maybe, text, instant, instant, seconds, st.none() | st.floats(0, 100), counts,
    many(text, 3),
)  # fmt: skip
entries = st.builds(HistoryEntry, runs, st.sampled_from(Outcome), seconds, count, count)
states = st.builds(
    TestState, st.sampled_from(State), text, count, count, share, share, share, count, count, count, st.none() | count,
    first_failing=st.none() | entries,
)  # fmt: skip
judged = st.builds(JudgedTest, count, text, states)
category = st.sampled_from(Category)
groups = st.builds(
    FailureGroup, text, text, text, text, category.map(lambda each: each.value), text, text, maybe, count,
    many(text), many(count), many(text, 3), st.booleans(), maybe, st.none() | instant, maybe, count,
    category.map(recommend), maybe, text, conditions=many(text),
)  # fmt: skip
failures = st.builds(
    FailuresReport, st.none() | runs, text, text, count, st.dictionaries(text, count, max_size=14), many(groups),
    st.just(()), many(text), many(text),
)  # fmt: skip
cofailures = st.builds(CoFailure, many(text), count, count)
flaky = st.builds(
    FlakyReport, text, maybe, text, runs, count, many(judged), many(judged), many(judged), many(text), many(text),
    many(cofailures),
)  # fmt: skip
marks = st.builds(
    StripMark, text, instant, maybe, maybe, st.sampled_from(Outcome), st.booleans(), st.booleans(), seconds
)
length = st.floats(0, 1e7)
tests = st.builds(
    TestReport, text, text, text, text, states, many(marks, 60),
    st.none() | st.builds(DurationSummary, count, length, length, length, length),
    many(st.builds(SeenSignature, text, text, text, count, text, text)), text, many(text),
    flakes_with=st.none() | cofailures, conditions=many(text),
)  # fmt: skip
listed = st.builds(RunsReport, text, maybe, many(runs, 24), st.dictionaries(count, text, max_size=3))
costs = st.builds(
    FlakeCost, share, st.none() | count, text, st.just(()), count, count, share, share, st.none() | points
)
trends = st.builds(Trend, st.sampled_from(Direction), text, count, count, share, share, share)
changes = st.builds(
    Changes, text, instant, many(text), many(text), many(text), count, many(text), many(text), many(text),
    sentences=many(text),
)  # fmt: skip
rule = st.sampled_from(("failure_rate", "flaky_tests", "coverage"))
gate = st.sampled_from(("broken", "silent", "new", "storm"))
healths = st.builds(
    HealthReport, text, maybe, runs, text, st.floats(0, 100), st.booleans(),
    many(st.builds(Deduction, rule, points, text, st.floats(0, 1e6), points, count, text), 5),
    many(st.builds(Gate, gate, text), 5), many(text),
    st.none() | share, st.none() | st.floats(0, 100), many(judged), many(judged), many(judged), costs, trends,
    st.none() | changes, many(st.builds(Advice, text, points, st.floats(0, 100))), count,
)  # fmt: skip
ids = st.sampled_from(("U1", "S1", "C1", "t12")) | text
affected = st.lists(st.builds(Affected, count, text, st.just("")), max_size=4, unique_by=lambda each: each.test_id).map(
    tuple
)
incidents = st.builds(
    Incident, count, st.none() | count, text, maybe, st.sampled_from(Kind), text, text, st.sampled_from(Severity), text,
    st.builds(Path, text, many(text, 3), st.sampled_from((0, 2))), instant, instant, tests=affected,
    note=text, failing=count, acknowledged_at=st.none() | instant, acknowledged_by=st.none() | ids,
    held_until=st.none() | instant, held_for_run=st.booleans(), owner=st.none() | ids,
    snoozed_until=st.none() | instant, resolved_at=st.none() | instant, resolved_by=st.none() | ids, resolution=text,
    level=count, due_at=st.none() | instant, green_runs=count, reopened=count,
)  # fmt: skip


@st.composite
def happened(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(Happened))
    data = dict(DATA[kind]) | {"mention": draw(st.lists(ids, max_size=3))}
    data |= {key: draw(text) for key in ("reason", "text") if key in data}
    data |= {"names": draw(st.lists(text, max_size=2))} if "names" in data else {}
    return Event(kind, draw(instant), draw(ids), data)


views = st.builds(
    IncidentView, incidents, many(happened(), 2), st.none() | runs, st.none(), st.none() | runs, many(text, 3),
    many(text, 3), text, text, instant, conditions=many(text),
)  # fmt: skip
items = st.builds(
    Item, count, text, text, st.none() | points, text, st.sampled_from(ItemState), st.none() | ids, st.none() | instant,
    text, text, st.none() | ids, text, st.none() | st.dates(),
)  # fmt: skip
occurrences = st.builds(
    Occurrence, count, text, text, st.dates(), instant, many(items, 4), st.sampled_from(Standing),
    st.none() | st.dates(), st.booleans(), count, text,
)  # fmt: skip
cards = st.builds(RunCard, runs, failures, st.none() | healths)
doctors = st.builds(
    DoctorReport, st.lists(st.builds(Check, text, st.sampled_from(("ok", "warn", "bad")), text), min_size=1).map(tuple)
)
suite_times = st.builds(
    durations.SuiteTime, seconds, seconds, seconds, st.booleans(), st.booleans(), st.sampled_from(durations.Trend),
    text, seconds, length, length, maybe, length, seconds, seconds, seconds, count, length,
    many(st.builds(durations.Point, runs, length, points), 30),
)  # fmt: skip
measured = st.builds(
    Benchmarks, text, instant, maybe, count, points,
    many(st.builds(Benchmark, text, length, length, count, seconds, st.booleans(), st.booleans())),
)  # fmt: skip
moved = st.builds(
    durations.Change, count, text, length, length, count, count, share, st.builds(durations.Onset, runs, runs),
    many(length, 40),
)  # fmt: skip
slows = st.builds(
    durations.SlowReport, text, maybe, text, runs, text, count, count, length,
    many(st.builds(durations.SlowTest, count, text, length, share, count, st.sampled_from(durations.Trend), st.none())),
    many(moved), many(moved), many(st.builds(durations.Hint, count, text, length, st.floats(1, 1e7))),
    st.builds(durations.Speed, points, points, count), suite_times, many(st.builds(durations.Advice, text, length)),
    many(text), st.none() | measured,
)  # fmt: skip
percents = st.floats(0, 1e7)
spans = st.timedeltas(timedelta(0), timedelta(days=900))
active = st.builds(RunningTest, text, instant, seconds)
alerts = st.builds(
    Alert, st.sampled_from(("cpu", "memory")), instant, percents, many(active, 4), count,
    many(st.builds(Process, text, count, percents), 3), st.none() | instant,
)  # fmt: skip
silences = st.builds(Silence, instant, spans, many(active, 4), count, text)
measures = st.builds(Measure, percents, percents, percents, st.none() | instant, many(text, 4), count)
courses = many(st.builds(Point, *(st.floats(0, 1e10), st.just(1), *([percents] * 7))), 40)
used = st.builds(
    Resources, instant, percents, count, measures, measures, measures, measures, count, text,
    st.none() | st.builds(Growth, percents, percents, share, st.booleans()), many(alerts, 4), many(silences, 4),
    courses,
)  # fmt: skip
live_runs = st.builds(
    LiveRun, st.sampled_from(Phase), st.none() | count, st.booleans(), count, count, count, count, many(active),
    count, st.booleans(), many(st.builds(FailedTest, text, text)), count, share, st.none() | percents, text,
    st.none() | instant, count, st.none(), many(text, 3),
)  # fmt: skip
live_seen = st.builds(
    Seen, live_runs, st.none() | st.builds(Sample, *([percents] * 5), count, percents), many(alerts, 2),
    st.none() | silences, text,
)  # fmt: skip
live_cards = st.builds(
    LiveCard, count, text, maybe, maybe, instant, instant, live_seen, st.none() | instant,
    st.none() | st.sampled_from(Ended), text, st.none() | count,
)  # fmt: skip
live_events = st.builds(LiveEvent, instant, alerts | silences, st.booleans())
watched_runs = st.builds(WatchedRun, runs, used)
resource_reports = st.builds(
    ResourcesReport, text, maybe, watched_runs, st.lists(watched_runs, min_size=1, max_size=24).map(tuple),
    st.booleans(),
)  # fmt: skip
asks = st.builds(Ask, st.sampled_from(sorted(COMMANDS)), maybe, maybe, maybe, st.sampled_from((1, 2, 3, 9999)))


def holds(message: Message) -> None:
    """No rule is broken, no limit passed, and nothing a report said is parsed."""
    payload = {"text": message.text, "blocks": list(message.blocks)}
    assert check_message(payload) == []
    assert message.blocks
    assert 0 < message.length <= TEXT_LIMIT
    assert message.size <= JSON_LIMIT
    _calls_nobody([message.text, *mrkdwn_in(list(message.blocks))])
    _can_be_sent(payload)


def holds_at_home(blocks: list[dict[str, Any]]) -> None:
    view = {"type": "home", "blocks": blocks}
    assert check_view(view) == []
    assert blocks
    _calls_nobody(mrkdwn_in(blocks))
    _can_be_sent(view)


def _calls_nobody(parsed: Sequence[str]) -> None:
    for words in parsed:
        assert not re.search(r"<(?!!date\^\d)", words), words


def _can_be_sent(payload: dict[str, Any]) -> None:
    """Lone surrogates cannot be written as UTF-8."""
    assert json.loads(json.dumps(payload, ensure_ascii=False).encode()) == payload


def holds_wherever_it_is_shown(message: Message, name: str) -> None:
    """The answer itself, shared in a channel, after sharing, sent again, and on the Home tab."""
    holds(message)
    holds(shared(message, "U1", name))
    holds(after_sharing(message))
    holds(repeated(message))
    holds_at_home(render_home_answer(message))


@FUZZED
@given(healths, asks, instant, st.none() | listed, text)
def test_health(report: HealthReport, ask: Ask, now: datetime, recent: RunsReport | None, name: str) -> None:
    holds_wherever_it_is_shown(render_health(report, ask, now, recent), name)


@FUZZED
@given(failures, asks, text)
def test_failures(report: FailuresReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_failures(report, ask), name)


@FUZZED
@given(flaky, asks, text)
def test_flaky(report: FlakyReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_flaky(report, ask), name)


@FUZZED
@given(tests, asks, text)
def test_test(report: TestReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_test(report, ask), name)


@FUZZED
@given(slows, asks, text)
def test_slow(report: durations.SlowReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_slow(report, ask), name)


@FUZZED
@given(resource_reports, asks, text)
def test_resources(report: ResourcesReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_resources(report, ask), name)


@FUZZED
@given(live_cards, text)
def test_live(card: LiveCard, name: str) -> None:
    holds_wherever_it_is_shown(render_live(card), name)


@FUZZED
@given(live_events, text)
def test_live_event(event: LiveEvent, name: str) -> None:
    holds_wherever_it_is_shown(render_live_event(event), name)


@FUZZED
@given(listed, asks, text)
def test_runs(report: RunsReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_runs(report, ask), name)


@FUZZED
@given(cards, text)
def test_run_card(card: RunCard, name: str) -> None:
    holds_wherever_it_is_shown(render_run_card(card), name)


@FUZZED
@given(views, text)
def test_incident(view: IncidentView, name: str) -> None:
    holds_wherever_it_is_shown(render_incident(view), name)


@FUZZED
@given(occurrences, text, st.sampled_from((ListHappened.NAGGED, ListHappened.CLOSED)), st.lists(ids, max_size=3))
def test_checklist(occurrence: Occurrence, role: str, kind: ListHappened, mention: list[str]) -> None:
    event = ListEvent(kind, occurrence.due_at, "t12", {"mention": mention})
    for message in (
        render_checklist(occurrence, role),
        render_checklist_event(event, occurrence),
        render_checklists((occurrence,), role),
        render_history((occurrence,)),
    ):
        holds(message)
        holds(repeated(message))


@FUZZED
@given(many(occurrences, 9))
def test_checklist_stats(some: tuple[Occurrence, ...]) -> None:
    holds(render_checklist_stats(summarise(some)))


@FUZZED
@given(st.none() | count, text, many(ids), asks)
def test_matrix(size: int | None, words: str, people: tuple[str, ...], ask: Ask) -> None:
    holds_wherever_it_is_shown(render_matrix(a_matrix(size, words, *people), ask), words)


@FUZZED
@given(many(views, 3), st.booleans(), ids, st.sampled_from(("csv", "json")))
def test_lists_of_incidents(views: tuple[IncidentView, ...], only_open: bool, me: str, form: str) -> None:
    views = tuple({view.incident.id: view for view in views}.values())
    found = IncidentList(views, only_open, NOW)
    holds_wherever_it_is_shown(render_incidents(found, me), me)
    holds(render_export(found, form))
    if views:
        holds_at_home(incidents_at_home(found, me))


@FUZZED
@given(views, text, st.sampled_from((0, 1, 40)))
def test_answers_about_incidents(view: IncidentView, words: str, count: int) -> None:
    for message in (told(words), told(words, count), told_card(words, view)):
        holds_wherever_it_is_shown(message, words)
    holds_wherever_it_is_shown(render_incident_report(a_report(view, count)), words)


@FUZZED
@given(incidents, text, many(ids))
def test_forms_of_incidents(incident: Incident, words: str, people: tuple[str, ...]) -> None:
    kept = Kept(12, "C1", "https://hooks.slack.com/actions/T1/2/x", drawn_at=1.5)
    forms = [escalate_form(incident, words, people, kept), declare_form(kept, words, words), told_form(words)]
    forms.append(emergency_form(kept, incident, tests=True, stops=False, roles=[words]))
    forms += [draw(incident, kept) for draw in (hand_over_form, severity_form, snooze_form, note_form)]
    forms += [mute_form(incident, kept)] if incident.tests else []
    for view in forms:
        assert check_view(view) == []
        _can_be_sent(view)
        assert "private_metadata" not in view or unpacked(view["private_metadata"]) == kept


@FUZZED
@given(happened(), views)
def test_what_happened_to_an_incident(event: Event, view: IncidentView) -> None:
    for message in (render_incident_event(event, view), render_direct(event, view)):
        holds(message)
        holds(repeated(message))


@FUZZED
@given(st.integers(0, 60), st.none() | text, st.integers(1, 3000))
def test_incident_stats(size: int, suite: str | None, days: int) -> None:
    holds(render_incident_stats(some_stats(size, suite, days=days)))


@FUZZED
@given(text, st.integers(0, 60), asks, st.booleans(), text)
def test_morning(words: str, size: int, ask: Ask, is_late: bool, name: str) -> None:
    holds_wherever_it_is_shown(render_morning(an_awful_morning(words, size), ask, is_late=is_late), name)


@FUZZED
@given(text, st.integers(0, 9), st.integers(0, 40), asks, text)
def test_report(words: str, sections: int, lines: int, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_report(an_awful_report(words, sections, lines), ask), name)


@FUZZED
@given(text, st.integers(0, 12), st.booleans(), st.integers(0, 90), text)
def test_briefing(words: str, size: int, is_morning: bool, minutes: int, name: str) -> None:
    content = an_awful_morning(words, size) if is_morning else an_awful_report(words, size, 3)
    made_at = content.at if isinstance(content, Morning) else content.ends
    kind = BriefingKind.MORNING if isinstance(content, Morning) else content.kind
    told = Briefing(4, kind, None, made_at, made_at + timedelta(minutes=minutes), content)
    message = render_briefing(told)
    assert message is not None
    holds_wherever_it_is_shown(message, name)
    assert render_briefing(replace(told, content=None)) is None


@FUZZED
@given(text, st.integers(0, 40), st.booleans())
def test_emergency(words: str, size: int, is_awful: bool) -> None:
    view = an_awful_emergency(words, size) if is_awful else an_emergency(words, title=words, by=words)
    holds(render_emergency(view))


@FUZZED
@given(text, st.sampled_from((0, 1, 7, 60)), st.booleans(), asks, text)
def test_mocks(component: str, size: int, is_new: bool, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_mocks(a_mocks_report(component, size, new=is_new), ask), name)


@example('"' * 1500, Wrong.LOCKED, 60, Ask("db"))
@FUZZED
@given(text, st.sampled_from(Wrong), st.sampled_from((0, 1, 7, 60)), asks)
def test_databases(words: str, kind: Wrong, size: int, ask: Ask) -> None:
    several = [a_database(words, size, words), a_file(words, words, size), a_silent_database(words, words)]
    for reports in (several, several[:1], [an_odd_database(words, kind, size)]):
        holds_wherever_it_is_shown(render_databases(reports, ask), words)
    holds_wherever_it_is_shown(render_database_integrity([an_integrity(words, size, words)] * 2, ask), words)
    preview = a_preview(words, size, words)
    holds_wherever_it_is_shown(render_database_cleanup([preview, a_preview(words)], ask), words)
    holds_wherever_it_is_shown(render_database_cleaned(a_cleaned(words, size, words)), words)
    holds_wherever_it_is_shown(render_database_alert(an_alert(words, size, words, is_over=size == 1)), words)
    rules = [(each.rule, each.counts) for each in preview.matched]
    for view in (delete_form(words, rules, "{}"), told_of_databases(words)):
        assert check_view(view) == []
        _can_be_sent(view)


@FUZZED
@given(doctors, asks, text)
def test_doctor(report: DoctorReport, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_doctor(report, ask), name)


@FUZZED
@given(asks, text)
def test_help_problems_and_notes(ask: Ask, words: str) -> None:
    for message in (render_help(ask), render_problem(words), note(words)):
        holds_wherever_it_is_shown(message, words)


@FUZZED
@given(healths, st.none() | failures, instant)
def test_home(report: HealthReport, why: FailuresReport | None, now: datetime) -> None:
    holds_at_home(render_home(report, why, now))


@given(instant)
def test_onboarding(now: datetime) -> None:
    holds_at_home(render_onboarding(now))


def test_every_renderer_is_fuzzed() -> None:
    for name in renderers():
        assert f"render_{name}".replace("-", "_") in globals() or name.replace("-", "_") in globals(), name
