"""The figures of incidents in a terminal."""

import io
from zoneinfo import ZoneInfo

from bot.terminal.incident_stats import draw
from bot.terminal.style import InertConsole
from tests.handlers.messages.figures import some_stats


def drawn(count: int, suite: str | None = None) -> str:
    console = InertConsole(file=io.StringIO(), width=120)
    for part in draw(some_stats(count, suite), ZoneInfo("UTC")):
        console.print(part)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_each_severity_and_all_together_have_a_row() -> None:
    words = drawn(9)
    rows = [line.split()[0] for line in words.splitlines() if line.strip()]
    assert rows[2:7] == ["critical", "high", "medium", "low", "all"]
    assert "median, mean" in words


def test_each_month_has_a_bar_with_its_count() -> None:
    assert "█ 1" in drawn(3) or "█ 2" in drawn(3)


def test_no_incident_is_said_in_a_line() -> None:
    (line,) = drawn(0, "backend").splitlines()
    assert line.startswith("backend: 0 incidents since")
