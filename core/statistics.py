"""The few statistics our verdicts rest on, in plain Python."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import comb, erfc, exp, lgamma, log, log1p, sqrt
from typing import Literal

Z_95 = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""

_EXACT_LIMIT = 8
"""Mann-Whitney: smaller sample up to which the exact distribution is used; beyond, the normal one is close."""


def wilson_interval(hits: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Interval of a share of `n`, both ends in 0..1; (0, 1) when n is 0.

    Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    if n <= 0:
        return 0.0, 1.0
    share = hits / n
    centre = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if hits == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if hits == n else min(1.0, (centre + spread) / scale)
    return low, high


def log_beta(a: float, b: float) -> float:
    """Natural logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) value is at most x.

    Continued fraction of Lentz; Press et al., "Numerical Recipes", section 6.4.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def beta_quantile(q: float, a: float, b: float) -> float:
    """The x at which `beta_cdf` is q, found by bisection to the last bits of a double."""
    if q <= 0:
        return 0.0
    if q >= 1:
        return 1.0
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high) or high - low < 1e-14:
            return middle
        if beta_cdf(middle, a, b) < q:
            low = middle
        else:
            high = middle


@lru_cache(maxsize=4096)
def beta_interval(a: float, b: float, level: float = 0.90) -> tuple[float, float]:
    """The central interval that holds `level` of a Beta(a, b)."""
    tail = (1 - level) / 2
    return beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)


def mann_whitney(
    xs: Sequence[float], ys: Sequence[float], alternative: Literal["two-sided", "greater"] = "two-sided"
) -> float:
    """p-value of the Mann-Whitney U test; `greater` asks whether xs tend to be larger than ys.

    Exact for small samples without ties, otherwise the normal approximation with tie and continuity corrections.
    Mann and Whitney (1947). 1 when a sample is empty or all values are equal.
    """
    m, n = len(xs), len(ys)
    if not m or not n:
        return 1.0
    ordered = sorted(ys)
    u = sum((bisect_left(ordered, x) + bisect_right(ordered, x)) / 2 for x in xs)
    ties = Counter((*xs, *ys)).values()
    target = max(u, m * n - u) if alternative == "two-sided" else u
    if max(ties) == 1 and min(m, n) <= _EXACT_LIMIT:
        tail = _exact_tails(m, n)[round(target)]
    else:
        total = m + n
        spread = m * n / 12 * ((total + 1) - sum(t**3 - t for t in ties) / (total * (total - 1)))
        if spread <= 0:
            return 1.0
        tail = erfc((target - m * n / 2 - 0.5) / sqrt(2 * spread)) / 2
    return min(1.0, 2 * tail if alternative == "two-sided" else tail)


def larger_p(xs: Sequence[float], ys: Sequence[float]) -> float:
    """p-value of the exact one-sided Mann-Whitney test that xs tend to be larger than ys.

    Equal values within a sample change nothing; an x that equals a y counts as not larger, which errs on the safe side.
    1 when a sample is empty. `mann_whitney` is for samples of many equal values; its normal approximation never goes
    below 2e-4 for 5 values against 30, too high to be told from chance among hundreds of tests.
    """
    if not xs or not ys:
        return 1.0
    ordered = sorted(ys)
    return _exact_tails(len(xs), len(ys))[sum(bisect_left(ordered, x) for x in xs)]


def benjamini_hochberg(p_values: Sequence[float], q: float, tests: int | None = None) -> float:
    """The largest p-value that may be believed so that at most a share `q` of those believed is expected to be chance.

    `tests` is how many were asked, when only the smallest p-values are given. -1 when none may be believed.
    Benjamini and Hochberg (1995), "Controlling the false discovery rate".
    """
    asked = len(p_values) if tests is None else tests
    believed = (p for k, p in enumerate(sorted(p_values), start=1) if p <= k * q / asked)
    return max(believed, default=-1.0)


@lru_cache(maxsize=2048)
def _exact_tails(m: int, n: int) -> tuple[float, ...]:
    """P(U >= u) for every u, without ties: the ways to reach each U are the coefficients of a Gaussian binomial."""
    ways = [1] + [0] * (m * n)
    for i in range(1, m + 1):
        for step in range(m * n, n + i - 1, -1):
            ways[step] -= ways[step - n - i]
        for step in range(i, m * n + 1):
            ways[step] += ways[step - i]
    total = comb(m + n, m)
    return tuple((total - below) / total for below in (0, *accumulate(ways[:-1])))


def _beta_fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300

    def away_from_zero(value: float) -> float:
        return value if abs(value) > tiny else tiny

    c, d = 1.0, 1 / away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / away_from_zero(1 + even * d)
        c = away_from_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / away_from_zero(1 + odd * d)
        c = away_from_zero(1 + odd / c)
        fraction *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return fraction
