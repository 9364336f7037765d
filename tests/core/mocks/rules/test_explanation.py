"""The page on each rule is true: its example is found where it says, and what mends it leaves nothing to find."""

import re
from pathlib import Path

import pytest

from core.errors import UsageError
from core.mocks.audit import AuditOptions, audit
from core.mocks.model import Audit, Place
from core.mocks.policy import Policy, judge
from core.mocks.rules.explanation import explain_rule, is_rule_code
from core.mocks.rules.table import RULES
from tests.core.mocks.trees import write_tree

PAGES = Path(__file__).parents[4] / "core/mocks/rules/pages"
SECTIONS = ["Why it matters", "Example", "How to mend it", "When it stays silent", "Leave it out"]


def files_of(code: str, section: str) -> dict[str, str]:
    """The files of a section's code blocks; the first line of each is a comment with its path."""
    words = explain_rule(code).page.split(f"\n## {section}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", words, re.MULTILINE | re.DOTALL)
    return {path: f"# {path}\n{text}" for path, text in blocks}


def audited(root: Path, code: str) -> Audit:
    return audit(root, AuditOptions(switched_on=frozenset() if RULES[code].is_on else frozenset({code})))


def found(made: Audit, code: str) -> list[tuple[str, str, int]]:
    """Advice speaks of every mock without a spec, and is left out but on its own page."""
    kept = (each for each in made.findings if each.rule != "M005" or code == "M005")
    return [(each.rule, *each.place) for each in kept]


def marked(files: dict[str, str], code: str) -> list[tuple[str, str, int]]:
    return [
        (code, path, number)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if f"# {code}: " in line
    ]


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {page.stem for page in PAGES.iterdir()} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_page_names_its_rule_and_severity_and_says_what_a_reader_needs(code: str) -> None:
    rule, page = RULES[code], explain_rule(code).page
    assert page.startswith(f"# {code}: {rule.title}\n\nSeverity: {rule.severity}.")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == SECTIONS
    assert ("Off by default" in page) is not rule.is_on
    assert f"# t12: ignore[{code}] the reason" in page


@pytest.mark.parametrize("code", RULES)
def test_the_example_is_found_at_the_marked_line_and_nowhere_else(tmp_path: Path, code: str) -> None:
    files = files_of(code, "Example")
    write_tree(tmp_path, files)
    assert found(audited(tmp_path, code), code) == marked(files, code)
    assert len(marked(files, code)) == 1


@pytest.mark.parametrize("code", RULES)
def test_what_mends_the_example_leaves_nothing_to_find(tmp_path: Path, code: str) -> None:
    write_tree(tmp_path, files_of(code, "Example") | files_of(code, "How to mend it"))
    assert found(audited(tmp_path, code), code) == []


@pytest.mark.parametrize("code", RULES)
def test_the_comment_of_the_page_leaves_the_example_out(tmp_path: Path, code: str) -> None:
    files = {
        path: text.replace(f"# {code}: ", f"# t12: ignore[{code}] ") for path, text in files_of(code, "Example").items()
    }
    write_tree(tmp_path, files)
    made = audited(tmp_path, code)

    def lines(place: Place) -> tuple[str, str]:
        return files[place.path].splitlines()[place.line - 1], ""

    judged = judge(made, Policy(), lines)
    assert [each.rule for each in judged.ignored] == [code]


@pytest.mark.parametrize("code", ["m002", "M002"])
def test_a_code_is_known_in_either_case(code: str) -> None:
    assert is_rule_code(code)
    assert explain_rule(code).rule is RULES["M002"]


def test_an_unknown_code_gets_a_sentence_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"there is no rule 'M099'; there are M001, M002, .*M021$"):
        explain_rule("M099")


def test_the_name_of_a_component_is_no_code() -> None:
    assert not any(is_rule_code(word) for word in ("Mailer", "M12", "M0012", ""))
