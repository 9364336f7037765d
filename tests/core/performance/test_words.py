"""Durations in words and bars."""

import pytest

from core.performance.model import Speed
from core.performance.words import bars, runner_sentence, said, said_short


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"), (0.0454, "45 ms"), (0.0999, "0.10 s"), (1.234, "1.23 s"), (9.999, "10.0 s"), (99.94, "99.9 s"),
        (99.96, "1 min 40 s"), (119.7, "2 min 00 s"), (3599.7, "1 h 00 min"), (4321, "1 h 12 min"), (-2, "-2.00 s"),
        (1e7, "2777 h 47 min"),
    ],
)  # fmt: skip
def test_spans_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert said(seconds) == words


@pytest.mark.parametrize(
    ("values", "drawn"), [([], ""), ([0.0, 0.0], "▁▁"), ([1, 4, 8], "▁▄█"), ([9.0] * 3 + [1.0], "███▁")]
)
def test_bars_begin_at_zero(values: list[float], drawn: str) -> None:
    assert bars(values) == drawn


def test_bars_show_the_newest() -> None:
    assert bars([8.0] * 10 + [1.0] * 3, most=4) == "█▁▁▁"


@pytest.mark.parametrize(
    ("speed", "words"),
    [
        (Speed(1.0, 1.1, 50), ""),
        (Speed(1.6, 1.0, 50), "the runner of the newest run was 1.6 times slower than usual; it is factored out"),
        (Speed(1.7, 1.6, 50), "the runner of the newest runs was 1.6 times slower than usual, or something that all "
         "tests share became slower; it is factored out"),
        (Speed(0.5, 1.0, 50), "the runner of the newest run was 2.0 times faster than usual; it is factored out"),
        (Speed(1.6, 1.6, 0), ""),
    ],
)  # fmt: skip
def test_a_runner_out_of_the_ordinary_is_said(speed: Speed, words: str) -> None:
    assert runner_sentence(speed) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 ns"), (8.5e-7, "850 ns"), (1.234e-5, "12.3 µs"), (0.0456, "45.6 ms"), (1.5, "1.50 s")],
)
def test_benchmarks_are_said_in_small_units(seconds: float, words: str) -> None:
    assert said_short(seconds) == words
