"""The procedure book's numbers of a component, and the ones it lacks."""

import pytest

from core.mocks.model import Priority, Status
from tests.core.mocks.values import a_component, a_finding


def test_compliance_is_the_books_and_phantoms_are_beside_it() -> None:
    component = a_component()
    assert component.missing_methods == ("rotate",)
    assert component.extra_methods == ("rotate_key",)
    assert component.compliance_percentage == 50
    assert component.validity_percentage == 50


@pytest.mark.parametrize(
    ("configured", "priority"),
    [(9, Priority.CRITICAL), (10, Priority.HIGH), (15, Priority.HIGH), (16, Priority.MEDIUM), (18, Priority.MEDIUM),
     (19, Priority.LOW), (20, Priority.LOW)],
)  # fmt: skip
def test_priority_follows_the_books_bounds(configured: int, priority: Priority) -> None:
    names = tuple(f"m{number:02}" for number in range(20))
    component = a_component(production_methods=names, mock_methods=names[:configured])
    assert component.priority is priority


def test_what_nobody_mocks_or_has_no_methods_has_no_priority() -> None:
    assert a_component(status=Status.NOT_MOCKED, mock_methods=()).priority is None
    assert a_component(production_methods=()).compliance_percentage is None
    assert a_component(production_methods=()).priority is None


def test_a_member_nobody_can_judge_is_no_phantom() -> None:
    component = a_component(unknown_methods=("rotate_key",))
    assert component.extra_methods == ()
    assert component.validity_percentage == 100


def test_a_finding_keeps_its_key_when_lines_move() -> None:
    assert a_finding(1).key == a_finding(1, place=a_finding(9).place).key
    assert a_finding(1).key != a_finding(2).key
