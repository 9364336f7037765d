"""The buttons below an answer: pages, the questions that go deeper, and sharing."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from handlers.commands import Ask

from . import place
from .message import SHARE
from .pieces import Json, actions, ask_button, small, words

_Item = TypeVar("_Item")

PER_PAGE = 5
_OPENED = 5
"""Buttons that open one test, at most."""

_LABELS = {
    "health": "Show health",
    "failures": "Show failures",
    "flaky": "Show flaky tests",
    "slow": "Show slow tests",
    "resources": "Show resources",
    "runs": "List runs",
    "mocks": "Show mocks",
    "morning": "Show morning check",
    "report": "Show report",
}


def pages(count: int, per_page: int = PER_PAGE) -> int:
    """How many pages `count` items fill; an empty list is one page."""
    return max(1, -(-count // per_page))


def page_of(items: Sequence[_Item], page: int, per_page: int = PER_PAGE) -> tuple[Sequence[_Item], int]:
    """The items of a page, and the page really meant: one beyond the last is the last."""
    page = min(max(1, page), pages(len(items), per_page))
    return items[(page - 1) * per_page : page * per_page], page


def turn(ask: Ask, page: int, last: int) -> list[Json]:
    """Previous and Next, as far as there are such pages."""
    found: list[Json] = []
    if page > 1:
        found += ask_button(f"Previous (page {page - 1})", "page.previous", ask.at(page - 1))
    if page < last:
        found += ask_button(f"Next (page {page + 1} of {last})", "page.next", ask.at(page + 1))
    return found


def open_tests(ask: Ask, names: Iterable[str]) -> list[Json]:
    """A row of buttons, one per test, each once."""
    found: list[Json] = []
    for name in dict.fromkeys(names):
        label = "Open " + place.cut_name(place.clean(name.rsplit("::", 1)[-1][-400:]), 60)
        found += ask_button(label, f"test.show:{len(found) + 1}", ask.about("test", name))
        if len(found) == _OPENED:
            break
    return actions(found)


def deeper(ask: Ask, *words_: str, run: str | None = None, turns: Sequence[Json] = ()) -> list[Json]:
    """The row that every answer ends with: pages, other questions about the same suite, and sharing."""
    found = list(turns)
    for word in words_:
        about = ask.about(word, run if word == "failures" else None)
        found += ask_button(_LABELS[word], f"{word}.show", about)
    return actions([*found, *ask_button("Share in channel", SHARE, ask)])


def page_line(page: int, last: int, what: str) -> list[Json]:
    """Says which page this is, when there are several."""
    return [small(words(f"Page {page} of {last}, {what}"))] if last > 1 else []
