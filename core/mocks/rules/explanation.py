"""The page on a rule: what it finds, why it matters, an example, how to mend it, and when it is silent."""

import re
from dataclasses import dataclass
from importlib import resources

from core.errors import UsageError
from core.mocks.rules.table import RULES, Rule

_CODE = re.compile(r"M\d{3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule and its page, in Markdown, which begins with a heading of code and title."""

    rule: Rule
    page: str

    @property
    def summary(self) -> str:
        """What the rule finds, on one line."""
        return " ".join(self.page.split("\n## ", 1)[0].split("\n\n", 2)[2].split())


def is_rule_code(word: str) -> bool:
    """Whether a word is written like the code of a rule, be there one or not."""
    return _CODE.fullmatch(word) is not None


def explain_rule(code: str) -> Explanation:
    """Raises `UsageError` when there is no such rule."""
    rule = RULES.get(code.upper())
    if rule is None:
        raise UsageError(f"there is no rule {code[:20]!r}; there are {', '.join(RULES)}")
    page = resources.files("core.mocks.rules").joinpath("pages", f"{rule.code}.md").read_text("utf-8")
    return Explanation(rule, page)


def explanations() -> tuple[Explanation, ...]:
    """All of them, by code."""
    return tuple(explain_rule(code) for code in RULES)
