"""The rules of the mock audit: pure functions of what tests were seen to do and of what production defines."""

from core.mocks.rules.table import RULES, TITLES, Rule

__all__ = ["RULES", "TITLES", "Rule"]
