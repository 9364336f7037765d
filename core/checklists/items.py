"""What people and checks do to the items of an occurrence. Pure; repeating one changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.checklists.model import Event, Happened, Item, ItemState, Occurrence, Standing
from core.errors import UsageError
from core.incidents.lifecycle import mention
from core.incidents.model import ENGINE

_LONGEST = 500
_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an occurrence; no event: nothing changed."""

    occurrence: Occurrence
    events: tuple[Event, ...] = ()
    answer: str = ""


def done(occurrence: Occurrence, position: int, who: str, now: datetime, reason: str = "") -> Change:
    """An item is done; one that its check did not tick needs a reason."""
    item = _item(occurrence, position)
    if (refused := _refused(occurrence, item, ItemState.DONE)) is not None:
        return refused
    if item.evidence and not reason.strip():
        return Change(occurrence, answer="Its check did not tick it: check again, or say why it is done all the same.")
    reason = reason.strip()[:_LONGEST]
    changed = replace(item, state=ItemState.DONE, by=who, at=now, reason=reason)
    return _changed(occurrence, changed, Happened.DONE, who, now, reason=reason)


def all_done(occurrence: Occurrence, who: str, now: datetime) -> Change:
    """Everything that is open is done, but for what a check did not tick: each of that needs a reason of its own."""
    if not occurrence.open_items or not occurrence.is_open:
        return Change(occurrence, answer="Nothing on it is open.")
    change = Change(occurrence)
    for item in occurrence.open_items:
        step = done(change.occurrence, item.position, who, now)
        change = Change(step.occurrence, (*change.events, *step.events))
    left = len(change.occurrence.open_items)
    return replace(change, answer=_left_open(left, bool(change.events)) if left else "Done.")


def _left_open(left: int, is_any_done: bool) -> str:
    stays = "1 item stays open because its check" if left == 1 else f"{left} items stay open because their checks"
    told = f"{stays} did not tick {'it' if left == 1 else 'them'}: check again, or say why it is done all the same."
    return f"Done; {told}" if is_any_done else told


def skipped(occurrence: Occurrence, position: int, who: str, now: datetime, reason: str) -> Change:
    """An item is left out today; a reason is needed."""
    item = _item(occurrence, position)
    if not reason.strip():
        return Change(occurrence, answer="Say why it is skipped: others will ask.")
    if (refused := _refused(occurrence, item, ItemState.SKIPPED)) is not None:
        return refused
    reason = reason.strip()[:_LONGEST]
    changed = replace(item, state=ItemState.SKIPPED, by=who, at=now, reason=reason)
    return _changed(occurrence, changed, Happened.SKIPPED, who, now, reason=reason)


def undone(occurrence: Occurrence, position: int, who: str, now: datetime) -> Change:
    """An item is open again."""
    item = _item(occurrence, position)
    if not occurrence.is_open:
        return Change(occurrence, answer="This list is closed; what was open is in its summary.")
    if item.is_open:
        return Change(occurrence, answer="It is open already.")
    changed = replace(item, state=ItemState.OPEN, by=None, at=None, reason="")
    return _changed(occurrence, changed, Happened.UNDONE, who, now)


def assigned(occurrence: Occurrence, position: int, who: str, now: datetime, to: str) -> Change:
    item = _item(occurrence, position)
    if not occurrence.is_open:
        return Change(occurrence, answer="This list is closed.")
    to = to.strip()
    if not to or len(to) > _LONGEST_ID:
        return Change(occurrence, answer="Name one person to assign it to.")
    if item.assignee == to:
        return Change(occurrence, answer="That person has it already.")
    return _changed(occurrence, replace(item, assignee=to), Happened.ASSIGNED, who, now, to=to)


def noted(occurrence: Occurrence, position: int, who: str, now: datetime, text: str) -> Change:
    item = _item(occurrence, position)
    if not text.strip():
        return Change(occurrence, answer="A note needs words.")
    note = text.strip()[:_LONGEST]
    if item.note == note:
        return Change(occurrence, answer="That is noted already.")
    return _changed(occurrence, replace(item, note=note), Happened.NOTED, who, now, note=note)


