"""`t12 morning` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, section, when
from core.briefings.model import Morning
from core.checks import State

_STYLE = {State.PASSED: "green", State.FAILED: "bold red", State.UNKNOWN: "yellow"}


def draw(morning: Morning, zone: ZoneInfo) -> Iterable[RenderableType]:
    """The score, one line a check, and what to do."""
    alarm = f", below {morning.alert_below:g}: the suite needs attention" if morning.alert else ""
    yield Text(f"{morning.score:g} of 100{alarm}", style="bold red" if morning.alert else "bold green")
    yield Text(f"morning check of {when(morning.at, zone)}", style="dim")
    table = grid("", "check", "evidence", "seconds", right=(3,))
    for each in morning.findings:
        name = Text(each.name.replace("_", " "))
        table.add_row(
            Text(each.state.value, style=_STYLE[each.state]), name, Text(each.evidence), f"{each.seconds:.1f}"
        )
    yield table
    yield from section("What takes points off", [f"−{each.points:g} {each.area}" for each in morning.deductions])
    hints = [f"{each.name.replace('_', ' ')}: {each.hint}" for each in morning.findings if each.hint]
    yield from section("What to do", hints)
    yield from section("Caveats", morning.caveats, "dim")
