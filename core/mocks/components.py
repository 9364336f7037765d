"""What a team's mocks are like, component by component, in the procedure book's terms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.mocks.doubles import words
from core.mocks.doubles.values import Double
from core.mocks.lookup import Lookup
from core.mocks.model import Component, Place, Status
from core.mocks.rules.finding import Case, closest
from core.mocks.symbols import ClassSymbol, No, Unknown, Yes

_LISTED = 5
"""Missing methods that get a recommendation each; the others are counted."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What some tests' mocks of one class do, and what the class is like."""

    component: str
    module: str
    place: Place
    methods: tuple[str, ...]
    """Public ones, inherited ones included; sorted."""
    is_readable: bool
    """All its bases are known."""
    unknown: str
    """Why nobody can say what members it has; else empty."""
    members: dict[str, str] = field(default_factory=dict)
    """Configured name to `real`, `phantom` or `unknown`."""
    mocks: tuple[Place, ...] = ()
    with_spec: tuple[Place, ...] = ()


@dataclass(slots=True)
class _Doings:
    """What the mocks of one class do, as it comes to light."""

    members: dict[str, str] = field(default_factory=dict)
    mocks: dict[Place, None] = field(default_factory=dict)
    with_spec: dict[Place, None] = field(default_factory=dict)


def gather_components(case: Case) -> tuple[Gathered, ...]:
    """Every own class that mocks stand for."""
    found: dict[ClassSymbol, _Doings] = {}
    for double in case.record.doubles:
        _gather(case, double, found)
    return tuple(
        replace(
            gather_class(case.lookup, cls), members=each.members, mocks=tuple(each.mocks),
            with_spec=tuple(each.with_spec),
        )
        for cls, each in found.items()
    )  # fmt: skip


def gather_class(lookup: Lookup, cls: ClassSymbol) -> Gathered:
    """A class without any mock of it."""
    is_readable = not isinstance(lookup.mro(cls), Unknown)
    return Gathered(cls.name, cls.module.name, cls.place, lookup.public_methods(cls), is_readable, cls.unknown)


def _gather(case: Case, double: Double, found: dict[ClassSymbol, _Doings]) -> None:
    meaning = case.meanings.of(double)
    if meaning is None or not isinstance(meaning.symbol, ClassSymbol) or not meaning.symbol.module.is_own:
        return
    each = found.setdefault(meaning.symbol, _Doings())
    each.mocks[double.sight.place] = None
    if double.spec_kind:
        each.with_spec[double.sight.place] = None
    target: Double | None = double if meaning.as_instance else double.children.get("()")
    if target is None or case.meanings.of(target) is None:
        return  # a constructor may give something else
    for event in target.events:
        name = event.member
        if event.kind == "get" or name.startswith("__") or name in words.API or name in each.members:
            continue
        answer = case.lookup.member(meaning.symbol, name, on_instance=True, exact=meaning.exact)
        each.members[name] = "real" if isinstance(answer, Yes) else "phantom" if isinstance(answer, No) else "unknown"


def find_configured(lookup: Lookup, configured: Mapping[str, str]) -> dict[str, Gathered | str]:
    """The classes that the settings name, or why there is none, by their names there."""
    found: dict[str, Gathered | str] = {}
    for name, module in sorted(configured.items()):
        answer = lookup.target(f"{module}.{name}")
        if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol):
            found[name] = gather_class(lookup, answer.symbol)
        else:
            found[name] = answer.reason if isinstance(answer, Unknown) else f"{module} has no class {name}"
    return found


def describe_components(
    gathered: Iterable[Gathered], configured: Mapping[str, str], found: Mapping[str, Gathered | str]
) -> tuple[Component, ...]:
    """Those of the settings first, then every own class that tests replace, each group by name."""
    together: dict[tuple[Place, str], Gathered] = {}
    for each in gathered:
        key = (each.place, each.component)
        together[key] = _added(together[key], each) if key in together else each
    named: list[Component] = []
    for name, cls in found.items():
        if isinstance(cls, str):
            named.append(Component(name, configured[name], Status.UNKNOWN, reason=cls))
        else:
            mocked = together.pop((cls.place, cls.component), cls)
            named.append(_component(mocked, name, configured[name]))
    others = [_component(each, each.component, each.module) for each in together.values()]
    return (*named, *sorted(others, key=lambda each: (each.component, each.module)))


def _added(one: Gathered, other: Gathered) -> Gathered:
    return replace(
        one,
        members={**other.members, **one.members},
        mocks=tuple(dict.fromkeys((*one.mocks, *other.mocks))),
        with_spec=tuple(dict.fromkeys((*one.with_spec, *other.with_spec))),
    )


def _component(each: Gathered, name: str, module: str) -> Component:
    phantoms = [member for member, kind in each.members.items() if kind == "phantom"]
    unknown = [member for member, kind in each.members.items() if kind == "unknown"]
    # Attributes that are real without being methods are neither missing nor extra in the book's arithmetic.
    counted = sorted(member for member, kind in each.members.items() if kind != "real" or member in each.methods)
    reason = "" if each.is_readable else "a base class cannot be read"
    status = Status.VALID
    if not each.mocks:
        status = Status.NOT_MOCKED
    elif phantoms:
        status = Status.INVALID
    elif unknown or (not each.is_readable and not each.methods):
        status = Status.UNKNOWN
        reason = reason or each.unknown or f"nobody can say whether it has {unknown[0]}"
    made = Component(
        component=name, module=module, status=status, production_methods=each.methods, mock_methods=tuple(counted),
        unknown_methods=tuple(sorted(unknown)), mocks=len(each.mocks), with_spec=len(each.with_spec),
        place=each.place, reason=reason if status is Status.UNKNOWN else "",
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