def checked(occurrence: Occurrence, position: int, now: datetime, *, passed: bool, evidence: str) -> Change:
    """A check ran: what passes is ticked with its evidence, what fails says what it found. A person's word stays."""
    item = _item(occurrence, position)
    if not occurrence.is_open or not item.is_open or item.evidence:
        return Change(occurrence)
    changed = replace(item, evidence=evidence)
    if passed:
        changed = replace(changed, state=ItemState.DONE, by=ENGINE, at=now)
    kind = Happened.DONE if passed else Happened.CHECKED
    return _changed(occurrence, changed, kind, ENGINE, now, evidence=evidence)


def checked_anew(occurrence: Occurrence, position: int, who: str, now: datetime) -> Change:
    """Forget what the check found, so that it runs again."""
    item = _item(occurrence, position)
    if not item.check or not item.is_open or not occurrence.is_open:
        return Change(occurrence, answer="There is nothing to check on it now.")
    change = _changed(occurrence, replace(item, evidence=""), Happened.CHECKED, who, now, again=True)
    return replace(change, answer="It is checked anew.")


def closed(occurrence: Occurrence, now: datetime) -> Change:
    """The time is over: what is still open is carried over where the list says so, and everything is summed up."""
    if not occurrence.is_open:
        return Change(occurrence)
    carries, left = bool(occurrence.carry_to), len(occurrence.open_items)
    items = carried_over(occurrence.items, occurrence.on, now) if carries else occurrence.items
    ended = replace(occurrence, items=items, standing=Standing.CLOSED, closed_at=now, closes_at=None, nag_at=None)
    data = {"done": ended.done, "items": len(items), "left": left, "carried": left if carries else 0}
    return Change(ended, (Event(Happened.CLOSED, now, ENGINE, data),))


def carried_over(items: Iterable[Item], on: date, now: datetime) -> tuple[Item, ...]:
    """What is open goes on to another list, and keeps the day it was first due."""
    return tuple(
        replace(each, state=ItemState.CARRIED, at=now, carried_from=each.carried_from or on) if each.is_open else each
        for each in items
    )


def taken_over(own: Iterable[Item], left: Iterable[Item]) -> tuple[Item, ...]:
    """A new list's items with what others left over: each text once, since the first day it was due."""
    found = {each.text: each for each in own}
    for each in left:
        known = found.get(each.text)
        if known is None:
            found[each.text] = replace(each, position=len(found), state=ItemState.OPEN, by=None, at=None, evidence="")
        else:
            since = min(day for day in (known.carried_from, each.carried_from) if day is not None)
            assignee, note = known.assignee or each.assignee, known.note or each.note
            found[each.text] = replace(known, carried_from=since, assignee=assignee, note=note)
    return tuple(found.values())


def nagged(occurrence: Occurrence, now: datetime, mention: tuple[str, ...], next_at: datetime | None) -> Change:
    """Open items are brought to mind: one rung up the ladder."""
    if not occurrence.is_open:
        return Change(occurrence)
    left = len(occurrence.open_items)
    climbed = replace(occurrence, nagged=occurrence.nagged + 1, nag_at=next_at if left else None)
    if not left:
        return Change(climbed)
    data = {"rung": climbed.nagged, "left": left, "mention": list(mention)}
    return Change(climbed, (Event(Happened.NAGGED, now, ENGINE, data),))


def _item(occurrence: Occurrence, position: int) -> Item:
    """Raises `UsageError` for a line that is not there."""
    found = next((each for each in occurrence.items if each.position == position), None)
    if found is None:
        raise UsageError("that item is not on this list; look at the list again")
    return found


def _refused(occurrence: Occurrence, item: Item, wanted: ItemState) -> Change | None:
    if not occurrence.is_open:
        return Change(occurrence, answer="This list is closed; what was open is in its summary.")
    if item.state is wanted:
        by = f" by {mention(item.by)}" if item.by else ""
        return Change(occurrence, answer=f"Already {wanted.value}{by}.")
    if not item.is_open:
        return Change(occurrence, answer=f"It is {item.state.value} by {mention(item.by)}; undo that first.")
    return None


def _changed(occurrence: Occurrence, item: Item, kind: Happened, who: str, now: datetime, **data: object) -> Change:
    items = tuple(item if each.position == item.position else each for each in occurrence.items)
    event = Event(kind, now, who, {"item": item.position, "text": item.text, **data})
    return Change(replace(occurrence, items=items), (event,), f"{kind.value.capitalize()}.")
