"""Promises about recommendations: the procedure book's three are verbatim, every category has one."""

import pytest

from core.failures.model import Category, Priority, Recommendation
from core.failures.recommendation import RECOMMENDATIONS, recommend, recommend_all

BOOK = {
    Category.MOCK_CONFIG: (
        "Mock Configuration Issues",
        "Review mock interface compliance using MOCK_CONFIGURATION_GUIDE.md",
        "HIGH",
        "30 minutes",
    ),
    Category.DATABASE_SESSION: (
        "Database Session Management",
        "Implement improved session cleanup procedures",
        "MEDIUM",
        "45 minutes",
    ),
    Category.ASYNC_ISSUES: (
        "Async/Await Problems",
        "Review async test patterns and ensure proper awaiting",
        "HIGH",
        "60 minutes",
    ),
}


@pytest.mark.parametrize("category", list(BOOK))
def test_the_procedure_book_is_quoted_to_the_letter(category: Category) -> None:
    given = recommend(category)
    assert (given.issue, given.action, given.priority, given.estimated_time) == BOOK[category]


def test_every_category_has_its_own_recommendation() -> None:
    assert set(RECOMMENDATIONS) == set(Category)
    assert len({recommendation.issue for recommendation in RECOMMENDATIONS.values()}) == len(Category)


@pytest.mark.parametrize("recommendation", RECOMMENDATIONS.values(), ids=lambda recommendation: recommendation.issue)
def test_every_recommendation_reads_like_the_book(recommendation: Recommendation) -> None:
    assert (
        recommendation.issue.istitle()
        or "/" in recommendation.issue
        or " and " in recommendation.issue
        or " or " in recommendation.issue
    )
    assert recommendation.action[0].isupper()
    assert not recommendation.action.endswith(".")
    assert recommendation.estimated_time.split()[1] == "minutes"


def test_recommendations_come_once_each_and_most_urgent_first() -> None:
    given = recommend_all([Category.CODE_ERROR, Category.MOCK_CONFIG, Category.WORKER_CRASH, Category.MOCK_CONFIG])
    assert [recommendation.priority for recommendation in given] == [Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM]


def test_no_failure_needs_no_recommendation() -> None:
    assert recommend_all([]) == ()
