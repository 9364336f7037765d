"""The procedure book's lists and its matrix of test categories, in its words, with its minutes."""

from dataclasses import dataclass

from core.checklists.model import ItemSpec


@dataclass(frozen=True, slots=True)
class BookList:
    """A list of the book, and what we set where the book says nothing."""

    title: str
    cadence: str
    at: str
    items: tuple[ItemSpec, ...]
    minutes: int = 0
    role: str = ""
    carry_to: str = ""
    """Key of the list that takes over what was not done."""
    open_days: int = 1


@dataclass(frozen=True, slots=True)
class Category:
    """A row of the book's test category matrix."""

    name: str
    frequency: str
    days: int
    """Days after which it is overdue when it did not run."""
    responsible: str
    """Role, by its name in the settings."""
    tasks: tuple[str, ...]
    words: tuple[str, ...]
    """Words of a test's path, class or name that make it one of these; none: what is left."""


def _item(text: str, check: str = "", value: float | None = None, how: str = "") -> ItemSpec:
    return ItemSpec(text, check, value, how)


LISTS: dict[str, BookList] = {
    "start_of_day": BookList(
        "Start of day", "business days", "09:00",
        (
            _item("Run morning health check script", "morning_check", 80, "`/t12 morning`"),
            _item("Review overnight test failures", "failures_owned", how="`/t12 failures` and `/t12 incident`"),
            _item("Check resource usage from previous day", "resources_fine", how="`/t12 resources`"),
            _item("Validate test environment status", "dependencies", how="`/t12 morning`"),
        ),
        5, "developer",
    ),
    "daily_tasks": BookList(
        "Daily tasks", "business days", "10:00",
        (
            _item("Monitor test execution time trends", "no_duration_regression", how="`/t12 slow`"),
            _item("Review failed test reports", "failures_owned", how="`/t12 failures`"),
            _item("Validate mock interface compliance", "mock_audit", how="`/t12 mocks`"),
            _item("Check database session cleanup", "databases_healthy", how="`/t12 db`"),
        ),
        0, "developer",
    ),
    "end_of_day": BookList(
        "End of day", "business days", "17:00",
        (
            _item("Review daily test metrics", "health", 80, "`/t12 health`"),
            _item("Check for performance regressions", "no_duration_regression", how="`/t12 slow`"),
            _item("Update test failure tracking", "failures_owned", how="`/t12 incident`"),
            _item("Plan next day's test maintenance tasks"),
        ),
        10, "developer",
    ),
    "monday": BookList(
        "Monday", "mon", "09:00",
        (
            _item("Full mock interface compliance audit", "mock_audit", how="`/t12 mocks`"),
            _item("Review test performance trends", "no_duration_regression", how="`/t12 slow`"),
            _item("Update security test scenarios"),
            _item("Check database test data cleanup", how="`/t12 db cleanup`"),
        ),
        30, "qa_team", "wednesday",
    ),
    "wednesday": BookList(
        "Wednesday", "wed", "09:00",
        (
            _item("Integration test environment validation", "databases_reachable", how="`/t12 morning`"),
            _item("Review and update test documentation"),
            _item("Check for obsolete test cases"),
            _item("Validate test coverage metrics", "coverage", 80, "`/t12 health`"),
        ),
        20, "qa_team", "friday",
    ),
    "friday": BookList(
        "Friday", "fri", "09:00",
        (
            _item("Weekly test health report generation", "health", 80, "`/t12 report weekly`"),
            _item("Performance benchmark updates"),
            _item("Test maintenance task prioritization"),
            _item("Team knowledge sharing session"),
        ),
        25, "qa_team", "monday",
    ),
    "weekly_tasks": BookList(
        "Weekly tasks", "tue", "09:00",
        (
            _item("Update security test scenarios"),
            _item("Review performance benchmarks", how="`/t12 slow`"),
            _item("Audit test coverage reports", "coverage", 80, "`/t12 health`"),
            _item("Clean up obsolete test data"),
        ),
        0, "qa_team", "weekly_tasks", 4,
    ),
    "first_week": BookList(
        "First week of the month", "first mon of month", "09:30",
        (
            _item("Complete test architecture review"),
            _item("Mock configuration major audit", "mock_audit", how="`/t12 mocks`"),
            _item("Test infrastructure optimization"),
            _item("Tool and framework updates assessment"),
        ),
        0, "team_lead", "second_week", 5,
    ),
    "second_week": BookList(
        "Second week of the month", "second mon of month", "09:30",
        (
            _item("Test data management review"),
            _item("Database performance optimization"),
            _item("Resource usage analysis", "resources_fine", how="`/t12 resources`"),
            _item("Flaky test identification and fixing", "no_flaky", how="`/t12 flaky`"),
        ),
        0, "team_lead", "third_week", 5,
    ),
    "third_week": BookList(
        "Third week of the month", "third mon of month", "09:30",
        (
            _item("Test documentation comprehensive update"),
            _item("Training material creation/update"),
            _item("Best practices refinement"),
            _item("Cross-team knowledge sharing"),
        ),
        0, "team_lead", "fourth_week", 5,
    ),
    "fourth_week": BookList(
        "Fourth week of the month", "fourth mon of month", "09:30",
        (
            _item("Quarterly planning preparation"),
            _item("Test strategy review"),
            _item("Tool evaluation and selection"),
            _item("Maintenance procedure optimization"),
        ),
        0, "team_lead", "first_week", 5,
    ),
    "monthly_tasks": BookList(
        "Monthly tasks", "first tue of month", "09:30",
        (
            _item("Complete mock interface audit", "mock_audit", how="`/t12 mocks`"),
            _item("Performance optimization review"),
            _item("Test architecture assessment"),
            _item("Documentation updates"),
        ),
        0, "team_lead", "monthly_tasks", 5,
    ),
    "quarterly_tasks": BookList(
        "Quarterly tasks", "first wed of quarter", "09:30",
        (
            _item("Major refactoring planning"),
            _item("Tool and framework updates"),
            _item("Test strategy review"),
            _item("Training and knowledge sharing"),
        ),
        0, "team_lead", "quarterly_tasks", 10,
    ),
}  # fmt: skip
"""By key, in the order of a day. Minutes are the book's; 0 where it gives none."""

MATRIX: tuple[Category, ...] = (
    Category("Unit Tests", "Daily", 1, "developer", ("Mock updates", "assertion validation"), ()),
    Category("Integration Tests", "Daily", 1, "qa_engineer", ("Database cleanup", "mock consistency"),
             ("integration",)),
    Category("Security Tests", "Weekly", 7, "security_team", ("Threat model updates", "vulnerability tests"),
             ("security", "authentication", "authorization", "encryption")),
    Category("Performance Tests", "Weekly", 7, "devops", ("Benchmark validation", "threshold updates"),
             ("performance", "benchmark", "load")),
    Category("End-to-End Tests", "Bi-weekly", 14, "qa_lead", ("Scenario updates", "environment validation"),
             ("e2e", "end_to_end", "endtoend")),
)  # fmt: skip
"""The book's "Test Category Matrix"."""
