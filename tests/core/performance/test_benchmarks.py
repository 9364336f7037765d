"""Files of pytest-benchmark are compared, and chance is not told as a change."""

import random
from datetime import timedelta
from math import exp

import pytest

from core.performance.benchmarks import Benchmarks, compare
from core.performance.words import benchmark_sentence, benchmarks_sentence
from core.runs.benchmark_store import BenchmarkFile
from core.runs.benchmarks import Rounds
from tests.builders import START


def a_file(number: int, seconds: dict[str, float]) -> BenchmarkFile:
    results = {name: Rounds(each, each * 1.1, each / 10, 100) for name, each in seconds.items()}
    return BenchmarkFile(number, "main", f"rev{number}", "", "Linux", START + timedelta(hours=number), results)


def compared(*series: list[float]) -> Benchmarks:
    """One series of seconds per benchmark `b0`, `b1`, ..., a value per file."""
    files = [
        a_file(number, {f"b{place}": value for place, value in enumerate(values)})
        for number, values in enumerate(zip(*series, strict=True))
    ]
    found = compare(files)
    assert found is not None
    return found


def moved(found: Benchmarks) -> tuple[list[str], list[str]]:
    return (
        [each.name for each in found.benchmarks if each.is_slower],
        [each.name for each in found.benchmarks if each.is_faster],
    )


def test_without_a_file_there_is_nothing_to_say() -> None:
    assert compare([]) is None


def test_one_file_tells_its_times_alone() -> None:
    found = compared([2e-5])
    assert (found.files, moved(found)) == (1, ([], []))
    assert benchmark_sentence(found.benchmarks[0]) == "20 µs, not enough files to compare"


def test_three_files_in_a_row_confirm_a_change() -> None:
    found = compared([1.0, 1.02, 0.99, 1.01, 1.0, 1.3, 1.31, 1.29], [1.0] * 5 + [0.5] * 3, [1.0] * 8)
    assert moved(found) == (["b0"], ["b1"])
    assert [each.name for each in found.benchmarks] == ["b1", "b0", "b2"]
    assert benchmarks_sentence(found) == "3 benchmarks: 1 slower, 1 faster; fastest rounds, 8 files of Linux"


def test_a_change_stays_told_for_some_files() -> None:
    told = [moved(compared([1.0] * 15 + [2.0] * later))[0] for later in (2, 3, 5, 8, 20)]
    assert told == [[], ["b0"], ["b0"], ["b0"], []]


@pytest.mark.parametrize(
    "series",
    [
        [1.0] * 6 + [1.3, 1.3],
        [1.0] * 5 + [1.05] * 3,
        [1.0] * 4 + [1.3] * 3,
        [1.0, 1.5, 1.4, 1.0, 1.5, 1.0, 1.0, *[1.2] * 3],
    ],
)
def test_fewer_files_smaller_steps_and_known_levels_confirm_nothing(series: list[float]) -> None:
    assert moved(compared(series)) == ([], [])


def test_a_slow_machine_is_no_slow_benchmark() -> None:
    series = [[(1 + number) * 1e-6] * 7 + [(1 + number) * 1.5e-6] * 3 for number in range(12)]
    series[4][-3:] = [each * 2 for each in series[4][-3:]]
    found = compared(*series)
    assert moved(found) == (["b4"], [])
    assert found.speed == pytest.approx(1.5)
    assert benchmarks_sentence(found).endswith("which was 1.5 times its usual time")


def test_noise_alone_is_hardly_ever_flagged() -> None:
    """Fastest rounds on shared runners swing by about five percent."""
    dice = random.Random(5)
    flagged = 0
    for _ in range(20):
        found = compared(*([exp(dice.gauss(0, 0.05)) for _ in range(20)] for _ in range(50)))
        flagged += sum(map(len, moved(found)))
    assert flagged <= 1
