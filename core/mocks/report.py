"""The answer to `mocks` as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches

from core.errors import NotFoundError
from core.git import Author
from core.mocks.changes import AuditChanges
from core.mocks.model import Audit, AuditMark, Component, Finding, Severity
from core.mocks.policy import Judged


@dataclass(frozen=True, slots=True)
class MocksReport:
    """How the mocks of a project are."""

    project: str
    """The folder's name."""
    revision: str | None
    """The commit; with a plus when files differ from it."""
    at: datetime
    judged: Judged
    since: str | None = None
    """What it is compared with: a revision, or when the audit before was made; None without one."""
    changes: AuditChanges | None = None
    authors: Mapping[str, Author] = field(default_factory=dict)
    """Who wrote the line of a new finding, by its key."""
    marks: Sequence[AuditMark] = ()
    """Audits of the project, oldest first, this one included; empty when none is kept."""

    @property
    def audit(self) -> Audit:
        return self.judged.audit

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings that say something is wrong; advice is counted, not listed."""
        return tuple(each for each in self.audit.findings if each.severity is not Severity.ADVICE)

    def about(self, name: str) -> "MocksReport":
        """The same of one component. Raises `NotFoundError` with the closest name."""
        found = [each for each in self.audit.components if each.component.casefold() == name.casefold()]
        if not found:
            known = [each.component for each in self.audit.components]
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise NotFoundError(f"no component is called {name[:80]!r}{meant}")
        names = {each.component for each in found}
        findings = tuple(each for each in self.audit.findings if each.component in names)
        one = replace(self.audit, components=tuple(found), findings=findings)
        return replace(self, judged=replace(self.judged, audit=one))


def worst_first(components: Sequence[Component]) -> list[Component]:
    """Components with phantoms first, then by compliance, then those that nobody mocks."""

    def rank(component: Component) -> tuple[int, float, str]:
        order = {"INVALID": 0, "UNKNOWN": 1, "VALID": 2, "NOT_MOCKED": 3}[component.status.value]
        return order, component.compliance_percentage or 0.0, component.component

    return sorted(components, key=rank)
