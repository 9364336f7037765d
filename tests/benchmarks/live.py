"""What watching costs: CPU of the watched run beside the same run alone, T12's own beside it, and an hour's memory.

The run is a real pytest of 600 tests of 20 ms each. Runs take turns; the least of each kind counts.
"""

import gc
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

from core.live.sampling import Sample, Usage

_TESTS, _MILLISECONDS, _TURNS = 600, 20, 5
_ROOT = Path(__file__).parents[2]

_PROJECT = f"""
import time, pytest

@pytest.mark.parametrize("number", range({_TESTS}))
def test_works(number):
    end = time.process_time() + {_MILLISECONDS} / 1000
    while time.process_time() < end:
        pass
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


def measure_cpu(home: Path) -> None:
    """CPU seconds of the run, alone, with a JUnit report, and watched; and T12's own for a run of two lengths."""
    (home / "test_many.py").write_text(_PROJECT, encoding="utf-8")
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_many.py"]
    alone, reported, watched = [], [], []
    for _ in range(_TURNS):
        alone.append(_run(home, _ALONE, pytest))
        reported.append(_run(home, _ALONE, [*pytest, "--junitxml=report.xml"]))
        watched.append(_run(home, _WATCHED, pytest))
    least = min(each["run"] for each in alone)
    for title, found in (("alone", alone), ("with a JUnit report", reported), ("watched", watched)):
        run = min(each["run"] for each in found)
        print(f"  {_TESTS} tests of {_MILLISECONDS} ms, {title}: {run:.2f} s CPU, {run / least - 1:+.1%}")
    print(f"the watched run costs {min(each['run'] for each in watched) / least - 1:.1%} more CPU (bar: 2 %)")
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
    measure_memory()
    with TemporaryDirectory() as folder:
        measure_cpu(Path(folder))


if __name__ == "__main__":
    main()
