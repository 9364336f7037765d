"""What people, checks and the clock do to the items of a list; repeating one changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from core.checklists import items
from core.checklists.items import ENGINE, Change
from core.checklists.model import Happened, Item, ItemState, Occurrence, Standing
from core.errors import UsageError
from tests.core.checklists.keeping import DAY, HOUR, MONDAY, an_occurrence

OPEN = an_occurrence()
DONE = items.done(OPEN, 0, "U1", MONDAY).occurrence
CLOSED = replace(OPEN, standing=Standing.CLOSED)

Step = Callable[[Occurrence], Change]
STEPS: dict[str, Step] = {
    "done": lambda one: items.done(one, 0, "U1", MONDAY),
    "skipped": lambda one: items.skipped(one, 0, "U1", MONDAY, "not today"),
    "assigned": lambda one: items.assigned(one, 0, "U1", MONDAY, "U2"),
    "noted": lambda one: items.noted(one, 0, "U1", MONDAY, "see the wiki"),
    "checked": lambda one: items.checked(one, 0, MONDAY, passed=False, evidence="3 found."),
    "all done": lambda one: items.all_done(one, "U1", MONDAY),
    "closed": lambda one: items.closed(one, MONDAY),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_repeating_anything_changes_nothing(step: Step) -> None:
    first = step(OPEN)
    second = step(first.occurrence)
    assert first.events
    assert (second.events, second.occurrence) == ((), first.occurrence)


@pytest.mark.parametrize("name", ["done", "skipped", "assigned", "checked", "all done", "closed"])
def test_a_closed_list_stays_as_it_is(name: str) -> None:
    assert STEPS[name](CLOSED).occurrence == CLOSED


def test_who_is_second_is_told_who_was_first() -> None:
    assert items.done(DONE, 0, "U2", MONDAY).answer == "Already done by <@U1>."
    assert items.skipped(DONE, 0, "U2", MONDAY, "why not").answer == "It is done by <@U1>; undo that first."


def test_what_a_check_ticked_is_told_to_be_done_by_t12() -> None:
    ticked = items.checked(OPEN, 0, MONDAY, passed=True, evidence="0 found.").occurrence
    assert items.done(ticked, 0, "U2", MONDAY).answer == "Already done by T12."


@pytest.mark.parametrize("reason", ["", "  "])
def test_skipping_needs_a_reason(reason: str) -> None:
    change = items.skipped(OPEN, 0, "U1", MONDAY, reason)
    assert (change.events, change.answer) == ((), "Say why it is skipped: others will ask.")


def test_a_skipped_item_keeps_who_when_and_why() -> None:
    item = items.skipped(OPEN, 0, "U1", MONDAY, " not today ").occurrence.items[0]
    assert (item.state, item.by, item.at, item.reason) == (ItemState.SKIPPED, "U1", MONDAY, "not today")


def test_undoing_makes_an_item_as_open_as_it_was() -> None:
    change = items.undone(DONE, 0, "U2", MONDAY)
    assert change.occurrence == OPEN
    assert change.events[0].type is Happened.UNDONE
    assert items.undone(OPEN, 0, "U2", MONDAY).answer == "It is open already."


def test_a_check_that_passes_ticks_with_its_evidence() -> None:
    item = items.checked(OPEN, 0, MONDAY, passed=True, evidence="0 found.").occurrence.items[0]
    assert (item.state, item.by, item.evidence) == (ItemState.DONE, ENGINE, "0 found.")


@pytest.mark.parametrize("reason", ["", "  "])
def test_what_a_check_did_not_tick_is_done_for_a_reason_alone(reason: str) -> None:
    failed = items.checked(OPEN, 0, MONDAY, passed=False, evidence="3 found.").occurrence
    refused = items.done(failed, 0, "U1", MONDAY, reason)
    assert (refused.events, refused.answer) == (
        (), "Its check did not tick it: check again, or say why it is done all the same.",
    )  # fmt: skip
    item = items.done(failed, 0, "U1", MONDAY, "false alarm").occurrence.items[0]
    assert (item.state, item.reason, item.evidence) == (ItemState.DONE, "false alarm", "3 found.")


def test_all_done_leaves_open_what_a_check_did_not_tick_and_says_so() -> None:
    failed = items.checked(OPEN, 0, MONDAY, passed=False, evidence="3 found.").occurrence
    change = items.all_done(failed, "U1", MONDAY)
    assert [each.state for each in change.occurrence.items] == [ItemState.OPEN, ItemState.DONE]
    assert change.answer == (
        "Done; 1 item stays open because its check did not tick it: check again, or say why it is done all the same."
    )
    again = items.all_done(change.occurrence, "U1", MONDAY)
    assert (again.events, again.answer[:41]) == ((), "1 item stays open because its check did n")


def test_a_check_that_fails_says_what_it_found_and_leaves_the_item_open() -> None:
    item = items.checked(OPEN, 0, MONDAY, passed=False, evidence="3 found.").occurrence.items[0]
    assert (item.state, item.by, item.evidence) == (ItemState.OPEN, None, "3 found.")


def test_a_persons_word_stays_whatever_a_check_finds() -> None:
    assert items.checked(DONE, 0, MONDAY, passed=False, evidence="3 found.").occurrence == DONE


def test_of_two_answers_of_a_check_the_first_stays() -> None:
    first = items.checked(OPEN, 0, MONDAY, passed=False, evidence="3 found.").occurrence
    assert items.checked(first, 0, MONDAY, passed=True, evidence="0 found.").occurrence == first


def test_a_person_overrules_a_check_with_a_reason_and_what_it_found_stays() -> None:
    failed = items.checked(OPEN, 0, MONDAY, passed=False, evidence="3 found.").occurrence
    item = items.done(failed, 0, "U1", MONDAY, " known ").occurrence.items[0]
    assert (item.state, item.reason, item.evidence) == (ItemState.DONE, "known", "3 found.")


def test_checking_anew_forgets_what_was_found() -> None:
    failed = an_occurrence(Item(0, "look", "health", evidence="3 found."))
    assert items.checked_anew(failed, 0, "U1", MONDAY).occurrence.items[0].evidence == ""
    assert items.checked_anew(OPEN, 0, "U1", MONDAY).answer == "There is nothing to check on it now."


def test_all_done_leaves_what_was_skipped() -> None:
    skipped = items.skipped(OPEN, 0, "U1", MONDAY, "not today").occurrence
    found = items.all_done(skipped, "U2", MONDAY)
    assert [each.state for each in found.occurrence.items] == [ItemState.SKIPPED, ItemState.DONE]
    assert len(found.events) == 1


@pytest.mark.parametrize("to", ["", " ", "x" * 61])
def test_an_item_is_assigned_to_one_person(to: str) -> None:
    assert items.assigned(OPEN, 0, "U1", MONDAY, to).answer == "Name one person to assign it to."


def test_a_note_needs_words_and_may_come_after_the_end() -> None:
    assert items.noted(OPEN, 0, "U1", MONDAY, " ").answer == "A note needs words."
    assert items.noted(CLOSED, 0, "U1", MONDAY, "late").occurrence.items[0].note == "late"


def test_a_line_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="that item is not on this list"):
        items.done(OPEN, 9, "U1", MONDAY)


def test_at_the_end_what_is_open_is_carried_over_where_the_list_says_so() -> None:
    carries = items.closed(replace(DONE, carry_to="next"), MONDAY)
    assert [each.state for each in carries.occurrence.items] == [ItemState.DONE, ItemState.CARRIED]
    assert carries.occurrence.items[1].carried_from == OPEN.on
    assert carries.events[0].data == {"done": 1, "items": 2, "left": 1, "carried": 1}
    stays = items.closed(DONE, MONDAY)
    assert [each.state for each in stays.occurrence.items] == [ItemState.DONE, ItemState.OPEN]
    assert stays.events[0].data == {"done": 1, "items": 2, "left": 1, "carried": 0}


def test_what_is_taken_over_keeps_its_first_day_and_stands_below_or_in_its_own_place() -> None:
    first, later = date(2026, 2, 2), date(2026, 2, 9)
    left = [
        Item(3, "look", state=ItemState.CARRIED, at=MONDAY, carried_from=later, assignee="U7", note="half done"),
        Item(1, "sweep", "health", 80, state=ItemState.CARRIED, evidence="old", carried_from=first),
        Item(0, "sweep", state=ItemState.CARRIED, carried_from=later),
        Item(0, "look", state=ItemState.CARRIED, carried_from=first),
    ]
    assert items.taken_over(OPEN.items, left) == (
        Item(0, "look", carried_from=first, assignee="U7", note="half done"),
        Item(1, "listen"),
        Item(2, "sweep", "health", 80, carried_from=first),
    )


def test_a_reminder_tells_how_much_is_open_and_the_ladder_ends_when_nothing_is() -> None:
    change = items.nagged(OPEN, MONDAY + HOUR, ("U1",), MONDAY + 2 * HOUR)
    assert change.events[0].data == {"rung": 1, "left": 2, "mention": ["U1"]}
    assert change.occurrence.nag_at == MONDAY + 2 * HOUR
    nothing = items.nagged(items.all_done(OPEN, "U1", MONDAY).occurrence, MONDAY + DAY, ("U1",), MONDAY + 2 * DAY)
    assert (nothing.events, nothing.occurrence.nag_at) == ((), None)
