"""The rules: their titles, and how bad what they find is. `pages/` has a page on each."""

from dataclasses import dataclass

from core.mocks.model import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    code: str
    title: str
    severity: Severity
    is_on: bool = True


_ALL = (
    Rule("M001", "A mock with a spec configures what the spec lacks", Severity.HIGH),
    Rule("M002", "A patch target does not exist", Severity.HIGH),
    Rule("M003", "An unspecced mock configures what its class lacks", Severity.HIGH),
    Rule("M004", "A test sets a member that the real object lacks", Severity.MEDIUM),
    Rule("M005", "A mock of a known class has no spec", Severity.ADVICE),
    Rule("M006", "Sync and async are mixed up", Severity.HIGH),
    Rule("M007", "An assertion asserts nothing", Severity.HIGH),
    Rule("M008", "An asserted call would be rejected by production", Severity.CRITICAL),
    Rule("M009", "A replacement callable does not fit", Severity.MEDIUM),
    Rule("M010", "A return value contradicts the annotation", Severity.LOW, is_on=False),
    Rule("M011", "Nobody reads what is patched", Severity.HIGH),
    Rule("M012", "A hand-written fake has diverged", Severity.MEDIUM),
    Rule("M013", "A test calls production with arguments that it rejects", Severity.MEDIUM),
    Rule("M014", "A test uses a member that the real object lacks", Severity.MEDIUM),
    Rule("M015", "A test imports a name that production lacks", Severity.MEDIUM),
    Rule("M016", "An option hides that the target is missing", Severity.LOW),
    Rule("M017", "A fixture is defined nowhere", Severity.HIGH),
    Rule("M018", "An async fixture or test is not run", Severity.HIGH),
    Rule("M020", "An orphan: production knows no such name", Severity.LOW),
    Rule("M021", "A patch target that cannot be judged has a name unknown to production", Severity.MEDIUM, is_on=False),
)

RULES = {rule.code: rule for rule in _ALL}
