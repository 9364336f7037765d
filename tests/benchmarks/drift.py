"""How much of seeded drift the audit finds in a repository: `python -m tests.benchmarks drift PATH [--per-kind 20]`.

Production is changed in memory, one change at a time, and the tests are left alone; what the change makes wrong ought
to be reported and nothing else, as `t12 mocks --since` does. A line counts as found when it is reported, or the same
name in the same test. Lines that were reported before the change are left out.
"""

import argparse
import gc
import random
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from core.mocks.audit import AuditOptions, audit_sources
from core.mocks.changes import OF_CHANGES
from core.mocks.model import Audit, Finding, Severity
from core.mocks.sources import Sources, scan_sources, without_collector
from tests.benchmarks.seeding import Seed, Use, changed, find_seeds, mentioning

BARS = {"patch string": 93, "object patch": 85, "configured member": 80, "added argument": 88, "sync to async": 78}
"""Percent."""


@dataclass(slots=True)
class Tally:
    """Of one kind."""

    seeds: int = 0
    uses: int = 0
    found: int = 0
    missed: list[tuple[str, Use]] = field(default_factory=list)
    elsewhere: list[tuple[str, Finding]] = field(default_factory=list)
    """New findings that are not about what was changed."""


def measure(root: Path, per_kind: int, kinds: list[str]) -> dict[str, Tally]:
    """`per_kind` changes of each kind, chosen at random, always the same."""
    sources = scan_sources(root)
    seeds: dict[str, list[Seed]] = defaultdict(list)
    for seed in find_seeds(sources):
        seeds[seed.kind].append(seed)
    tallies = {kind: Tally() for kind in kinds}
    for kind in kinds:
        chosen = sorted(seeds[kind], key=lambda each: each.name)
        random.Random(12).shuffle(chosen)
        for seed in chosen[:per_kind]:
            _judge(sources, seed, tallies[kind])
            gc.collect()
    return tallies


def _judge(sources: Sources, seed: Seed, tally: Tally) -> None:
    options = AuditOptions(only=mentioning(sources, seed), switched_on=OF_CHANGES)
    before = _told(audit_sources(sources, options))
    after = _told(audit_sources(changed(sources, seed), options))
    old = {(each.rule, *place, each.member) for each in before for place in _places(each)}
    new = [(each, place) for each in after for place in _places(each) if (each.rule, *place, each.member) not in old]
    known = [use for use in seed.uses if not any(_covers(use, place) for each in before for place in _places(each))]
    about = [(each, place) for each, place in new if seed.name in f"{each.message} {each.member}"]
    found = [use for use in known if any(_covers(use, place) or _is_near(use, place) for _, place in about)]
    tally.seeds += bool(known)
    tally.uses += len(known)
    tally.found += len(found)
    tally.missed += [(seed.name, use) for use in known if use not in found]
    tally.elsewhere += [(seed.name, each) for each, place in new if (each, place) not in about]


def _told(made: Audit) -> list[Finding]:
    return [each for each in made.findings if each.severity is not Severity.ADVICE]


def _places(finding: Finding) -> list[tuple[str, int]]:
    return [finding.place, *finding.more]


def _covers(use: Use, place: tuple[str, int]) -> bool:
    return place[0] == use.path and use.first <= place[1] <= use.last


def _is_near(use: Use, place: tuple[str, int]) -> bool:
    return place[0] == use.path and use.begins <= place[1] <= use.ends


def _print(kind: str, tally: Tally, *, is_verbose: bool) -> None:
    share = f"{100 * tally.found / tally.uses:3.0f} %" if tally.uses else "  –  "
    print(
        f"  {kind:18} {share} ({tally.found} of {tally.uses} lines, {tally.seeds} changes; bar: {BARS[kind]} %),"
        f" {len(tally.elsewhere)} elsewhere"
    )
    for name, use in tally.missed if is_verbose else ():
        print(f"    missed {name} at {use.path}:{use.first}")
    for name, finding in tally.elsewhere if is_verbose else ():
        print(f"    elsewhere {name}: {finding.rule} {finding.place.path}:{finding.place.line} {finding.message}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="drift", description=__doc__)
    parser.add_argument("path", type=Path, nargs="*", help="folders of projects; without one this project is taken")
    parser.add_argument("--per-kind", type=int, default=20, help="changes of each kind")
    parser.add_argument("--kind", choices=BARS, action="append", help="only this kind")
    parser.add_argument("--misses", action="store_true", help="list what was missed, and what was found elsewhere")
    given = parser.parse_args(sys.argv[1:])
    for path in given.path or [Path(__file__).parents[2]]:
        print(f"drift in {path.resolve().name}")
        with without_collector():
            tallies = measure(path, given.per_kind, given.kind or list(BARS))
        for kind, tally in tallies.items():
            _print(kind, tally, is_verbose=given.misses)


if __name__ == "__main__":
    main()
