"""Our statistics answer what scipy answers."""

import random
from typing import Any

import pytest

from core.statistics import (
    benjamini_hochberg,
    beta_cdf,
    beta_interval,
    beta_quantile,
    larger_p,
    mann_whitney,
    wilson_interval,
)


@pytest.fixture(scope="module")
def stats() -> Any:
    """SciPy, which only one worker needs to load."""
    from scipy import stats  # type: ignore[import-untyped]

    return stats


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (1, 2), (2, 10), (3, 212), (53, 1000), (1000, 1000)])
def test_wilson_agrees_with_scipy(stats: Any, hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson_interval(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_of_one_failure_in_two_is_not_a_crisis() -> None:
    assert wilson_interval(1, 2)[0] == pytest.approx(0.095, abs=0.001)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.5), (3.3, 209.5), (0.3, 1000.5), (100.3, 0.5), (50, 50), (7.3, 6.5)])
@pytest.mark.parametrize("q", [0.001, 0.05, 0.5, 0.95, 0.999])
def test_beta_quantiles_agree_with_scipy(stats: Any, a: float, b: float, q: float) -> None:
    expected = stats.beta.ppf(q, a, b)
    assert beta_quantile(q, a, b) == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert beta_cdf(expected, a, b) == pytest.approx(q, abs=1e-9)


def test_beta_ends() -> None:
    assert beta_cdf(-1, 2, 3) == 0
    assert beta_cdf(2, 2, 3) == 1
    assert (beta_quantile(0, 2, 3), beta_quantile(1, 2, 3)) == (0, 1)


def test_three_failures_of_212_are_half_to_three_percent() -> None:
    low, high = beta_interval(3.3, 209.5)
    assert (low, high) == pytest.approx((0.005, 0.031), abs=0.0006)


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
@pytest.mark.parametrize(
    ("m", "n", "ties"), [(3, 3, False), (5, 9, False), (8, 21, False), (7, 21, True), (12, 15, True)]
)
def test_mann_whitney_agrees_with_scipy(stats: Any, m: int, n: int, ties: bool, alternative: str) -> None:
    dice = random.Random(m * n)
    for _ in range(20):
        xs = [dice.randint(0, 5) if ties else dice.random() for _ in range(m)]
        ys = [dice.randint(1, 6) if ties else dice.random() for _ in range(n)]
        expected = stats.mannwhitneyu(xs, ys, alternative=alternative).pvalue
        assert mann_whitney(xs, ys, alternative) == pytest.approx(expected, abs=1e-9)  # type: ignore[arg-type]


@pytest.mark.parametrize(("xs", "ys"), [([], [1.0]), ([1.0], []), ([2.0, 2.0], [2.0, 2.0])])
def test_mann_whitney_without_information_is_one(xs: list[float], ys: list[float]) -> None:
    assert mann_whitney(xs, ys) == 1.0


@pytest.mark.parametrize(("m", "n"), [(5, 30), (10, 30), (3, 8), (1, 1)])
def test_the_exact_test_agrees_with_scipy_whatever_the_size(stats: Any, m: int, n: int) -> None:
    dice = random.Random(m * n)
    for _ in range(10):
        xs, ys = [dice.random() + 0.3 for _ in range(m)], [dice.random() for _ in range(n)]
        expected = stats.mannwhitneyu(xs, ys, alternative="greater", method="exact").pvalue
        assert larger_p(xs, ys) == pytest.approx(expected, rel=1e-9)


def test_equal_values_within_a_sample_change_nothing_and_across_err_on_the_safe_side() -> None:
    assert larger_p([2.0] * 5, [1.0] * 30) == pytest.approx(1 / 324_632)
    assert larger_p([1.0] * 5, [1.0] * 30) == 1.0
    assert larger_p([2.0, 1.0], [1.0, 1.0]) > larger_p([2.0, 1.1], [1.0, 1.0])
    assert larger_p([], [1.0]) == larger_p([1.0], []) == 1.0


@pytest.mark.parametrize("q", [0.05, 0.2])
def test_the_false_discovery_rate_agrees_with_scipy(stats: Any, q: float) -> None:
    dice = random.Random(7)
    for _ in range(20):
        p_values = [dice.random() ** 3 for _ in range(30)]
        adjusted = stats.false_discovery_control(p_values)
        believed = [p for p, each in zip(p_values, adjusted, strict=True) if each <= q]
        bar = benjamini_hochberg(p_values, q)
        assert sorted(p for p in p_values if p <= bar) == sorted(believed)


def test_tests_that_showed_nothing_count_among_those_asked() -> None:
    assert benjamini_hochberg([0.01], 0.05) == 0.01
    assert benjamini_hochberg([0.01], 0.05, tests=100) == -1
    assert benjamini_hochberg([], 0.05, tests=100) == -1
