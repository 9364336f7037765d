"""What is different between two audits: what came, what went, and what a change of production left behind."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.mocks.model import Audit, Finding, Severity


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A member of production that went while tests still use it."""

    component: str
    member: str
    findings: tuple[Finding, ...]
    files: int
    near: str
    """What it may be called now; empty when nobody can tell."""

    @property
    def sentence(self) -> str:
        count = sum(1 + len(each.more) for each in self.findings)
        places = (
            f"{count} place in 1 file" if count == 1 else f"{count} places in {self.files} file{'s'[: self.files > 1]}"
        )
        now = f"; it may be {self.near} now" if self.near else ""
        return f"{self.component}.{self.member} is gone, and {places} still use{'s'[: count == 1]} it{now}"


@dataclass(frozen=True, slots=True)
class AuditChanges:
    """From one audit to a later one."""

    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    left_behind: tuple[LeftBehind, ...]
    """The most places first; every finding in them is in `new` too."""


OF_CHANGES = frozenset({"M020", "M021"})
"""Rules that are asked of a change alone: a name that production no longer contains was there before it."""


def compare_audits(before: Audit, after: Audit, had: Callable[[str], bool] | None = None) -> AuditChanges:
    """Findings are the same when their keys are, however their lines moved; advice is left out.

    `had` says whether production contained a name before; then what is asked of changes alone speaks of such names.
    """
    new = _without(after.findings, before.findings)
    if had is not None:
        new = tuple(each for each in new if not _is_of_change(each) or had(each.member or ""))
    return AuditChanges(new, _without(before.findings, after.findings), _left_behind(new, before, after))


def _is_of_change(finding: Finding) -> bool:
    return finding.rule in OF_CHANGES and finding.severity.rank <= Severity.MEDIUM.rank


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    left = Counter(each.key for each in others)
    kept = []
    for finding in findings:
        if finding.severity is Severity.ADVICE:
            continue
        if left[finding.key] > 0:
            left[finding.key] -= 1
        else:
            kept.append(finding)
    return tuple(kept)


def _left_behind(new: Iterable[Finding], before: Audit, after: Audit) -> tuple[LeftBehind, ...]:
    """New findings about members that production had before."""
    had, has = _methods(before), _methods(after)
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in new:
        if finding.component and finding.member:
            groups[finding.component, finding.member].append(finding)
    found = []
    for (component, member), findings in groups.items():
        if member in had.get(component, set()) and member not in has.get(component, {member}):
            came = has[component] - had[component]
            near = next(iter(came)) if len(came) == 1 else ""
            files = len({each.place.path for each in findings})
            found.append(LeftBehind(component, member, tuple(findings), files, near))
    return tuple(sorted(found, key=lambda each: (-len(each.findings), each.component, each.member)))


def _methods(audit: Audit) -> dict[str, set[str]]:
    return {each.component: set(each.production_methods) for each in audit.components}
