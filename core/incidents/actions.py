"""What to do about an incident: the procedure book's recommended actions, by severity and by cause."""

from collections.abc import Sequence

from core.failures.groups import known_category, name_words
from core.failures.model import Category
from core.failures.recommendation import recommend
from core.incidents.model import Incident, Kind, Severity

# Verbatim from the procedure book, "Automated Incident Detection".
BASE = (
    "Review test failure logs for detailed error information",
    "Check recent code changes that might affect failing tests",
    "Verify test environment configuration",
)
BY_SEVERITY: dict[Severity, tuple[str, ...]] = {
    Severity.CRITICAL: (
        "Immediately notify security team",
        "Stop deployment pipeline",
        "Escalate to team lead within 15 minutes",
    ),
    Severity.HIGH: (
        "Notify team lead within 1 hour",
        "Review integration test environment",
        "Check database connectivity and configuration",
    ),
}
BY_WORD: dict[str, str] = {
    "mock": "Review mock configuration compliance using MOCK_CONFIGURATION_GUIDE.md",
    "integration": "Check integration test environment and dependencies",
}

BY_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.VANISHED: (
        "Find out which change stopped collecting the tests: a setting, a moved folder, a deleted file",
        "Restore them, or resolve this incident if they were removed on purpose",
    ),
    Kind.SKIPPED: ("Read the reasons of the new skips and give each an owner and an end",),
    Kind.COVERAGE: ("Check that the run still writes its coverage report and sends it along",),
    Kind.DIED: (
        "Look at the end of the run's console log: which test was running, and who ended the process",
        "Run that test alone, with a time limit",
    ),
    Kind.SILENT: (
        "Look whether CI still runs the suite, and whether it still sends its reports",
        "`doctor` says when the last report came and over which way",
    ),
    Kind.DECLARED: (),
    Kind.WATCH: ("Look at the log of T12 and at its machine, its database and its connection to Slack",),
}
"""Ours, for what the book has no words for."""


def recommended_actions(incident: Incident) -> Sequence[str]:
    """What to do, in this order: what is special about the incident, then what the book says."""
    found: list[str] = []
    if incident.kind in BY_KIND:
        found += BY_KIND[incident.kind]
    category = known_category(incident.cause)
    if incident.kind in (Kind.FAILURES, Kind.COLLECTION) and category is not Category.UNKNOWN:
        found.append(recommend(category).action)
    if incident.kind in (Kind.FAILURES, Kind.COLLECTION):
        found += BASE
        found += BY_SEVERITY.get(incident.severity, ())
        present = frozenset[str]().union(*(name_words(each.name) for each in incident.tests))
        found += [action for word, action in BY_WORD.items() if word in present]
    elif incident.severity is Severity.CRITICAL:
        found += BY_SEVERITY[Severity.CRITICAL]
    return tuple(dict.fromkeys(found))
