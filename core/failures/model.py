"""The values of a failure: its text, its cause category, its signature and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Phase = Literal["call", "setup", "teardown", "collection"]


class Category(StrEnum):
    """Cause categories. The first four and `unknown` are the procedure book's; the rest name what it left unknown."""

    MOCK_CONFIG = "mock_config"
    DATABASE_SESSION = "database_session"
    ASYNC_ISSUES = "async_issues"
    IMPORT_ERRORS = "import_errors"
    ASSERTION = "assertion"
    TIMEOUT = "timeout"
    NETWORK = "network"
    PERMISSION = "permission"
    FIXTURE_ERROR = "fixture_error"
    COLLECTION_ERROR = "collection_error"
    WORKER_CRASH = "worker_crash"
    CODE_ERROR = "code_error"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """How soon a recommendation deserves a person."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@dataclass(frozen=True, slots=True)
class FailureText:
    """What a report or a log says about one failure; every part may be missing.

    `message` and `type_name` are JUnit's attributes, `text` is the body (or all there is),
    `phase` is where the failure happened when the report knows it.
    """

    message: str | None = None
    text: str | None = None
    type_name: str | None = None
    phase: Phase | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A category with its evidence.

    `rule` is the id of the rule that decided and `matched` the words it matched (at most 200 characters);
    both are empty for `unknown`. `runner_up` is the second best category, None when nothing else spoke.
    """

    category: Category
    rule: str
    matched: str
    runner_up: Category | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What makes two failures the same.

    `fingerprint` and `family` are "v1:" and 16 hex digits; the family leaves the frame out.
    `title` is for people, at most 160 characters. `exception` is the type, empty when the text names none;
    `frame` is the innermost own frame as "path:function", empty when the text shows none.
    """

    fingerprint: str
    family: str
    title: str
    exception: str
    frame: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do about a category, in the procedure book's four fields."""

    issue: str
    action: str
    priority: Priority
    estimated_time: str
