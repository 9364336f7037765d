"""What to do about each cause category: the procedure book's three recommendations and ours in the same voice."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.failures.model import Category, Priority, Recommendation

_ORDER = (Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM, Priority.LOW)

RECOMMENDATIONS: Mapping[Category, Recommendation] = MappingProxyType(
    {
        # The first three are verbatim from the procedure book, "Failure Analysis and Response".
        Category.MOCK_CONFIG: Recommendation(
            "Mock Configuration Issues",
            "Review mock interface compliance using MOCK_CONFIGURATION_GUIDE.md",
            Priority.HIGH,
            "30 minutes",
        ),
        Category.DATABASE_SESSION: Recommendation(
            "Database Session Management",
            "Implement improved session cleanup procedures",
            Priority.MEDIUM,
            "45 minutes",
        ),
        Category.ASYNC_ISSUES: Recommendation(
            "Async/Await Problems",
            "Review async test patterns and ensure proper awaiting",
            Priority.HIGH,
            "60 minutes",
        ),
        Category.IMPORT_ERRORS: Recommendation(
            "Import Failures",
            "Install the declared dependencies in a clean environment and correct the import that fails",
            Priority.HIGH,
            "20 minutes",
        ),
        Category.ASSERTION: Recommendation(
            "Failed Assertions",
            "Compare expected with actual and decide whether the product or the expectation is wrong",
            Priority.MEDIUM,
            "45 minutes",
        ),
        Category.TIMEOUT: Recommendation(
            "Timeouts and Hanging Tests",
            "Find what the test waits for and bound that wait before raising any time limit",
            Priority.HIGH,
            "60 minutes",
        ),
        Category.NETWORK: Recommendation(
            "Network Dependencies",
            "Check that the service is reachable and replace outside calls in tests by a local stand-in",
            Priority.MEDIUM,
            "30 minutes",
        ),
        Category.PERMISSION: Recommendation(
            "File and System Permissions",
            "Give the test its own temporary directory and check the rights of the user that runs it",
            Priority.LOW,
            "20 minutes",
        ),
        Category.FIXTURE_ERROR: Recommendation(
            "Fixture Setup Problems",
            "Define or repair the named fixture and check its scope and the conftest.py that provides it",
            Priority.MEDIUM,
            "30 minutes",
        ),
        # A file that is not collected hides every test in it, so the suite's numbers stop meaning anything.
        Category.COLLECTION_ERROR: Recommendation(
            "Test Collection Failures",
            "Restore collection first: the tests of this file did not run and their results are missing",
            Priority.CRITICAL,
            "30 minutes",
        ),
        Category.WORKER_CRASH: Recommendation(
            "Crashed Test Workers",
            "Run the named test alone with faulthandler enabled and check memory limits and native extensions",
            Priority.CRITICAL,
            "90 minutes",
        ),
        Category.CODE_ERROR: Recommendation(
            "Errors in Product or Test Code",
            "Follow the traceback to the innermost own frame and correct the code that raised",
            Priority.MEDIUM,
            "45 minutes",
        ),
        Category.UNKNOWN: Recommendation(
            "Unrecognized Failures",
            "Read the failure text and add a rule for it under [[failures.rules]]",
            Priority.LOW,
            "15 minutes",
        ),
    }
)


def recommend(category: Category) -> Recommendation:
    """The recommendation for one category; every category has one."""
    return RECOMMENDATIONS[category]


def recommend_all(categories: Iterable[Category]) -> tuple[Recommendation, ...]:
    """One recommendation per distinct category, most urgent first, then in the order of `Category`."""
    present = set(categories)
    chosen = [RECOMMENDATIONS[category] for category in Category if category in present]
    return tuple(sorted(chosen, key=lambda recommendation: _ORDER.index(recommendation.priority)))
