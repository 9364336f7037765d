"""Checks: each has a name, asks one question, and answers with evidence. Checklists and the morning refer to them."""

from core.checks.model import Asked, Check, Finding, State
from core.checks.run import BUILT_IN, checks_of, run_check, run_checks

__all__ = ["BUILT_IN", "Asked", "Check", "Finding", "State", "checks_of", "run_check", "run_checks"]
