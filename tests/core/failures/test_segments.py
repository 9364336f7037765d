"""Outcomes are cut where their rate changed."""

import pytest

from core.failures.segments import split_segments


@pytest.mark.parametrize(
    ("strip", "bounds"),
    [
        ("", []),
        ("P", [(0, 1)]),
        ("PPPPPPPPPP", [(0, 10)]),
        ("P" * 30 + "F" * 6, [(0, 30), (30, 36)]),
        ("P" * 20 + "F" * 8 + "P" * 20, [(0, 20), (20, 28), (28, 48)]),
        ("PPPPPPPPPPF", [(0, 11)]),
        ("PF" * 20, [(0, 40)]),
    ],
)
def test_strip_has_segments(strip: str, bounds: list[tuple[int, int]]) -> None:
    assert split_segments([letter == "F" for letter in strip]) == bounds


def test_long_histories_ask_for_more() -> None:
    short = split_segments([False] * 60 + [True] * 4)
    assert short[-1] == (60, 64)
    assert sum(end - start for start, end in split_segments([False] * 900 + [True] * 100)) == 1000
