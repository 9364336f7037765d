"""`t12 ingest` in a terminal."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.text import Text

from bot.terminal.style import InertConsole, grid, when
from core.runs.model import RejectedReport, StoredBenchmarks, StoredReport

_MOST_WARNINGS = 3


def show_ingest(
    stored: Sequence[StoredReport],
    benchmarks: Sequence[StoredBenchmarks],
    rejected: Sequence[RejectedReport],
    zone: ZoneInfo,
) -> None:
    """One line per stored report with its warnings below, then the refused ones with their sentences."""
    console = InertConsole()
    if stored:
        table = grid(
            "run", "tests", "passed", "failed", "errors", "skipped", "started", "report", right=(1, 2, 3, 4, 5)
        )
        for each in stored:
            counts = each.counts
            source = Text(each.source).append("  (known already)" if each.duplicate else "", style="dim")
            for warning in each.warnings[:_MOST_WARNINGS]:
                source.append(f"\n{warning}", style="yellow")
            table.add_row(
                Text(each.run.name), str(counts.tests), str(counts.passed), str(counts.failed), str(counts.errors),
                str(counts.skipped), when(each.run.started_at, zone), source,
            )  # fmt: skip
        console.print(table)
    for kept in benchmarks:
        known = "  (known already)" if kept.duplicate else ""
        count = "1 benchmark" if kept.benchmarks == 1 else f"{kept.benchmarks} benchmarks"
        console.print(Text(f"{count} of {kept.machine} from {kept.source}").append(known, "dim"))
    for refused in rejected:
        console.print(
            Text("refused ", style="bold red")
            .append(refused.source, style="bold")
            .append(f": {refused.error}", style="")
        )
    files = [each.duplicate for each in stored] + [each.duplicate for each in benchmarks]
    new = files.count(False)
    console.print(f"{new} stored, {len(files) - new} known already, {len(rejected)} refused", style="bold")
