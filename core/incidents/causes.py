"""Which failures of a run have one cause: the groups of a run, clustered for incidents."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from core.failures.model import Category
from core.incidents.model import Affected, Kind

CODE = frozenset({
    Category.ASSERTION.value, Category.ASYNC_ISSUES.value, Category.CODE_ERROR.value, Category.FIXTURE_ERROR.value,
    Category.IMPORT_ERRORS.value, Category.MOCK_CONFIG.value,
})  # fmt: skip
"""Categories of what people write: however much of it fails at once, it is no outage."""

MOST_CAUSES = 3
"""More new causes in one run than this began with one change: they are one incident."""

VAGUE = frozenset({Category.ASSERTION.value, Category.UNKNOWN.value})
"""Categories whose words are about the symptom: several of them in one file are one cause."""


@dataclass(frozen=True, slots=True)
class Group:
    """Failing cases of one run that say the same, as far as incidents care."""

    family: str
    title: str
    category: str
    is_collection: bool
    tests: tuple[Affected, ...]
    files: frozenset[str]
    is_flaky: bool = False
    """Every test of it is known to be flaky."""
    never_passed: bool = False
    """None of its tests is known to have ever passed."""

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(each.test_id for each in self.tests)


class Story(StrEnum):
    """What new failures have in common beside their words."""

    REGRESSION = "regression"
    BORN = "born"
    """Tests that have failed since they were first seen."""
    REVEALED = "revealed"
    """The same, in a run whose collection was repaired: old failures that came to light."""
    FLAKY = "flaky"
    COLLECTION = "collection"
    STORM = "storm"
    """A run that looks like an infrastructure failure: whatever fails in it is one story."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Groups that one incident is about."""

    story: Story
    groups: tuple[Group, ...]

    @property
    def kind(self) -> Kind:
        return Kind.COLLECTION if self.story is Story.COLLECTION else Kind.FAILURES

    @property
    def tests(self) -> tuple[Affected, ...]:
        return tuple(each for group in self.groups for each in group.tests)

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(sorted({group.family for group in self.groups}))

    @property
    def leading(self) -> Group:
        return max(self.groups, key=lambda group: (len(group.tests), group.family))

    @property
    def category(self) -> str:
        """The category of most of its cases."""
        found: Counter[str] = Counter()
        for group in self.groups:
            found[group.category] += len(group.tests)
        return found.most_common(1)[0][0]


def cluster(groups: Sequence[Group], *, was_blind: bool, is_storm: bool = False) -> tuple[Cause, ...]:
    """The causes of groups that no incident explains yet, the largest first.

    A storm is one cause. Files that cannot be collected are one cause: what one change broke. Tests that never passed
    are one cause, told as revealed when the run before was blind. Known flaky groups stand alone. Of the rest each
    group is a cause, vague ones of one file together; when more than three began in one run, one change broke them and
    they are one.
    """
    if is_storm:
        return (Cause(Story.STORM, tuple(groups)),) if groups else ()
    collection = [group for group in groups if group.is_collection]
    rest = [group for group in groups if not group.is_collection]
    born = [group for group in rest if group.never_passed]
    flaky = [group for group in rest if group.is_flaky and not group.never_passed]
    regressions = _by_file([group for group in rest if not group.never_passed and not group.is_flaky])
    found = [Cause(Story.COLLECTION, tuple(collection))] if collection else []
    found += [Cause(Story.REVEALED if was_blind else Story.BORN, tuple(born))] if born else []
    found += _few(Story.REGRESSION, regressions)
    found += _few(Story.FLAKY, [(group,) for group in flaky])
    return tuple(sorted(found, key=lambda cause: (-len(cause.tests), cause.families)))


def is_outage(groups: Sequence[Group]) -> bool:
    """Whether less than half of the failing tests fail for what people wrote."""
    written = sum(len(group.tests) for group in groups if group.category in CODE)
    return 2 * written < sum(len(group.tests) for group in groups)


def _few(story: Story, parts: Sequence[tuple[Group, ...]]) -> list[Cause]:
    if len(parts) > MOST_CAUSES:
        return [Cause(story, tuple(group for part in parts for group in part))]
    return [Cause(story, part) for part in parts]


def _by_file(groups: Iterable[Group]) -> list[tuple[Group, ...]]:
    """Vague groups that share a file, joined; every other group by itself."""
    found: list[tuple[Group, ...]] = []
    vague: list[tuple[set[str], list[Group]]] = []
    for group in groups:
        if group.category not in VAGUE or not group.files:
            found.append((group,))
            continue
        mine = [part for part in vague if part[0] & group.files]
        merged = (set(group.files).union(*(part[0] for part in mine)), [*(g for part in mine for g in part[1]), group])
        vague = [part for part in vague if not part[0] & group.files] + [merged]
    return found + [tuple(part) for _, part in vague]


@dataclass(frozen=True, slots=True)
class Known:
    """An incident as matching sees it."""

    id: int
    kind: Kind
    families: frozenset[str]
    test_ids: Set[int]


def match(group: Group, known: Sequence[Known]) -> Known | None:
    """The incident that a group belongs to: it bears its family, or at least half of its tests are in it.

    A file that cannot be collected is known by its words alone: the same file fails for many reasons, and each of them
    stops everything.
    """
    wanted = Kind.COLLECTION if group.is_collection else Kind.FAILURES
    fitting = [each for each in known if each.kind is wanted]
    by_family = [each for each in fitting if group.family in each.families]
    if by_family:
        return max(by_family, key=lambda each: (len(each.test_ids & group.ids), -each.id))
    if group.is_collection:
        return None
    by_tests = [each for each in fitting if 2 * len(each.test_ids & group.ids) >= len(group.ids) > 0]
    return max(by_tests, key=lambda each: (len(each.test_ids & group.ids), -each.id), default=None)


def sort_out(
    groups: Sequence[Group], known: Sequence[Known]
) -> tuple[Mapping[int, tuple[Group, ...]], tuple[Group, ...]]:
    """The groups by the incident they belong to, and those that belong to none."""
    joined: dict[int, tuple[Group, ...]] = {}
    rest: list[Group] = []
    for group in groups:
        found = match(group, known)
        if found is None:
            rest.append(group)
        else:
            joined[found.id] = (*joined.get(found.id, ()), group)
    return joined, tuple(rest)
