"""The labelled cases of `tests/data/mocks`: what an audit has to find there, and what it has to leave alone.

A case is a `##` section of a page; its code blocks are files, whose first line is a comment with the path. They stand
beside the shop of `shop.md`. A comment that is a rule's code marks the line of a defect.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from core.mocks.audit import AuditOptions, audit
from core.mocks.model import Finding, Severity
from core.mocks.rules.table import RULES
from tests.core.mocks.trees import write_tree

_DATA = Path(__file__).parents[2] / "data/mocks"
_BLOCK = re.compile(r"^```\w+\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"  # (M\d{3})$")


@dataclass(frozen=True, slots=True)
class Label:
    """A defect: its rule and the line that has it."""

    rule: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    """A small project, and the defects that are known of it: none in a trap."""

    name: str
    files: dict[str, str]
    labels: tuple[Label, ...]


def read_cases(kind: str) -> dict[str, Case]:
    """Of `defects` or `traps`, by page and sentence."""
    shop = _files((_DATA / "shop.md").read_text(encoding="utf-8"))
    cases = {}
    for page in sorted((_DATA / kind).glob("*.md")):
        for section in page.read_text(encoding="utf-8").split("\n## ")[1:]:
            name = f"{page.stem}: {section.partition(chr(10))[0]}"
            own = _files(section)
            assert name not in cases, name
            assert own, name
            cases[name] = Case(name, shop | own, tuple(_labels(own)))
    return cases


def told(case: Case, root: Path) -> list[Finding]:
    """What an audit of the case says, with the rules of its labels switched on; advice only where it is a label."""
    write_tree(root, case.files)
    rules = {label.rule for label in case.labels}
    made = audit(root, AuditOptions(switched_on=frozenset(rule for rule in rules if not RULES[rule].is_on)))
    return [each for each in made.findings if each.severity is not Severity.ADVICE or each.rule in rules]


def is_about(label: Label, finding: Finding) -> bool:
    places = [finding.place, *finding.more]
    return finding.rule == label.rule and (label.path, label.line) in [(each.path, each.line) for each in places]


def _files(words: str) -> dict[str, str]:
    return {path: f"# {path}\n{text}" for path, text in _BLOCK.findall(words)}


def _labels(files: dict[str, str]) -> list[Label]:
    return [
        Label(mark[1], path, number)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (mark := _MARK.search(line))
    ]
