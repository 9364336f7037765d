"""An incident moves one way, stops for whoever has it, and tells each level once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.incidents import lifecycle
from core.incidents.lifecycle import Who, ago
from core.incidents.model import ENGINE, Affected, Change, Happened, Hold, Incident, Path, Severity, Status
from tests.core.incidents.keeping import ANA, DAY, HOUR, LUIS, MINUTE, NOW, an_incident, due

CRITICAL = Path("15m", ("developer", "team_lead", "security_team"), 2)
UNTIL = Hold(NOW + 2 * HOUR)
HELD = lifecycle.acknowledge(an_incident(), ANA, NOW, UNTIL).incident
CLOSED = lifecycle.resolve(an_incident(), ANA, NOW + HOUR).incident
AFTER = NOW + 3 * HOUR


def types(change: Change) -> list[Happened]:
    return [event.type for event in change.events]


def test_an_incident_that_is_told_starts_its_clock() -> None:
    change = lifecycle.trigger(an_incident(announced_at=None, due_at=None), NOW, due, ["U1"])
    assert (change.incident.announced_at, change.incident.due_at) == (NOW, NOW + HOUR)
    assert change.events[0].mentioned == ("U1",)


def test_acknowledging_stops_the_ladder() -> None:
    change = lifecycle.acknowledge(an_incident(), ANA, NOW, UNTIL)
    assert types(change) == [Happened.ACKNOWLEDGED]
    assert change.incident.status is Status.ACKNOWLEDGED
    assert (change.incident.due_at, change.incident.owner, change.incident.held_until) == (None, "U1", UNTIL.until)


def test_who_comes_second_is_told_who_was_first() -> None:
    change = lifecycle.acknowledge(HELD, LUIS, NOW + 3 * MINUTE, UNTIL)
    assert not change.happened
    assert change.answer == "Already acknowledged by <@U1>, 3 minutes ago."
    assert lifecycle.acknowledge(HELD, ANA, NOW, UNTIL).answer == "Already acknowledged by you, just now."


def test_the_holder_may_hold_it_longer_and_nobody_else() -> None:
    longer = lifecycle.acknowledge(HELD, ANA, NOW, Hold(NOW + DAY))
    assert longer.incident.held_until == NOW + DAY
    assert lifecycle.acknowledge(HELD, LUIS, NOW, Hold(NOW + DAY)).incident == HELD


def test_an_acknowledgement_that_runs_out_asks_its_holder_and_starts_the_ladder_again() -> None:
    change = lifecycle.expire(replace(HELD, level=1), AFTER, due, "its time is over")
    assert change.events[0].mentioned == ("U1",)
    assert (change.incident.status, change.incident.level) == (Status.TRIGGERED, 0)
    assert change.incident.due_at == AFTER + HOUR
    assert change.incident.owner == "U1", "who had it last is remembered"


def test_an_acknowledgement_that_runs_out_during_a_snooze_stays_quiet_until_it_ends() -> None:
    snoozed = lifecycle.snooze(HELD, ANA, NOW, NOW + DAY).incident
    expired = lifecycle.expire(snoozed, AFTER, due, "run 7 still shows it").incident
    assert expired.due_at is None
    awake = lifecycle.wake(expired, NOW + DAY, due, ["U1"])
    assert awake.incident.due_at == NOW + DAY + HOUR


def test_each_level_is_told_once_and_then_nobody() -> None:
    incident, told = an_incident(), []
    for hour in range(1, 9):
        change = lifecycle.escalate(incident, Who(ENGINE), NOW + hour * HOUR, due, [])
        incident = change.incident
        told += [(event.type, event.text("role"), event.data.get("repeat")) for event in change.events]
        if incident.due_at is None:
            break
    assert told == [
        (Happened.ESCALATED, "team_lead", False),
        (Happened.ESCALATED, "team_lead", True),
        (Happened.ESCALATION_ENDED, "", None),
    ]


def test_a_person_escalates_once_however_many_press_the_same_button() -> None:
    once = lifecycle.escalate(an_incident(), ANA, NOW + MINUTE, due, ["U2"], drawn_at=NOW)
    again = lifecycle.escalate(once.incident, LUIS, NOW + 2 * MINUTE, due, ["U2"], drawn_at=NOW)
    assert once.incident.level == 1
    assert not again.happened
    assert "already" in again.answer
    assert lifecycle.escalate(once.incident, LUIS, AFTER, due, [], drawn_at=NOW + HOUR).happened


def test_a_person_is_told_when_there_is_nobody_left_to_tell() -> None:
    change = lifecycle.escalate(an_incident(level=2), ANA, NOW, due, [])
    assert not change.happened
    assert "hand it over" in change.answer


def test_escalating_by_hand_takes_it_from_its_holder() -> None:
    change = lifecycle.escalate(HELD, LUIS, NOW + MINUTE, due, ["U2"])
    assert change.incident.status is Status.TRIGGERED
    assert change.incident.held_until is None


@pytest.mark.parametrize(
    "step",
    [
        lambda one: lifecycle.acknowledge(one, LUIS, AFTER, UNTIL),
        lambda one: lifecycle.resolve(one, LUIS, AFTER),
        lambda one: lifecycle.escalate(one, LUIS, AFTER, due, []),
        lambda one: lifecycle.snooze(one, LUIS, AFTER, AFTER + HOUR),
        lambda one: lifecycle.hand_over(one, LUIS, AFTER, "U3", UNTIL),
        lambda one: lifecycle.change_severity(one, LUIS, AFTER, Severity.CRITICAL, CRITICAL, due),
    ],
)
def test_no_click_un_resolves(step: object) -> None:
    change = step(CLOSED)  # type: ignore[operator]
    assert (change.incident, change.events) == (CLOSED, ())
    assert change.answer == "Already resolved by <@U1>, 2 hours ago."


def test_resolving_leaves_nothing_to_come() -> None:
    closed = lifecycle.resolve(lifecycle.snooze(HELD, ANA, NOW, AFTER).incident, LUIS, NOW, "fixed").incident
    assert (closed.due_at, closed.held_until, closed.snoozed_until) == (None, None, None)


def test_the_same_failures_open_it_again_with_its_ladder_from_the_start() -> None:
    change = lifecycle.reopen(replace(CLOSED, level=1, escalated_at=NOW), AFTER, due, ["U1"], "they are back")
    assert types(change) == [Happened.REOPENED]
    assert (change.incident.status, change.incident.level, change.incident.reopened) == (Status.TRIGGERED, 0, 1)
    assert change.incident.due_at == AFTER + HOUR
    assert not lifecycle.reopen(an_incident(), AFTER, due, [], "").happened


def test_history_has_no_clock_whatever_happens_to_it() -> None:
    history = an_incident(announced_at=None, due_at=None, channel=None)
    held = lifecycle.acknowledge(history, ANA, NOW, UNTIL).incident
    for each in (
        lifecycle.reopen(lifecycle.resolve(history, ANA, NOW).incident, AFTER, due, [], "back").incident,
        lifecycle.expire(held, AFTER, due, "its time is over").incident,
        lifecycle.worsen(history, NOW, Severity.CRITICAL, "all fail", CRITICAL, due).incident,
    ):
        assert each.due_at is None


def test_history_that_somebody_has_is_told_without_starting_its_clock() -> None:
    held = lifecycle.acknowledge(an_incident(announced_at=None, due_at=None), ANA, NOW, UNTIL).incident
    assert lifecycle.trigger(held, NOW, due, []).incident.due_at is None


def test_a_snooze_keeps_everybody_quiet_and_tells_the_present_level_again() -> None:
    quiet = lifecycle.snooze(an_incident(), ANA, NOW, AFTER)
    assert quiet.incident.due_at is None
    assert not lifecycle.snooze(quiet.incident, LUIS, NOW, AFTER).happened
    assert not lifecycle.snooze(an_incident(), ANA, NOW, NOW).happened, "a moment that has passed"
    awake = lifecycle.wake(quiet.incident, AFTER, due, ["U1"])
    assert awake.events[0].mentioned == ("U1",)
    assert awake.incident.due_at == AFTER + HOUR
    assert not lifecycle.wake(awake.incident, AFTER, due, []).happened


def test_the_end_of_a_snooze_tells_nobody_while_somebody_has_it() -> None:
    snoozed = lifecycle.snooze(HELD, ANA, NOW, AFTER).incident
    awake = lifecycle.wake(snoozed, AFTER, due, ["U1"])
    assert awake.events[0].mentioned == ()
    assert awake.incident.due_at is None


def test_handing_over_acknowledges_for_the_other() -> None:
    change = lifecycle.hand_over(an_incident(), ANA, NOW, "U3", UNTIL)
    assert (change.incident.owner, change.incident.acknowledged_by, change.incident.due_at) == ("U3", "U3", None)
    assert change.events[0].mentioned == ("U3",)
    assert not lifecycle.hand_over(change.incident, LUIS, NOW, "U3", UNTIL).happened


@pytest.mark.parametrize(
    ("path", "level", "then"),
    [
        (Path("next business day", ("developer",), 2), 2, 0),
        (Path("1h", ("developer", "team_lead"), 2), 1, 1),
        (Path("4h business", ("developer", "qa_team"), 2), 1, 0),
        (Path("1h", (), 2), 0, 0),
    ],
)
def test_a_worse_severity_goes_on_with_whom_nobody_told_yet(path: Path, level: int, then: int) -> None:
    incident = an_incident(severity=Severity.LOW, path=path, level=level, due_at=None)
    changed = lifecycle.worsen(incident, NOW, Severity.CRITICAL, "all fail", CRITICAL, due).incident
    assert (changed.severity, changed.level) == (Severity.CRITICAL, then)
    assert changed.due_at == NOW + HOUR, "a ladder that had ended begins again: the lead was never told"


def test_severity_rises_by_itself_and_never_falls() -> None:
    assert not lifecycle.worsen(an_incident(), NOW, Severity.LOW, "", CRITICAL, due).happened
    assert not lifecycle.worsen(an_incident(), NOW, Severity.HIGH, "", CRITICAL, due).happened


def test_a_new_severity_makes_no_deadline_later() -> None:
    soon = an_incident(due_at=NOW + MINUTE)
    assert lifecycle.change_severity(soon, ANA, NOW, Severity.LOW, CRITICAL, due).incident.due_at == NOW + MINUTE
    assert lifecycle.worsen(HELD, NOW, Severity.CRITICAL, "", CRITICAL, due).incident.due_at is None, "somebody has it"


def test_whoever_was_told_already_is_not_told_again_by_a_smaller_path() -> None:
    ended = an_incident(level=2, due_at=None)
    changed = lifecycle.change_severity(ended, ANA, NOW, Severity.LOW, Path("1h", ("developer",), 2), due).incident
    assert changed.due_at is None


def test_only_tests_that_were_not_in_it_are_news() -> None:
    one, two = Affected(1, "a", "f"), Affected(2, "b", "g")
    joined = lifecycle.join(an_incident(tests=(one,), green_runs=2), NOW, 7, "main", [one, two], ["g"], 2)
    assert joined.events[0].data == {"new": 1, "tests": 2, "names": ["b"]}
    assert (joined.incident.tests, joined.incident.green_runs) == ((one, two), 0)
    again = lifecycle.join(joined.incident, NOW, 8, "main", [two], ["g"], 1)
    assert not again.happened
    assert again.incident.last_run_id == 8


def test_green_runs_in_a_row_resolve_it_and_one_run_counts_once() -> None:
    incident = an_incident()
    for run_id in (5, 5, 6, 6):
        incident = lifecycle.turn_green(incident, NOW, run_id, 3).incident
    assert (incident.green_runs, incident.status) == (2, Status.TRIGGERED)
    change = lifecycle.turn_green(incident, NOW, 7, 3)
    assert (change.incident.status, change.incident.resolved_by) == (Status.RESOLVED, ENGINE)
    assert lifecycle.turn_red(incident, 7, 1).incident.green_runs == 0


def test_a_note_needs_words() -> None:
    assert not lifecycle.note(an_incident(), ANA, NOW, "  ").happened
    assert lifecycle.note(CLOSED, ANA, NOW, "why it was").events[0].text("text") == "why it was"


@pytest.mark.parametrize("back", [0, 1, 3600])
def test_a_clock_that_goes_back_is_no_error(back: int) -> None:
    earlier = NOW - timedelta(seconds=back)
    assert lifecycle.acknowledge(HELD, LUIS, earlier, UNTIL).answer.endswith("just now.")
    assert ago(earlier, NOW) == "just now"


@pytest.mark.parametrize(
    ("later", "said"),
    [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (7_200, "2 hours ago"), (86_400, "1 day ago")],
)
def test_time_is_told_in_one_unit(later: int, said: str) -> None:
    then: datetime = NOW
    assert ago(NOW + timedelta(seconds=later), then) == said


def test_a_terminals_user_is_named_as_they_are() -> None:
    held: Incident = lifecycle.acknowledge(an_incident(), Who("ana"), NOW, UNTIL).incident
    assert lifecycle.acknowledge(held, LUIS, NOW, UNTIL).answer == "Already acknowledged by ana, just now."
