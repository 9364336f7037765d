"""The errors a person may meet, drawn as one tree.

T12Error                 every message is a sentence that says what is wrong and what to do
├── SettingsError        t12.toml or the environment
├── ReportError          a file that is not a report we can read
├── NotFoundError        a run, test or suite that nobody has seen
├── AmbiguousError       a part of a name that fits several
├── UsageError           words of a command that do not fit together
├── StorageError         the database is missing, locked, newer than the code, or broken
└── DatabaseError        a database that tests use does not answer, or refuses what was asked of it
"""

from collections.abc import Sequence


class T12Error(Exception):
    """Base of all errors whose message may be shown to a person as it is."""


class SettingsError(T12Error):
    """One or more problems with the settings; `problems` lists them all, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class ReportError(T12Error):
    """The input is not a report we can read; `reason` is a short class for metrics, such as `wrong-root`."""

    def __init__(self, message: str, *, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class NotFoundError(T12Error):
    """Nothing of that name is stored."""


class AmbiguousError(T12Error):
    """A part of a name fits several things; `candidates` are some of them."""

    def __init__(self, message: str, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        super().__init__(message)


class UsageError(T12Error):
    """The words of a command do not fit together."""


class StorageError(T12Error):
    """The database cannot be used as it is."""


class DatabaseError(T12Error):
    """A database that tests use does not answer, or refuses what was asked of it."""
