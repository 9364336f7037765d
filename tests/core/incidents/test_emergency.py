"""Which steps of an emergency may begin, what the boxes say, and when the pipeline is stopped."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.incidents.emergency import (
    Done,
    Emergency,
    Step,
    StepName,
    StepState,
    boxes_of,
    changed_boxes,
    may_stop,
    number_at,
    ready_steps,
)
from core.incidents.model import Event, Happened
from tests.core.incidents.making import START, an_event, at

A, S, T, D, R = StepName


def an_emergency(by: str = "U1", **states: StepState) -> Emergency:
    """Steps by their first letter; the others wait."""
    letters = dict(zip("ASTDR", StepName, strict=True))
    chosen = {letters[letter]: state for letter, state in states.items()}
    steps = tuple(
        Step(name, chosen.get(name, StepState.WAITING), f"{name} was done", ended_at=at(5)) for name in StepName
    )
    return Emergency(3, "EMRG-20260302-090000", 7, START, by, "keys leaked", steps)


def ready(emergency: Emergency) -> list[StepName]:
    return [each.name for each in ready_steps(emergency, at(0))]


def a_tick(box: str, ticked: bool, by: str = "U2", emergency: int = 3) -> Event:
    return an_event(Happened.EMERGENCY, 9, by, emergency=emergency, box=box, ticked=ticked)


def test_a_person_has_everything_but_the_report_begun_at_once() -> None:
    assert ready(an_emergency()) == [A, S, T, D]


def test_a_stop_that_nobody_asked_for_waits_for_the_security_tests() -> None:
    assert ready(an_emergency("t12")) == [A, T, D]
    assert ready(an_emergency("t12", A=StepState.FAILED)) == [S, T, D]


def test_the_report_waits_for_every_step_however_it_ended() -> None:
    ended = {"A": StepState.FAILED, "S": StepState.LEFT_OUT, "T": StepState.DONE}
    assert ready(an_emergency(**ended)) == [D]
    assert ready(an_emergency(**ended, D=StepState.RUNNING)) == []
    assert ready(an_emergency(**ended, D=StepState.FAILED)) == [R]


def test_a_step_whose_holder_is_gone_begins_again() -> None:
    held = replace(Step(A), state=StepState.RUNNING, lease_until=at(10))
    emergency = replace(an_emergency(), steps=(held, *an_emergency().steps[1:]))
    assert A not in [each.name for each in ready_steps(emergency, at(9))]
    assert A in [each.name for each in ready_steps(emergency, at(11))]


def test_a_number_is_the_second_it_began_and_never_used_twice() -> None:
    moment = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
    assert number_at(moment) == "EMRG-20260302-235959"
    assert number_at(moment, ["EMRG-20260302-235959"]) == "EMRG-20260303-000000"


@pytest.mark.parametrize(
    ("emergency", "configured", "by_itself", "told"),
    [
        (an_emergency(), True, False, None),
        (an_emergency(), False, True, "neither emergency.stop_pipeline nor stop_webhook is set"),
        (an_emergency("t12"), True, False, "`/t12 emergency` stops it"),
        (an_emergency("t12", A=StepState.FAILED), True, True, None),
        (an_emergency("t12", A=StepState.LEFT_OUT), True, True, None),
        (an_emergency("t12", A=StepState.DONE), True, True, "the security tests pass now"),
    ],
)
def test_the_pipeline_is_stopped_for_a_person_or_where_the_settings_say_so(
    emergency: Emergency, configured: bool, by_itself: bool, told: str | None
) -> None:
    found = may_stop(emergency, is_configured=configured, stops_by_itself=by_itself)
    assert (found is None) if told is None else (found is not None and told in found)


def test_what_t12_did_is_ticked_with_its_evidence() -> None:
    emergency = an_emergency(S=StepState.FAILED, T=StepState.DONE, D=StepState.LEFT_OUT)
    boxes = {each.key: each for each in boxes_of(emergency, ())}
    assert [key for key, box in boxes.items() if box.is_ticked] == ["team", "response"]
    assert boxes["team"].evidence == "tell was done"
    assert boxes["pipeline"].evidence == "stop was done"
    assert boxes["response"].by == "U1"


def test_the_last_word_of_a_person_counts() -> None:
    events = [
        a_tick("pipeline", True),
        a_tick("team", False),
        a_tick("pipeline", False),
        a_tick("pipeline", True, "U4"),
    ]
    boxes = {each.key: each for each in boxes_of(an_emergency(T=StepState.DONE), events)}
    assert (boxes["pipeline"].is_ticked, boxes["pipeline"].by, boxes["team"].is_ticked) == (True, "U4", False)


def test_ticks_of_another_emergency_and_of_no_box_change_nothing() -> None:
    events = [a_tick("pipeline", True, emergency=4), a_tick("no box", True)]
    assert boxes_of(an_emergency(), events) == boxes_of(an_emergency(), ())


def test_a_person_changes_only_the_boxes_they_saw_otherwise() -> None:
    assert changed_boxes(["team"], ["team", "pipeline"]) == {"pipeline": True}
    assert changed_boxes(["team", "response"], ["response"]) == {"team": False}
    assert changed_boxes(["team"], ["team"]) == {}
    assert changed_boxes([], ["<script>"]) == {}


def test_an_end_says_how_it_ended() -> None:
    assert Done(StepState.DONE, "so").state.is_over
    assert not StepState.RUNNING.is_over
