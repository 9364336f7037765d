"""What is open on the checklists, for one person first; and today's items on the Home tab."""

from collections.abc import Sequence

from core.checklists.model import Item, ItemState, Occurrence

from . import place
from .checklist import headline
from .incident import who
from .message import Message, and_more, fit
from .pieces import Json, Leaf, Line, actions, bullets, button, header, line, paragraph, rich, said, strong, words

_MOST = (10, 6, 4, 2, 1)
_AT_HOME = 5


def render_checklists(occurrences: Sequence[Occurrence], user: str) -> Message:
    """The open ones with what is open on them, and a button to each; what is the reader's comes first."""

    def draw(most: int) -> list[Json]:
        if not occurrences:
            return [header("Checklists"), paragraph(words("No checklist is open. "), words("/t12 checklist history"),
                                                    words(" shows the last ones."))]  # fmt: skip
        blocks: list[Json] = [header("Open checklists")]
        mine = _mine(occurrences, user)
        if mine:
            blocks.append(rich(line(strong("Yours")), bullets(and_more(mine[:most], len(mine)))))
        for each in occurrences[:most]:
            blocks += _one(each, most)
        return blocks

    return fit(draw, _MOST)


def render_history(occurrences: Sequence[Occurrence]) -> Message:
    """The last occurrences, a line each, with a button to each."""

    def draw(most: int) -> list[Json]:
        if not occurrences:
            return [header("Checklists"), paragraph(words("No checklist was posted yet."))]
        lines: list[Line] = [[words(f"{headline(each)} ({each.standing.value})")] for each in occurrences[:most]]
        shown = [_button(each) for each in occurrences[: min(most, 5)]]
        return [header("The last checklists"), rich(bullets(and_more(lines, len(occurrences)))), *actions(shown)]

    return fit(draw, (20, 10, 5, 2))


def checklists_at_home(occurrences: Sequence[Occurrence], user: str) -> list[Json]:
    """Today's open items, the reader's first; nothing where nothing is open."""
    if not any(each.open_items for each in occurrences):
        return []
    lines = [*_mine(occurrences, user), *(_line(each, item) for each in occurrences for item in each.open_items
                                          if item.assignee != user)]  # fmt: skip
    listed = rich(line(strong("Checklist items of today")), bullets(and_more(lines[:_AT_HOME], len(lines))))
    return [listed, *actions([_button(each) for each in occurrences[:_AT_HOME]])]


def _one(occurrence: Occurrence, most: int) -> list[Json]:
    lines: list[Line] = [[words(f"{_done(item)}"), said(item.text, 150)] for item in occurrence.items[:most]]
    return [
        rich(line(strong(headline(occurrence))), bullets(and_more(lines, len(occurrence.items)))),
        *actions([_button(occurrence)]),
    ]


def _done(item: Item) -> str:
    return {ItemState.OPEN: "Open: ", ItemState.DONE: "Done: ", ItemState.SKIPPED: "Skipped: "}.get(
        item.state, "Carries over: "
    )


def _mine(occurrences: Sequence[Occurrence], user: str) -> list[Line]:
    return [_line(each, item) for each in occurrences for item in each.open_items if item.assignee == user]


def _line(occurrence: Occurrence, item: Item) -> list[Leaf]:
    found: list[Leaf] = [said(item.text, 120), words(" ("), said(occurrence.title, 60), words(")")]
    return [*found, words(" for "), who(item.assignee)] if item.assignee else found


def _button(occurrence: Occurrence) -> Json:
    label = f"{place.plain(occurrence.title, 40)} {occurrence.on:%a} {occurrence.on.day}"
    return button(label, f"checklist.show:{occurrence.id}", str(occurrence.id))
