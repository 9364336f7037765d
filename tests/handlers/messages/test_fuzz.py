"""Whatever a report says, however long and however much, every renderer stays within Slack's rules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.workspace import check_message, check_view
from core.briefings.model import Briefing, Morning
from core.briefings.model import Kind as BriefingKind
from core.checklists.model import Event as ListEvent
from core.checklists.model import Happened as ListHappened
from core.checklists.model import Occurrence
from core.checklists.statistics import summarise
from core.databases.model import Kind as Wrong
from core.doctor import DoctorReport
from core.failures.report import (
    FailuresReport,
    FlakyReport,
    RunsReport,
    TestReport,
)
from core.health.card import RunCard
from core.health.model import HealthReport
from core.incidents.answer import IncidentList, IncidentView
from core.incidents.model import Event, Incident
from core.live.card import LiveCard, LiveEvent
from core.live.report import ResourcesReport
from core.mocks.rules.explanation import explain_rule
from core.performance import model as durations
from handlers.commands import Ask
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
from handlers.messages.rule import render_rule
from handlers.messages.run_card import render_run_card, render_watched_run_card
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
from tests.handlers.messages.incidents import a_report
from tests.handlers.messages.strategies import (
    asks,
    cards,
    count,
    doctors,
    failures,
    flaky,
    happened,
    healths,
    ids,
    incidents,
    instant,
    listed,
    live_cards,
    live_events,
    many,
    occurrences,
    resource_reports,
    slows,
    tests,
    text,
    views,
)
from tests.handlers.messages.test_snapshots import mrkdwn_in, renderers
from tests.handlers.messages.values import NOW, a_mocks_report

FUZZED = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
@given(cards, live_cards, text)
def test_watched_run_card(card: RunCard, watched: LiveCard, name: str) -> None:
    holds_wherever_it_is_shown(render_watched_run_card(card, watched), name)


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
@given(st.sampled_from(("M001", "M008", "M017")), asks, text)
def test_rule(code: str, ask: Ask, name: str) -> None:
    holds_wherever_it_is_shown(render_rule(explain_rule(code), ask), name)


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
