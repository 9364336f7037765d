"""The lists and the matrix are the procedure book's, word for word."""

import re

import pytest

from core.checklists.book import LISTS, MATRIX
from core.checklists.cadence import parse_cadence
from core.settings import CHECKS

BOOK = """
**Daily Tasks**:
- Monitor test execution time trends
- Review failed test reports
- Validate mock interface compliance
- Check database session cleanup

**Weekly Tasks**:
- Update security test scenarios
- Review performance benchmarks
- Audit test coverage reports
- Clean up obsolete test data

**Monthly Tasks**:
- Complete mock interface audit
- Performance optimization review
- Test architecture assessment
- Documentation updates

**Quarterly Tasks**:
- Major refactoring planning
- Tool and framework updates
- Test strategy review
- Training and knowledge sharing

**Start of Day** (5 minutes):
- [ ] Run morning health check script
- [ ] Review overnight test failures
- [ ] Check resource usage from previous day
- [ ] Validate test environment status

**End of Day** (10 minutes):
- [ ] Review daily test metrics
- [ ] Check for performance regressions
- [ ] Update test failure tracking
- [ ] Plan next day's test maintenance tasks

**Monday** (30 minutes):
- [ ] Full mock interface compliance audit
- [ ] Review test performance trends
- [ ] Update security test scenarios
- [ ] Check database test data cleanup

**Wednesday** (20 minutes):
- [ ] Integration test environment validation
- [ ] Review and update test documentation
- [ ] Check for obsolete test cases
- [ ] Validate test coverage metrics

**Friday** (25 minutes):
- [ ] Weekly test health report generation
- [ ] Performance benchmark updates
- [ ] Test maintenance task prioritization
- [ ] Team knowledge sharing session

**First Week**:
- [ ] Complete test architecture review
- [ ] Mock configuration major audit
- [ ] Test infrastructure optimization
- [ ] Tool and framework updates assessment

**Second Week**:
- [ ] Test data management review
- [ ] Database performance optimization
- [ ] Resource usage analysis
- [ ] Flaky test identification and fixing

**Third Week**:
- [ ] Test documentation comprehensive update
- [ ] Training material creation/update
- [ ] Best practices refinement
- [ ] Cross-team knowledge sharing

**Fourth Week**:
- [ ] Quarterly planning preparation
- [ ] Test strategy review
- [ ] Tool evaluation and selection
- [ ] Maintenance procedure optimization
"""

TABLE = """
| Unit Tests | Daily | Developer | Mock updates, assertion validation |
| Integration Tests | Daily | QA Engineer | Database cleanup, mock consistency |
| Security Tests | Weekly | Security Team | Threat model updates, vulnerability tests |
| Performance Tests | Weekly | DevOps | Benchmark validation, threshold updates |
| End-to-End Tests | Bi-weekly | QA Lead | Scenario updates, environment validation |
"""

CADENCES = {
    "start_of_day": "business days", "daily_tasks": "business days", "end_of_day": "business days", "monday": "mon",
    "wednesday": "wed", "friday": "fri", "first_week": "first mon of month", "second_week": "second mon of month",
    "third_week": "third mon of month", "fourth_week": "fourth mon of month",
}  # fmt: skip


def in_the_book() -> dict[str, tuple[int, list[str]]]:
    """Minutes and texts by title."""
    found = {}
    for part in BOOK.strip().split("\n\n"):
        head, *lines = part.splitlines()
        title, minutes = re.fullmatch(r"\*\*(.+?)\*\*(?: \((\d+) minutes\))?:", head).groups()  # type: ignore[union-attr]
        found[title.lower()] = (int(minutes or 0), [re.sub(r"^- (\[ \] )?", "", line) for line in lines])
    return found


def test_every_list_of_the_book_is_there_word_for_word_with_its_minutes_and_no_other() -> None:
    found = {
        each.title.removesuffix(" of the month").lower(): (each.minutes, [item.text for item in each.items])
        for each in LISTS.values()
    }
    assert found == in_the_book()


def test_the_matrix_is_the_books_word_for_word() -> None:
    titles = {
        "developer": "Developer", "qa_engineer": "QA Engineer", "security_team": "Security Team", "devops": "DevOps",
        "qa_lead": "QA Lead",
    }  # fmt: skip
    rows = [f"| {c.name} | {c.frequency} | {titles[c.responsible]} | {', '.join(c.tasks)} |" for c in MATRIX]
    assert rows == TABLE.strip().splitlines()


@pytest.mark.parametrize(("key", "cadence"), CADENCES.items())
def test_a_list_is_due_when_the_book_says(key: str, cadence: str) -> None:
    assert LISTS[key].cadence == cadence


@pytest.mark.parametrize("key", LISTS)
def test_every_list_has_a_cadence_and_checks_that_exist_and_hands_on_to_a_list_that_exists(key: str) -> None:
    found = LISTS[key]
    parse_cadence(found.cadence)
    assert all(item.check in {"", *CHECKS} for item in found.items)
    assert found.carry_to in {"", *LISTS}


def test_what_is_left_of_a_week_goes_on_from_monday_to_wednesday_to_friday_to_monday() -> None:
    assert [LISTS[key].carry_to for key in ("monday", "wednesday", "friday")] == ["wednesday", "friday", "monday"]
