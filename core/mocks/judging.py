"""All rules, and what they find told once."""

from collections.abc import Iterable
from dataclasses import replace

from core.mocks.model import Finding
from core.mocks.rules import assertions, asyncness, callables, fixtures, members, objects, targets
from core.mocks.rules.finding import Case
from core.mocks.rules.table import RULES

_CONFIDENCES = {"high": 0, "medium": 1, "low": 2}


def find_all(case: Case) -> tuple[Finding, ...]:
    """Everything that the wanted rules find."""
    words: dict[tuple[str, str], bool] = {}

    def tests_read(path: str, name: str) -> bool:
        key = (path, name)
        if key not in words:
            words[key] = targets.reads_word(case.text(path), name)
        return words[key]

    found = [
        *members.find_phantoms(case),
        *members.find_unspecced(case),
        *members.find_orphans(case),
        *targets.find_missing(case),
        *targets.find_unknown_names(case),
        *targets.find_untold(case),
        *targets.find_unread(case, tests_read),
        *objects.find_uses(case),
        *objects.find_rejected_calls(case),
        *objects.find_missing_imports(case),
        *assertions.find_slips(case),
        *assertions.find_rejected_assertions(case),
        *asyncness.find_mixed_up(case),
        *asyncness.find_unrun(case),
        *callables.find_misfits(case),
        *callables.find_wrong_returns(case),
        *callables.find_diverged_fakes(case),
        *fixtures.find_undefined(case),
    ]
    return tuple(_once(each for each in found if RULES[each.rule].is_on or each.rule in case.switched_on))


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each defect once, the most severe first."""
    return tuple(
        sorted(_once(found), key=lambda each: (-each.severity.rank, _CONFIDENCES[each.confidence], each.place))
    )


def _once(found: Iterable[Finding]) -> list[Finding]:
    """One finding for each defect: a helper is read for each test that calls it, and a line may be reached twice."""
    kept: dict[tuple[object, ...], Finding] = {}
    for each in found:
        key = (each.rule, each.place, each.member, each.component)
        before = kept.get(key)
        if before is None or (before.dormant and not each.dormant):
            kept[key] = each
    return _collapsed(list(kept.values()))


def _collapsed(found: list[Finding]) -> list[Finding]:
    """The same member of the same component, for the same reason in the same file, is one finding with more places."""
    kept: dict[tuple[object, ...], Finding] = {}
    for each in found:
        key = (each.rule, each.place.path, each.member, each.component, each.message)
        before = kept.get(key)
        if before is None:
            kept[key] = each
        else:
            places = dict.fromkeys((*before.more, each.place, *each.more))
            places.pop(before.place, None)
            dormant = before.dormant and each.dormant
            kept[key] = replace(before, more=tuple(places), dormant=dormant)
    return list(kept.values())
