"""The answer to `matrix`: when each kind of test last ran, what is overdue, who is responsible, and what they do."""

from core.checklists.matrix import MatrixReport, MatrixRow
from handlers.commands import Ask

from . import place
from .incident import who
from .message import Message, fit
from .navigation import deeper
from .pieces import Json, Leaf, Line, bullets, header, line, moment, rich, said, small, strong, words


def render_matrix(report: MatrixReport, ask: Ask) -> Message:
    """A category after the other, in the order of the procedure book."""

    def draw(most: int) -> list[Json]:
        return [
            header(f"{place.plain(report.suite, place.WORD)}: {report.verdict}"),
            *(_category(row, report.runs_read, most) for row in report.rows),
            small(words(f"Read off the newest {_runs(report.runs_read)}; a daily kind is overdue after a business day "
                        "without it.")),
            *deeper(ask, "health", "runs"),
        ]  # fmt: skip

    return fit(draw, (10, 5, 2, 1, 0))


def _category(row: MatrixRow, runs_read: int, most: int) -> Json:
    name, frequency = row.category.name, row.category.frequency.lower()
    verdict = strong("overdue") if row.is_overdue else words("in time")
    return rich(
        line(strong(name), words(f", {frequency}: "), verdict),
        bullets([_last(row, runs_read), _responsible(row, most), [words(f"Tasks: {', '.join(row.category.tasks)}")]]),
    )


def _last(row: MatrixRow, runs_read: int) -> Line:
    if row.last_run is None:
        return [words(f"Ran in none of the newest {_runs(runs_read)}")]
    count = "1 test" if row.tests == 1 else f"{row.tests:,} tests"
    told = [words("Last ran "), moment(row.last_run.started_at), words(" in run ")]
    return [*told, said(row.last_run.name, place.WORD), words(f", {count}")]


def _responsible(row: MatrixRow, most: int) -> Line:
    found: list[Leaf] = [said(row.role, place.WORD)]
    for number, id_ in enumerate(row.people[:most]):
        found += [words(", " if number else ": "), who(id_)]
    left = len(row.people) - most
    return [*found, words(f" and {left} more")] if left > 0 else found


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
