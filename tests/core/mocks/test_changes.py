"""From one audit to the next: what came, what went, and what a rename left behind."""

from core.mocks.changes import compare_audits
from core.mocks.model import Place, Severity
from tests.core.mocks.values import a_component, a_finding, an_audit


def test_findings_are_the_same_when_only_their_lines_moved() -> None:
    before = an_audit(a_finding(1), a_finding(2))
    after = an_audit(a_finding(1, place=Place("tests/test_keys.py", 70)), a_finding(3))
    changes = compare_audits(before, after)
    assert [each.member for each in changes.new] == ["rotate_3"]
    assert [each.member for each in changes.gone] == ["rotate_2"]


def test_advice_is_no_news() -> None:
    assert compare_audits(an_audit(), an_audit(a_finding(1, severity=Severity.ADVICE))).new == ()


def test_what_is_asked_of_changes_alone_speaks_of_names_that_production_had() -> None:
    names = ("was_there", "never_was")
    after = an_audit(*(a_finding(1, rule="M021", severity=Severity.MEDIUM, member=name) for name in names))
    changes = compare_audits(an_audit(), after, lambda name: name == "was_there")
    assert [each.member for each in changes.new] == ["was_there"]


def test_a_rename_of_production_tells_how_many_tests_it_left_behind() -> None:
    def gone(number: int, path: str) -> object:
        return a_finding(number, member="rotate_key", place=Place(path, number), test=f"{path}::test_{number}")

    before = an_audit(components=(a_component(production_methods=("create", "rotate_key")),))
    findings = [gone(n, f"tests/test_{n % 3}.py") for n in range(1, 8)]
    after = an_audit(*findings, components=(a_component(production_methods=("create", "rotate")),))  # type: ignore[arg-type]
    (left,) = compare_audits(before, after).left_behind
    assert left.sentence == (
        "KeyManager.rotate_key is gone, and 7 places in 3 files still use it; it may be rotate now"
    )


def test_a_member_that_never_was_there_is_not_left_behind() -> None:
    assert compare_audits(an_audit(), an_audit(a_finding(1))).left_behind == ()
