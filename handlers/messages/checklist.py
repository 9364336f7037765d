"""The card of one occurrence of a checklist: its items with who did what, what T12 found, and the buttons."""

from collections.abc import Sequence

from core.checklists.model import Event, Happened, Item, ItemState, Occurrence, Standing
from core.incidents.model import ENGINE

from . import place
from .incident import menu, who
from .message import Message, and_more, compose, fit, trimmed
from .pieces import (
    Json,
    Leaf,
    Line,
    actions,
    bullets,
    button,
    header,
    line,
    moment,
    paragraph,
    rich,
    said,
    small,
    strong,
    words,
)

_MOST = (12, 8, 6, 4, 2, 1)

MENU: tuple[tuple[str, str], ...] = (("skip", "Skip…"), ("assign", "Assign…"), ("note", "Add a note…"))
CHECK_AGAIN = ("check", "Check again")
OVERRULE = ("overrule", "Done all the same…")

_WORDS = {
    ItemState.OPEN: "open",
    ItemState.DONE: "done",
    ItemState.SKIPPED: "skipped",
    ItemState.CARRIED: "carries over",
}


def render_checklist(occurrence: Occurrence, role: str) -> Message:
    """Drawn anew whenever an item changes; `role` is the title of who is responsible."""

    def draw(most: int) -> list[Json]:
        items = [block for item in occurrence.items[:most] for block in _item(occurrence, item)]
        left = len(occurrence.items) - most
        more = [paragraph(words(f"and {left} more; "), words("/t12 checklist shows them all"))] if left > 0 else []
        listed = items or [paragraph(words("Nothing is on it."))]
        return [header(headline(occurrence)), small(*_about(occurrence, role)), *listed, *more, *_end(occurrence)]

    return fit(draw, _MOST)


def headline(occurrence: Occurrence) -> str:
    """What it is and how far it is, in one line."""
    title = place.plain(occurrence.title, 80)
    told = f"{occurrence.done} of {len(occurrence.items)} done"
    return f"{title}, {occurrence.on:%a} {occurrence.on.day} {occurrence.on:%b}: {told}"


def render_checklist_event(event: Event, occurrence: Occurrence) -> Message:
    """A reply in the thread: a reminder, or the summary at the end."""
    if event.type is Happened.CLOSED:
        return fit(lambda most: _summary(occurrence, most), (20, 10, 6, 3, 0))
    people: list[Leaf] = []
    for id_ in _mentioned(event):
        people += [who(id_), words(" ")]
    count = len(occurrence.open_items)
    shown = [[said(each.text, 150)] for each in occurrence.open_items[:5]]
    told = "1 item is" if count == 1 else f"{count} items are"
    return trimmed(compose([rich(line(*people, strong(f"{told} still open")), bullets(shown))] if shown else
                           [paragraph(words("Nothing is open any more."))]))  # fmt: skip


def _mentioned(event: Event) -> Sequence[str]:
    found = event.data.get("mention")
    return [str(each) for each in found[:20]] if isinstance(found, list) else []


def _about(occurrence: Occurrence, role: str) -> list[Leaf]:
    found: list[Leaf] = [words(f"{place.plain(role, place.WORD)} · ")] if role else []
    if occurrence.minutes:
        found.append(words(f"{occurrence.minutes} minutes · "))
    found += [words("due "), moment(occurrence.due_at)]
    if occurrence.is_late:
        found.append(words(" · posted late"))
    if occurrence.moved_from is not None:
        found.append(words(f" · moved from {occurrence.moved_from:%a} {occurrence.moved_from.day} "
                           f"{occurrence.moved_from:%b}, a day off"))  # fmt: skip
    if occurrence.standing is Standing.CLOSED:
        found.append(words(" · closed"))
    return found


def _item(occurrence: Occurrence, item: Item) -> list[Json]:
    lines = [line(strong(f"{_WORDS[item.state].capitalize()}: "), said(item.text, 200), *_since(item))]
    details = _details(item)
    if details:
        lines.append(bullets(details))
    return [rich(*lines), *(_buttons(occurrence, item) if occurrence.is_open else [])]


def _since(item: Item) -> list[Leaf]:
    since = item.carried_from
    return [words(f" (since {since:%a} {since.day} {since:%b})")] if since is not None else []


def _details(item: Item) -> list[list[Leaf]]:
    found: list[list[Leaf]] = []
    if item.by is not None and item.at is not None:
        found.append([words("By "), who(item.by), words(", "), moment(item.at)])
    if item.reason:
        found.append([words("Reason: "), said(item.reason, 200)])
    if item.evidence:
        found.append([words("Checked: " if item.by == ENGINE else "T12 found: "), said(item.evidence, 300)])
    if item.assignee and item.is_open:
        found.append([words("For "), who(item.assignee)])
    if item.note:
        found.append([words("Note: "), said(item.note, 200)])
    if item.how and item.is_open:
        found.append([words("How: "), said(item.how.replace("`", ""), 150)])
    return found


def _buttons(occurrence: Occurrence, item: Item) -> list[Json]:
    value = f"{occurrence.id}:{item.position}"
    if not item.is_open:
        return actions([button("Undo", f"checklist.undo:{item.position}", value)])
    entries = [*MENU, *([CHECK_AGAIN] if item.check else []), *([OVERRULE] if item.evidence else [])]
    done = [] if item.evidence else [button("Done", f"checklist.done:{item.position}", value, style="primary")]
    return actions([*done, menu("More", f"checklist.more:{item.position}", value, entries)])


def _end(occurrence: Occurrence) -> list[Json]:
    if not occurrence.is_open or len(occurrence.open_items) < 2:
        return []
    return actions([button("All done", "checklist.all_done", str(occurrence.id))])


def _summary(occurrence: Occurrence, most: int) -> list[Json]:
    """What was done and by whom, what was skipped and why, what carries over."""
    found: list[Line] = []
    for item in occurrence.items[:most]:
        told: list[Leaf] = [strong(f"{_WORDS[item.state].capitalize()}: "), said(item.text, 150)]
        if item.by is not None:
            told += [words(", by "), who(item.by)]
        if item.reason:
            told += [words(": "), said(item.reason, 150)]
        found.append(told)
    carried = sum(item.state is ItemState.CARRIED for item in occurrence.items)
    left = len(occurrence.open_items)
    end = f", {carried} carried over" if carried else f", {left} left open" if left else ""
    done = f"{occurrence.done} of {len(occurrence.items)} done{end}"
    return [rich(line(strong(f"Summary: {done}")), bullets(and_more(found, len(occurrence.items))))]
