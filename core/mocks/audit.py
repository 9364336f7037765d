"""One audit of one folder: find the files, read the tests batch by batch, and put together what they say."""

import gc
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.mocks.batch import BatchResult, cut, read_batch, unite
from core.mocks.components import Gathered, describe_components, find_configured
from core.mocks.ground import AuditOptions, Ground, Progress
from core.mocks.judging import in_order
from core.mocks.kept import Kept
from core.mocks.model import Audit
from core.mocks.sources import Sources, scan_sources, without_collector

__all__ = ["AuditOptions", "Progress", "audit"]

_TELLING = re.compile(rb"\bmock|Mock|patch|fixture|^\s*(?:from|import)\s|def test\w*\((?!self\)|\))", re.M)
"""What a test file contains that there is anything to say about."""

_MUCH_RUBBISH = 1_000_000
"""Objects made since the collector ran, about 100 MB: what a reading leaves behind holds itself in cycles."""


def audit(root: Path, options: AuditOptions | None = None) -> Audit:
    """Audit the tests below a folder against the production beside them. Nothing is imported or run."""
    started = time.perf_counter()
    with without_collector():
        made = audit_sources(scan_sources(root), options or AuditOptions())
    return replace(made, seconds=round(time.perf_counter() - started, 3))


def audit_sources(sources: Sources, options: AuditOptions) -> Audit:
    """The audit of files that were read; how long it took is left to the caller."""
    ground = Ground(sources, options)
    kept = Kept(ground)
    results = _read_all(ground, kept)
    configured = kept.configured(lambda: find_configured(ground.production, options.components))
    kept.save()
    return _together(ground, results, configured)


def _read_all(ground: Ground, kept: Kept) -> list[BatchResult]:
    sources = ground.sources
    only = ground.options.only
    wanted = (path for path in sources.tests() if only is None or path in only)
    paths = [path for path in wanted if _TELLING.search(sources.contents[path])]
    ground.total = len(paths)
    batches = cut(paths)
    results = [_result(ground, kept, batch) for batch in batches]
    return [_result(ground, kept, batch) for batch in unite(batches, results)]


def _result(ground: Ground, kept: Kept, batch: tuple[str, ...]) -> BatchResult:
    def read() -> BatchResult:
        result = read_batch(ground, batch)
        for path in batch:
            ground.tests.parsed.pop(path, None)
        if gc.get_count()[0] > _MUCH_RUBBISH:
            gc.collect()
            gc.freeze()
        return result

    result = kept.result(batch, read)
    ground.note_done(*batch)
    return result


def _together(ground: Ground, results: list[BatchResult], configured: Mapping[str, Gathered | str]) -> Audit:
    sources = ground.sources
    tests = list(sources.tests())
    gathered = (each for result in results for each in result.components)
    warnings = (each for result in results for each in result.warnings)
    return Audit(
        components=describe_components(gathered, ground.options.components, configured),
        findings=in_order(each for result in results for each in result.findings),
        unknown=tuple(dict.fromkeys(each for result in results for each in result.unknown)),
        files=len(sources.files),
        test_files=len(tests),
        lines=sources.lines,
        test_lines=sum(sources.files[path].lines for path in tests),
        mocks=len({place for result in results for place in result.mocks}),
        targets=sum(result.targets for result in results),
        resolved=sum(result.resolved for result in results),
        warnings=tuple(dict.fromkeys((*sources.warnings, *warnings))),
    )
