"""`t12 db cleanup` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import heading
from core.databases.cleanup import Preview


def draw(previews: Sequence[Preview], _zone: ZoneInfo) -> Iterable[RenderableType]:
    """What each rule matches, with the condition as the team wrote it."""
    for preview in previews:
        yield heading(preview.name)
        if preview.error:
            yield Text(preview.error, style="red")
        for each in preview.matched:
            yield Text(f"  • {each.rule.name}: {each.sentence}")
            yield Text(f"    WHERE {each.rule.where}", style="dim")
