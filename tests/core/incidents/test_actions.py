"""What to do is what the procedure book says, after what is special about the incident."""

from core.incidents.actions import BASE, BY_KIND, BY_SEVERITY, recommended_actions
from core.incidents.model import Affected, Kind, Severity
from tests.core.incidents.keeping import an_incident


def test_failures_get_the_books_actions_and_those_of_their_severity() -> None:
    found = recommended_actions(an_incident(severity=Severity.CRITICAL, cause="unknown"))
    assert tuple(found) == (*BASE, *BY_SEVERITY[Severity.CRITICAL])


def test_a_known_cause_comes_first() -> None:
    found = recommended_actions(an_incident(cause="assertion"))
    assert found[0] not in BASE
    assert found[1:4] == BASE


def test_words_of_the_tests_bring_their_own() -> None:
    tests = (Affected(1, "tests/test_app.py::test_mock_answer", "f"),)
    assert any("MOCK_CONFIGURATION_GUIDE" in each for each in recommended_actions(an_incident(tests=tests)))


def test_what_the_book_has_no_words_for_has_ours() -> None:
    for kind, actions in BY_KIND.items():
        found = recommended_actions(an_incident(kind=kind, severity=Severity.MEDIUM))
        assert tuple(found) == actions
    urgent = recommended_actions(an_incident(kind=Kind.DECLARED, severity=Severity.CRITICAL))
    assert tuple(urgent) == BY_SEVERITY[Severity.CRITICAL]
