"""What reading some tests has leant on, so that its result is known to hold for as long as that stays the same."""

from dataclasses import dataclass, field

Question = tuple[str, ...]
"""What was asked of all files at once: its kind, then its arguments."""


@dataclass(slots=True)
class Trail:
    """Every file that was looked into, by path, and every question that was asked."""

    files: set[str] = field(default_factory=set)
    questions: set[Question] = field(default_factory=set)
    unparsed: set[str] = field(default_factory=set)
    """Those of the files whose tree was wanted and could not be had."""
