"""Some test files, read and judged together: what they say depends on nothing but what their trail shows."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.mocks.components import Gathered, gather_components
from core.mocks.doubles.asking import Asking
from core.mocks.doubles.fixtures import Fixtures
from core.mocks.doubles.machine import Machine
from core.mocks.doubles.meaning import Meaning, Meanings
from core.mocks.doubles.named import name_by_components
from core.mocks.doubles.record import Record
from core.mocks.doubles.running import run_file
from core.mocks.doubles.trees import TestTree
from core.mocks.ground import Ground
from core.mocks.judging import find_all
from core.mocks.model import Finding, Place, UnknownPlace
from core.mocks.rules.finding import Case

_MOST = 64
"""Batches that a tree is cut into, roughly: an edit costs one of them, and each reads the shared set-ups anew."""
_OWN_NAME = re.compile(r"test_.*|.*_tests?")


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What some test files say."""

    findings: tuple[Finding, ...] = ()
    unknown: tuple[UnknownPlace, ...] = ()
    components: tuple[Gathered, ...] = ()
    mocks: tuple[Place, ...] = ()
    claims: tuple[tuple[Place, tuple[str, ...]], ...] = ()
    """What mocks that other batches may meet too stand for here, by where they are made."""
    targets: int = 0
    resolved: int = 0
    warnings: tuple[str, ...] = ()


def cut(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """The batches of a tree. Where one ends is told by the path there, so that a new file changes few of them."""
    size = 1
    while len(paths) // size > _MOST:
        size *= 2
    batches: list[tuple[str, ...]] = []
    current: list[str] = []
    for path in paths:
        current.append(path)
        ends = hashlib.blake2b(path.encode("utf-8", "surrogatepass")).digest()[0] % size == 0
        if ends or len(current) == 2 * size:
            batches.append(tuple(current))
            current = []
    return [*batches, tuple(current)] if current else batches


def read_batch(ground: Ground, paths: Sequence[str]) -> BatchResult:
    """Read and judge."""
    case, warnings = read_case(ground, paths)
    record, sources = case.record, ground.sources
    # A target in a file that others use too is counted where that file is read.
    targets = {key: is_known for key, is_known in record.targets.items() if key[0].path in paths}
    return BatchResult(
        findings=find_all(case),
        unknown=tuple(record.unknown),
        components=gather_components(case),
        mocks=tuple(dict.fromkeys(double.sight.place for double in record.doubles)),
        claims=_claims(case, frozenset(paths)),
        targets=len(targets),
        resolved=sum(targets.values()),
        warnings=(*(sources.unparsable[path] for path in sorted(sources.trail.whole().unparsed)), *warnings),
    )


def read_case(ground: Ground, paths: Sequence[str]) -> tuple[Case, list[str]]:
    """Everything that the rules judge, and warnings, a sentence each."""
    production, options = ground.production, ground.options
    record, warnings = _read(ground, paths)
    name_by_components(record, production, options.components)
    found_in = production.questions.found_in
    case = Case(record, Meanings(production), production, ground.sources.text, found_in, options.switched_on)
    return case, warnings


def _read(ground: Ground, paths: Sequence[str]) -> tuple[Record, list[str]]:
    record = Record()
    tree = TestTree(ground.sources, ground.tests)
    machine = Machine(ground.production, tree, record)
    plugin_files = (f"{each.replace('.', '/')}.py" for each in ground.runner.entry_points)
    found = Fixtures(machine, tuple(path for path in plugin_files if path in tree.paths))
    asking = Asking(machine, found, ground.runner, ground.production.questions)
    warnings: list[str] = []
    for path in paths:
        try:
            module = tree.load(path)
            if module is not None:
                run_file(machine, found, module)
                asking.judge(module)
        except RecursionError:
            warnings.append(f"{path} is nested too deeply to be audited.")
            machine.reset()
        ground.note_done(path)
    return record, warnings


def _claims(case: Case, own: frozenset[str]) -> tuple[tuple[Place, tuple[str, ...]], ...]:
    found: dict[Place, set[str]] = defaultdict(set)
    for double in case.record.doubles:
        place = double.sight.place
        if double.spec_kind or (place.path in own and _OWN_NAME.fullmatch(PurePosixPath(place.path).stem)):
            continue
        found[place].update(_said(each) for each in case.meanings.all_of(double))
    return tuple((place, tuple(sorted(said))) for place, said in found.items() if said)


def _said(meaning: Meaning) -> str:
    place, kind = meaning.symbol.place, "an object of " if meaning.as_instance else ""
    return f"{kind}{meaning.symbol.name} in {place.path}"


def unite(batches: Sequence[tuple[str, ...]], results: Sequence[BatchResult]) -> list[tuple[str, ...]]:
    """The batches, those put together whose mocks of one place stand for different things: all evidence counts."""
    said: dict[Place, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for index, result in enumerate(results):
        for place, claim in result.claims:
            said[place][index] = claim
    heads = list(range(len(batches)))
    for claims in said.values():
        if len(set(claims.values())) > 1:
            first, *others = (_head(heads, index) for index in claims)
            for other in others:
                heads[max(first, other)] = first = min(first, other)
    united: dict[int, list[str]] = {}
    for index, batch in enumerate(batches):
        united.setdefault(_head(heads, index), []).extend(batch)
    return [tuple(each) for each in united.values()]


def _head(heads: list[int], index: int) -> int:
    while heads[index] != index:
        index = heads[index]
    return index
