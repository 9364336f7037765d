"""Which flaky tests fail in the same runs: one cause behind several of them. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

MIN_SHARED = 2
"""Runs that two tests must have failed in together; once is a coincidence."""
SIMILAR = 0.5
"""Tests belong together while they share so much of their failing runs on average (Jaccard)."""
SIGNIFICANCE = 0.05
"""Chance that any two of the tests would look so by coincidence; each pair gets its part (Bonferroni)."""
MOST_TESTS = 1000
"""Flaky tests compared, those that fail most."""
MOST_CLUSTERED = 300
"""More that are linked with each other are one group as they are."""


@dataclass(frozen=True, slots=True)
class CoFailure:
    """Tests that flake together."""

    tests: tuple[str, ...]
    """Sorted."""
    together: int
    """Runs in which at least two of them failed."""
    runs: int
    """Runs in which any of them failed."""

    @property
    def sentence(self) -> str:
        return (
            f"the same {len(self.tests)} tests flake together: in {self.together} of the {self.runs} runs in which any "
            "of them failed, others did too; look for one cause"
        )


def find_cofailures(failed: Mapping[str, Collection[int]], runs: int) -> tuple[CoFailure, ...]:
    """Groups of flaky tests whose failing runs coincide more than chance explains, the largest first.

    `failed` has for each flaky test the runs in which an attempt of it failed, of the `runs` that were looked at.
    Agglomerative clustering with average linkage over the Jaccard similarity of failing runs, as in the study of
    systemic flakiness (arXiv 2504.16777); pairs must share two runs, and more than the hypergeometric distribution
    gives by chance.
    """
    chosen = sorted(failed, key=lambda name: (-len(failed[name]), name))[:MOST_TESTS]
    sets = {name: frozenset(failed[name]) for name in chosen if len(failed[name]) >= MIN_SHARED}
    names = sorted(sets)
    alpha = SIGNIFICANCE / max(1, comb(len(names), 2))
    linked = [(one, other) for one, other in combinations(names, 2) if _coincide(sets[one], sets[other], runs, alpha)]
    groups = [group for part in _connected(names, linked) for group in _clusters(part, sets)]
    found = [_cofailure(group, sets) for group in groups if len(group) > 1]
    return tuple(sorted(found, key=lambda each: (-len(each.tests), -each.together, each.tests)))


def chance_of_sharing(shared: int, one: int, other: int, runs: int) -> float:
    """P(at least `shared` runs in common) when two tests fail `one` and `other` of `runs` runs independently."""
    ways = sum(comb(one, k) * comb(runs - one, other - k) for k in range(shared, min(one, other) + 1))
    return ways / comb(runs, other) if 0 <= other <= runs else 1.0


def _coincide(one: frozenset[int], other: frozenset[int], runs: int, alpha: float) -> bool:
    shared = len(one & other)
    return (
        shared >= MIN_SHARED and chance_of_sharing(shared, len(one), len(other), max(runs, len(one | other))) <= alpha
    )


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def _connected(names: Sequence[str], linked: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The names, parted where nothing links them."""
    neighbours: dict[str, list[str]] = {name: [] for name in names}
    for one, other in linked:
        neighbours[one].append(other)
        neighbours[other].append(one)
    left, parts = dict.fromkeys(names), list[list[str]]()
    while left:
        part, waiting = list[str](), [next(iter(left))]
        while waiting:
            name = waiting.pop()
            if left.pop(name, "") is None:
                part.append(name)
                waiting += neighbours[name]
        parts.append(part)
    return parts


def _clusters(names: Sequence[str], sets: Mapping[str, frozenset[int]]) -> Iterable[tuple[str, ...]]:
    """Join the two groups that are most alike on average, until none is alike enough."""
    if len(names) > MOST_CLUSTERED:
        return [tuple(names)]
    groups: dict[int, tuple[str, ...]] = {at: (name,) for at, name in enumerate(names)}
    alike = {(a, b): _jaccard(sets[names[a]], sets[names[b]]) for a, b in combinations(range(len(names)), 2)}
    while alike:
        (a, b), most = max(alike.items(), key=lambda item: (item[1], (-item[0][0], -item[0][1])))
        if most < SIMILAR:
            break
        for c in groups:
            if c not in (a, b):
                to_a, to_b = alike[min(a, c), max(a, c)], alike.pop((min(b, c), max(b, c)))
                weight = len(groups[a]), len(groups[b])
                alike[min(a, c), max(a, c)] = (to_a * weight[0] + to_b * weight[1]) / sum(weight)
        del alike[a, b]
        groups[a] += groups.pop(b)
    return groups.values()


def _cofailure(group: Sequence[str], sets: Mapping[str, frozenset[int]]) -> CoFailure:
    every = [run for name in group for run in sets[name]]
    runs = set(every)
    return CoFailure(tuple(sorted(group)), sum(every.count(run) > 1 for run in runs), len(runs))
