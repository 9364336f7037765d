"""Makes the reports that the benchmarks read: pytest-shaped, of any size."""

from collections.abc import Iterator
from pathlib import Path

_FRAMES = 12


def write_report(path: Path, cases: int, failures: int, *, seed: int = 0) -> Path:
    """A report of so many cases, of which so many fail with a message and a traceback of about 1.5 kB."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(_parts(cases, failures, seed))
    return path


def _parts(cases: int, failures: int, seed: int) -> Iterator[str]:
    step = max(1, cases // failures) if failures else cases + 1
    yield '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" '
    yield f'errors="0" failures="{failures}" skipped="0" tests="{cases}" time="{cases / 100}" '
    yield f'timestamp="2026-01-{1 + seed % 28:02d}T{seed // 28 % 24:02d}:{seed // 672 % 60:02d}:00" hostname="ci">'
    for number in range(cases):
        classname = f"tests.area_{number // 2000}.test_module_{number // 40}.TestThing"
        head = f'<testcase classname="{classname}" name="test_case_{number}" time="0.0{(number + seed) % 89 + 10}"'
        if number % step or number // step >= failures:
            yield f"{head} />"
        else:
            message = f"AssertionError: assert {number} == {number + 1}"
            yield f'{head}><failure message="{message}">{_traceback(number, message)}</failure></testcase>'
    yield "</testsuite></testsuites>"


def _traceback(number: int, message: str) -> str:
    frames = "\n".join(
        f"    def step_{depth}(self):\n&gt;       return self.compute_{depth}({number})\n\n"
        f"src/app/module_{depth}.py:{number % 97 + depth}: in step_{depth}"
        for depth in range(_FRAMES)
    )
    error = f"E       {message}\nE        +  where {number} = compute({number})"
    return f"{frames}\n{error}\n\ntests/test_module.py:{number % 300}: AssertionError"
