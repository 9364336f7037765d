"""Outcomes are cut where their rate changed."""

import pytest

from core.failures.segments import count_episodes, is_clustered, split_segments


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


@pytest.mark.parametrize(("strip", "episodes"), [("", 0), ("PPP", 0), ("F", 1), ("PFFPF", 2), ("FPFPF", 3)])
def test_episodes_are_streaks_of_failures(strip: str, episodes: int) -> None:
    assert count_episodes([letter == "F" for letter in strip]) == episodes


@pytest.mark.parametrize(
    ("strip", "clustered"),
    [
        ("P" * 20 + "FFFF" + "P" * 10 + "FFF" + "P" * 20, True),
        ("P" * 20 + "F" + "P" * 10 + "F" + "P" * 20, False),
        ("P" * 20 + "FF" + "P" * 10 + "F" + "P" * 20, False),
        ("PFPFFPFFF" * 3, False),
        ("PPP", False),
        ("FFF", False),
    ],
)
def test_breakages_cluster_and_flakes_do_not(strip: str, clustered: bool) -> None:
    assert is_clustered([letter == "F" for letter in strip]) is clustered
