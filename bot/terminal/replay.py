"""`t12 replay` in a terminal."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.replay.simulation import Post, Replayed
from bot.terminal.incidents import SEVERITY_STYLE, incident_table
from bot.terminal.style import section, when

_MOST_LINES = 9
_WHAT_STYLE = {"opened": "bold red", "reopened": "bold red", "escalated": "yellow", "resolved": "green"}


def draw(found: Replayed, zone: ZoneInfo) -> Iterable[RenderableType]:
    """The posts in their order, those of one moment together; then the incidents, and how much was said."""
    severities = {each.incident.id: each.incident.severity for each in found.incidents}
    for at, posts in groupby(found.posts, key=lambda post: post.at):
        yield Text(f"\n{when(at, zone)}", style="bold")
        for post in posts:
            mark = Text(f"  {post.what.replace('_', ' ')} ", style=_WHAT_STYLE.get(post.what, "cyan"))
            yield mark.append(f"incident {post.incident}", style=SEVERITY_STYLE[severities[post.incident]])
            yield Padding(Text(_shown(post)), (0, 0, 0, 4))
    if found.incidents:
        yield Text("\nIncidents", style="bold")
        yield incident_table(found.incidents, zone)
    yield from section("Refused", found.refused, "yellow")
    counts = Counter(post.what.replace("_", " ") for post in found.posts)
    told = ", ".join(f"{count} {what}" for what, count in counts.most_common())
    posts_told = f"{len(found.posts)} messages ({told})" if told else "no message"
    yield Text(f"\n{found.runs} runs, {len(found.incidents)} incidents, {posts_told}", style="bold")


def _shown(post: Post) -> str:
    lines = [line for line in post.text.splitlines() if line.strip()]
    left = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], *([f"… {left} more lines"] if left > 0 else [])])
