"""The answer of an audit as values: findings, components, and what cannot be known."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

Loudness = Literal["silent", "loud"]


class Severity(StrEnum):
    """How bad a finding is; `rank` grows with it."""

    ADVICE = "advice"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the audit is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Place(NamedTuple):
    """A line of a file; `path` is relative to the audited folder, with forward slashes, or begins with `<` outside."""

    path: str
    line: int
    """1-based."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a test replaces production with something production is not."""

    rule: str
    """Its code, such as `M001`."""
    place: Place
    message: str
    """A sentence with the names and, where there is one, the closest real name."""
    severity: Severity
    confidence: Confidence
    component: str | None = None
    """The production class (or module) it is about, by its bare name."""
    member: str | None = None
    production: Place | None = None
    """The definition it contradicts."""
    signature: str = ""
    """That definition as source, on one line; empty where there is none."""
    suggestion: str = ""
    """An edit that would mend it; empty where nobody can tell."""
    loudness: Loudness = "silent"
    """`loud`: the test fails when it runs; `silent`: the suite stays green."""
    dormant: bool = False
    """The test is skipped or expected to fail, so nobody sees it."""
    test: str = ""
    """The test, fixture or helper it lies in, as `path::Class::function`; empty at the top of a file."""
    more: tuple[Place, ...] = ()
    """Further places of the same defect in the same file."""

    @property
    def key(self) -> str:
        """What stays the same when lines move: the identity in a baseline and from one audit to the next."""
        where = self.test or self.place.path
        return "|".join((self.rule, where, self.component or "", self.member or ""))


class UnknownPlace(NamedTuple):
    """Something that was looked at and cannot be judged."""

    place: Place
    reason: str


class Status(StrEnum):
    """VALID and INVALID speak of what mocks configure; UNKNOWN when production cannot be read."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNKNOWN = "UNKNOWN"
    NOT_MOCKED = "NOT_MOCKED"


class Priority(StrEnum):
    """The procedure book's, by compliance: below 50, 80 and 95 percent."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@dataclass(frozen=True, slots=True)
class Component:
    """A production class that tests replace, or that the settings name."""

    component: str
    module: str
    """Dotted."""
    status: Status
    production_methods: tuple[str, ...] = ()
    """Public methods, inherited ones included; sorted."""
    mock_methods: tuple[str, ...] = ()
    """Members that mocks of it configure; sorted."""
    unknown_methods: tuple[str, ...] = ()
    """Configured members of which nobody can say whether they exist."""
    mocks: int = 0
    """Places that make a mock of it."""
    with_spec: int = 0
    place: Place | None = None
    reason: str = ""
    """Why the status is UNKNOWN."""
    recommendations: tuple[str, ...] = ()

    @property
    def missing_methods(self) -> tuple[str, ...]:
        """Production methods that no mock configures."""
        return tuple(name for name in self.production_methods if name not in self.mock_methods)

    @property
    def extra_methods(self) -> tuple[str, ...]:
        """Phantoms: configured members that production lacks."""
        kept = {*self.production_methods, *self.unknown_methods}
        return tuple(name for name in self.mock_methods if name not in kept)

    @property
    def compliance_percentage(self) -> float | None:
        """The procedure book's: configured production methods of all of them; None without production methods."""
        if not self.production_methods:
            return None
        return 100 * (len(self.production_methods) - len(self.missing_methods)) / len(self.production_methods)

    @property
    def validity_percentage(self) -> float | None:
        """Real members of the configured ones that can be judged; None when nothing is configured."""
        judged = [name for name in self.mock_methods if name not in self.unknown_methods]
        return 100 * (len(judged) - len(self.extra_methods)) / len(judged) if judged else None

    @property
    def priority(self) -> Priority | None:
        """The procedure book's; None for a component without a percentage or without a mock."""
        percentage = self.compliance_percentage
        if percentage is None or self.status is Status.NOT_MOCKED:
            return None
        bounds = ((50, Priority.CRITICAL), (80, Priority.HIGH), (95, Priority.MEDIUM))
        return next((priority for bound, priority in bounds if percentage < bound), Priority.LOW)


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit of one folder."""

    components: tuple[Component, ...]
    findings: tuple[Finding, ...]
    """The most severe first, then by place."""
    unknown: tuple[UnknownPlace, ...] = ()
    files: int = 0
    test_files: int = 0
    lines: int = 0
    test_lines: int = 0
    seconds: float = 0.0
    mocks: int = 0
    targets: int = 0
    """Patch targets and specs that were looked up."""
    resolved: int = 0
    """Those of them that were answered yes or no."""
    warnings: tuple[str, ...] = field(default=())
    """Files that could not be read or parsed, a sentence each."""


@dataclass(frozen=True, slots=True)
class AuditMark:
    """The components of one audit, for trends."""

    at: datetime
    revision: str | None
    components: tuple[Component, ...]
