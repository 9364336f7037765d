"""What a team's mocks are like, component by component, in the procedure book's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.mocks.doubles import words
from core.mocks.doubles.values import Double
from core.mocks.model import Component, Status
from core.mocks.rules.finding import Case, closest
from core.mocks.symbols import ClassSymbol, No, Unknown, Yes

_LISTED = 5
"""Missing methods that get a recommendation each; the others are counted."""


@dataclass(slots=True)
class _Gathered:
    """What the mocks of one class do."""

    cls: ClassSymbol
    members: dict[str, str] = field(default_factory=dict)
    """Configured name to `real`, `phantom` or `unknown`."""
    places: set[object] = field(default_factory=set)
    with_spec: set[object] = field(default_factory=set)


def describe_components(case: Case, configured: Mapping[str, str]) -> tuple[Component, ...]:
    """Those of the settings first, then every own class that tests replace, each group by name."""
    gathered: dict[ClassSymbol, _Gathered] = {}
    for double in case.record.doubles:
        _gather(case, double, gathered)
    named: list[Component] = []
    for name, module in sorted(configured.items()):
        answer = case.lookup.target(f"{module}.{name}")
        if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol):
            each = gathered.pop(answer.symbol, None) or _Gathered(answer.symbol)
            named.append(_component(case, each, name, module))
        else:
            reason = answer.reason if isinstance(answer, Unknown) else f"{module} has no class {name}"
            named.append(Component(name, module, Status.UNKNOWN, reason=reason))
    found = [_component(case, each, cls.name, cls.module.name) for cls, each in gathered.items()]
    return (*named, *sorted(found, key=lambda each: (each.component, each.module)))


def _gather(case: Case, double: Double, gathered: dict[ClassSymbol, _Gathered]) -> None:
    meaning = case.meanings.of(double)
    if meaning is None or not isinstance(meaning.symbol, ClassSymbol) or not meaning.symbol.module.is_own:
        return
    each = gathered.setdefault(meaning.symbol, _Gathered(meaning.symbol))
    each.places.add(double.sight.place)
    if double.spec_kind:
        each.with_spec.add(double.sight.place)
    target: Double | None = double if meaning.as_instance else double.children.get("()")
    for event in target.events if target is not None else ():
        name = event.member
        if event.kind == "get" or name.startswith("__") or name in words.API or name in each.members:
            continue
        answer = case.lookup.member(meaning.symbol, name, on_instance=True, exact=meaning.exact)
        each.members[name] = "real" if isinstance(answer, Yes) else "phantom" if isinstance(answer, No) else "unknown"


def _component(case: Case, each: _Gathered, name: str, module: str) -> Component:
    methods = case.lookup.public_methods(each.cls)
    readable = not isinstance(case.lookup.mro(each.cls), Unknown)
    phantoms = [member for member, kind in each.members.items() if kind == "phantom"]
    unknown = [member for member, kind in each.members.items() if kind == "unknown"]
    # Attributes that are real without being methods are neither missing nor extra in the book's arithmetic.
    counted = sorted(member for member, kind in each.members.items() if kind != "real" or member in methods)
    reason = "" if readable else "a base class cannot be read"
    status = Status.VALID
    if not each.places:
        status = Status.NOT_MOCKED
    elif phantoms:
        status = Status.INVALID
    elif unknown or (not readable and not methods):
        status = Status.UNKNOWN
        reason = reason or each.cls.unknown or f"nobody can say whether it has {unknown[0]}"
    made = Component(
        component=name, module=module, status=status, production_methods=methods, mock_methods=tuple(counted),
        unknown_methods=tuple(sorted(unknown)), mocks=len(each.places), with_spec=len(each.with_spec),
        place=each.cls.place, reason=reason if status is Status.UNKNOWN else "",
    )  # fmt: skip
    return replace(made, recommendations=_recommend(made, phantoms))


def _recommend(made: Component, phantoms: list[str]) -> tuple[str, ...]:
    """The procedure book's words (Mock Maintenance Procedures), and what to do about phantoms."""
    if made.status is Status.NOT_MOCKED:
        return ()
    actions: list[str] = []
    for name in sorted(phantoms):
        near = closest(name, made.production_methods)
        actions.append(f"Remove or rename phantom {name}" + (f" (closest real name: {near})" if near else ""))
    missing = made.missing_methods
    actions += [f"Add mock for method: {name}" for name in missing[:_LISTED]]
    if len(missing) > _LISTED:
        actions.append(f"Add mock for method: and {len(missing) - _LISTED} more")
    if made.compliance_percentage is not None and made.compliance_percentage < 80:
        actions.append("Review entire mock configuration for completeness")
    return tuple(actions)
