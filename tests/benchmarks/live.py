"""What watching costs: CPU of the watched run beside the same run alone, T12's own beside it, and an hour's memory.

The runs are real pytests: 600 tests that are busy for 20 ms, 1,000 that are busy for 1 ms, and 1,000 that sleep for
1 ms, whose CPU is pytest's own alone. A run alone and the same run watched take turns; the median of the pairs counts.
`python -m tests.benchmarks live short` measures the tests of 1 ms alone.
"""

import gc
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from core.live.sampling import Sample, Usage

_PAIRS, _TURNS = 7, 5
_ROOT = Path(__file__).parents[2]

_BUSY = "end = time.process_time() + {seconds}\n    while time.process_time() < end: pass"
_ASLEEP = "time.sleep({seconds})"
_CASES = (
    (600, 20, "busy", _BUSY),
    (1_000, 1, "busy", _BUSY),
    (1_000, 1, "asleep", _ASLEEP),
)
_PROJECT = """
import time, pytest

@pytest.mark.parametrize("number", range({tests}))
def test_works(number):
    {body}
"""

_WATCHED = """
import json, resource, sys, threading, time
from bot.cli import main

def used(who):
    found = resource.getrusage(who)
    return found.ru_utime + found.ru_stime

began = time.monotonic()
try:
    main(["watch", "--quiet", "--", *sys.argv[2:]], standalone_mode=False)
finally:
    with open(sys.argv[1], "w") as file:
        json.dump({"own": used(resource.RUSAGE_SELF), "run": used(resource.RUSAGE_CHILDREN),
                   "wall": time.monotonic() - began}, file)
"""

_ALONE = """
import json, resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[2:])
found = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump({"run": found.ru_utime + found.ru_stime, "wall": time.monotonic() - began}, file)
"""


def measure_cpu(home: Path, *, short: bool) -> None:
    """CPU seconds of runs, alone, with a JUnit report, and watched."""
    for tests, milliseconds, how, body in _CASES:
        if short and milliseconds > 1:
            continue
        code = _PROJECT.format(tests=tests, body=body.format(seconds=milliseconds / 1000))
        (home / "test_many.py").write_text(code, encoding="utf-8")
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_many.py"]
        pairs, reported = [], []
        for _ in range(_PAIRS):
            alone = _run(home, _ALONE, pytest)["run"]
            pairs.append((alone, _run(home, _WATCHED, pytest)["run"]))
            reported.append(_run(home, _ALONE, [*pytest, "--junitxml=report.xml"])["run"] / alone - 1)
        costs = [watched / alone - 1 for alone, watched in pairs]
        what = f"{tests} tests, {how} for {milliseconds} ms"
        usual = median(alone for alone, _ in pairs)
        print(f"  {what}: {usual:.2f} s CPU alone, pairs from {min(costs):+.1%} to {max(costs):+.1%}")
        print(f"  {what}, with --junitxml and not watched: {median(reported):+.1%}")
        print(f"{what}: the watched run costs {median(costs):+.1%} CPU (bar: 2 %)")


def measure_own(home: Path) -> None:
    """What T12 itself uses beside a run, by runs of two lengths."""
    brief = min(_run(home, _WATCHED, ["sleep", "1"])["own"] for _ in range(_TURNS))
    longer = min(_run(home, _WATCHED, ["sleep", "31"])["own"] for _ in range(2))
    print(f"T12 beside it: {(longer - brief) / 30:.2%} of a core, and {brief:.2f} s CPU to start and to end (bar: 2 %)")


def _run(home: Path, program: str, words: list[str]) -> dict[str, float]:
    result = home / "result.json"
    environ = {**os.environ, "PYTHONPATH": str(_ROOT), "T12_DATABASE_URL": f"sqlite:///{home / 'watch.db'}"}
    for name in ("T12_URL", "T12_TOKEN"):
        environ.pop(name, None)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, "-c", program, str(result), *words], cwd=home, env=environ, check=False, **quiet)
    found: dict[str, float] = json.loads(result.read_text(encoding="utf-8"))
    return found


def measure_memory() -> None:
    """What a sample a second for an hour adds, and for the whole day after it."""
    names = [f"tests/api/test_module_{number}.py::test_case_number_{number}" for number in range(50)]
    gc.collect()
    tracemalloc.start()
    usage = Usage.every(1)
    before, hour, day = tracemalloc.get_traced_memory()[0], 0, 0
    usage_of_nothing = before
    for second in range(86_400):
        sample = Sample(1e9 + second, second % 100, second % 90, second % 200, 1e8 + second * 1e3, 9, 1.5)
        usage.add(sample, names, len(names))
        if second == 3_600:
            hour = tracemalloc.get_traced_memory()[0]
    day = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(usage.hour) == 3_600
    print(f"  before the first sample: {usage_of_nothing / 1e6:.2f} MB")
    print(f"a sample a second holds {hour / 1e6:.2f} MB after an hour, {day / 1e6:.2f} MB after a day (bar: 20 MB)")


def main() -> None:
    short = "short" in sys.argv[1:]
    with TemporaryDirectory() as folder:
        if not short:
            measure_memory()
            measure_own(Path(folder))
        measure_cpu(Path(folder), short=short)


if __name__ == "__main__":
    main()
