"""Checks of the databases that tests use: whether they answer, and whether their sessions and files are well."""

from collections.abc import Sequence

from core.checks.model import Asked, Check, Finding, count_of, judged, unknown
from core.databases.model import DatabaseReport

_NONE = "No database is configured; name one under [databases] in t12.toml."


async def _reachable(asked: Asked, _value: float | None) -> Finding:
    if not asked.settings.databases:
        return unknown("databases_reachable", _NONE, "db")
    found = await asked.databases()
    gone = [each for each in found if not each.is_reachable]
    if not gone:
        told = f"{count_of(len(found), 'database')} answered: {', '.join(each.name for each in found)}."
        return judged("databases_reachable", True, told, "db")
    told = f"{len(gone)} of {count_of(len(found), 'database')} cannot be reached. {_first(gone)}"
    hint = "Start it, or mend its address, before tests are run."
    return judged("databases_reachable", False, told, "db", hint=hint)


async def _healthy(asked: Asked, _value: float | None) -> Finding:
    if not asked.settings.databases:
        return unknown("databases_healthy", _NONE, "db")
    found = [each for each in await asked.databases() if each.is_reachable]
    if not found:
        return unknown("databases_healthy", "No database could be looked at.", "db")
    ill = [each for each in found if each.problems]
    if not ill:
        return judged("databases_healthy", True, f"{count_of(len(found), 'database')} without a problem.", "db")
    count = sum(len(each.problems) for each in ill)
    told = f"{count_of(count, 'problem')} in {', '.join(each.name for each in ill)}. {_first(ill)}"
    hint = "The answer to db names the sessions, and who waits for whom."
    return judged("databases_healthy", False, told, "db", hint=hint)


def _first(found: Sequence[DatabaseReport]) -> str:
    sentence = found[0].problems[0].sentence if found[0].problems else ""
    return f"{found[0].name}: {sentence}"


DATABASE_CHECKS = (
    Check("databases_reachable", "Databases answer", _reachable),
    Check("databases_healthy", "Databases are well", _healthy),
)
