"""Words and marks the terminal's answers share. Foreign text goes in as `Text`, which is never parsed as markup."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from core.failures.verdict import JudgedTest, State
from core.runs.model import Outcome, Run

OUTCOME_STYLE = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.ERROR: "magenta", Outcome.SKIPPED: "dim"}
LEVEL_STYLE = {"ok": "green", "warn": "yellow", "bad": "bold red"}
STATE_STYLE = {State.BROKEN: "bold red", State.FLAKY: "yellow", State.SUSPECT: "yellow", State.HEALTHY: "green"}


_INERT = {
    code: None
    for first, last in (
        (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x2069),
        (0xD800, 0xDFFF), (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
}  # fmt: skip
"""Characters that drive a terminal, turn text around or cannot be written; none is sent, whoever named a test so."""


def inert(text: str) -> str:
    """The text without them."""
    return text.translate(_INERT)


class InertConsole(Console):
    """Prints words as words: no markup, no emoji codes, and no control character but Rich's own styles."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, markup=False, **options)

    def render(self, renderable: Any, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=inert(segment.text))


def when(at: datetime, zone: ZoneInfo) -> str:
    """An instant as people of a zone write it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def heading(words: str, style: str = "bold") -> Text:
    return Text(words, style=style)


def bullets(sentences: Iterable[str], style: str = "") -> Iterable[Text]:
    """One line per sentence, indented."""
    for sentence in sentences:
        yield Text(f"  • {sentence}", style=style)


def section(title: str, sentences: Sequence[str], style: str = "") -> Iterable[Text]:
    """A title and its sentences; nothing where there is none."""
    if sentences:
        yield Text(f"\n{title}", style="bold")
        yield from bullets(sentences, style)


def grid(*columns: str, right: Sequence[int] = ()) -> Table:
    """A plain table with a header; `right` names columns of numbers by position."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in right else "left", overflow="fold")
    return table


def revision(run: Run) -> str:
    return run.revision[:10] if run.revision else ""


def evidence(test: JudgedTest) -> str:
    """k of n with its interval."""
    state = test.state
    return f"{state.failures} of {state.runs} runs, {state.low:.1%} to {state.high:.1%}"


def missing(test: JudgedTest) -> str:
    """What is still missing until a test counts as fixed."""
    state = test.state
    if state.passes_needed is None:
        return ""
    return f"{state.passes_missing} more passes" if state.passes_missing else "enough passes, not enough days"
