"""One audit of one folder: find the files, read the tests, decide what mocks stand for, and judge."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.mocks.components import describe_components
from core.mocks.doubles.asking import Asking, Definitions
from core.mocks.doubles.fixtures import Fixtures
from core.mocks.doubles.machine import Machine
from core.mocks.doubles.meaning import Meanings
from core.mocks.doubles.named import name_by_components
from core.mocks.doubles.record import Record
from core.mocks.doubles.running import run_file
from core.mocks.doubles.trees import TestTree
from core.mocks.model import Audit, Finding
from core.mocks.production import Production
from core.mocks.rules import assertions, asyncness, callables, fixtures, members, objects, targets
from core.mocks.rules.finding import Case
from core.mocks.rules.table import RULES
from core.mocks.runners import read_runner
from core.mocks.sources import Sources, scan_sources, without_collector

Progress = Callable[[int, int], None]
"""Called with test files done and all test files."""

_CONFIDENCES = {"high": 0, "medium": 1, "low": 2}
_TELLING = re.compile(rb"\bmock|Mock|patch|fixture|^\s*(?:from|import)\s|def test\w*\((?!self\)|\))", re.M)
"""What a test file contains that there is anything to say about."""


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What to audit, and how."""

    components: Mapping[str, str] = field(default_factory=dict)
    """Production classes to report on by name, with the dotted module of each."""
    site_packages: Path | None = None
    """Installed packages whose sources are read too."""
    switched_on: frozenset[str] = frozenset()
    """Rules that are off by default and wanted all the same."""
    progress: Progress | None = None
    only: frozenset[str] | None = None
    """Test files to judge, by path; None for all."""


def audit(root: Path, options: AuditOptions | None = None) -> Audit:
    """Audit the tests below a folder against the production beside them. Nothing is imported or run."""
    started = time.perf_counter()
    with without_collector():
        made = audit_sources(scan_sources(root), options or AuditOptions())
    return replace(made, seconds=round(time.perf_counter() - started, 3))


def audit_sources(sources: Sources, options: AuditOptions) -> Audit:
    """The audit of files that were read; how long it took is left to the caller."""
    case, machine_warnings = read_case(sources, options)
    record = case.record
    findings = _judge(case, sources, options)
    components = describe_components(case, options.components)
    tests = list(sources.tests())
    return Audit(
        components=components,
        findings=findings,
        unknown=tuple(record.unknown),
        files=len(sources.files),
        test_files=len(tests),
        lines=sources.lines,
        test_lines=sum(sources.files[path].lines for path in tests),
        mocks=len({double.sight.place for double in record.doubles}),
        targets=record.targets,
        resolved=record.resolved,
        warnings=(*sources.warnings, *machine_warnings),
    )


def read_case(sources: Sources, options: AuditOptions) -> tuple[Case, list[str]]:
    """Everything that the rules judge, and warnings, a sentence each."""
    production = Production(sources, options.site_packages)
    record, warnings = _read_tests(sources, production, options)
    name_by_components(record, production, options.components)
    case = Case(
        record,
        Meanings(production),
        production,
        lambda path: sources.contents.get(path, b""),
        _finder(sources),
        options.switched_on,
    )
    return case, warnings


def _read_tests(sources: Sources, production: Production, options: AuditOptions) -> tuple[Record, list[str]]:
    record = Record()
    tree = TestTree(sources)
    machine = Machine(production, tree, record)
    runner = read_runner(sources.root)
    plugin_files = (f"{each.replace('.', '/')}.py" for each in runner.entry_points)
    found = Fixtures(machine, tuple(path for path in plugin_files if path in tree.paths))
    asking = Asking(machine, found, runner, Definitions(sources.contents))
    warnings: list[str] = []
    paths = [
        path
        for path in sources.tests()
        if (options.only is None or path in options.only) and _TELLING.search(sources.contents[path])
    ]
    for done, path in enumerate(paths, 1):
        try:
            module = tree.load(path)
            if module is not None:
                run_file(machine, found, module)
                asking.judge(module)
        except RecursionError:
            warnings.append(f"{path} is nested too deeply to be audited.")
            machine.reset()
        if options.progress is not None:
            options.progress(done, len(paths))
    return record, warnings


def _finder(sources: Sources) -> Callable[[bytes, bool], bool]:
    known: dict[tuple[bytes, bool], bool] = {}

    def found_in(pattern: bytes, in_tests: bool) -> bool:
        key = (pattern, in_tests)
        if key not in known:
            compiled = re.compile(pattern)
            paths = sources.tests() if in_tests else sources.production()
            known[key] = any(compiled.search(sources.contents[path]) for path in paths)
        return known[key]

    return found_in


def _judge(case: Case, sources: Sources, options: AuditOptions) -> tuple[Finding, ...]:
    words: dict[tuple[str, str], bool] = {}

    def tests_read(path: str, name: str) -> bool:
        key = (path, name)
        if key not in words:
            words[key] = targets.reads_word(sources.contents.get(path, b""), name)
        return words[key]

    found = [
        *members.find_phantoms(case),
        *members.find_unspecced(case),
        *members.find_orphans(case),
        *targets.find_missing(case),
        *targets.find_unknown_names(case),
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
    wanted = (each for each in found if RULES[each.rule].is_on or each.rule in options.switched_on)
    return tuple(
        sorted(_once(wanted), key=lambda each: (-each.severity.rank, _CONFIDENCES[each.confidence], each.place))
    )


def _once(found: Iterator[Finding]) -> list[Finding]:
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
