"""Results are packed and unpacked without a loss, and the reports of a run are joined."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from core.runs.model import CaseResult
from core.runs.results import Columns, joined, merged, pack, unpack

results = st.builds(
    CaseResult,
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.integers(0, 3),
    st.none() | st.floats(0, 1e7),
    st.integers(1, 255),
    st.integers(0, 255),
)


def columns(*some: CaseResult) -> Columns:
    made = Columns()
    for each in some:
        made.add(each)
    return made


@given(st.lists(results, unique_by=lambda each: each.test_key, max_size=30))
def test_what_is_packed_is_what_is_unpacked(some: list[CaseResult]) -> None:
    packed = pack(columns(*some))
    found = unpack(packed.roster, packed.data)
    assert list(found) == sorted(some)
    assert len(found) == len(some)


def test_the_roster_does_not_depend_on_the_order_of_the_tests() -> None:
    some = [CaseResult(n * 7919, 0, 0.5, 1, 0) for n in range(100)]
    other = random.Random(1).sample(some, 100)
    other = [each._replace(outcome=1, duration_seconds=None) for each in other]
    first, second = pack(columns(*some)), pack(columns(*other))
    assert (first.roster, first.digest) == (second.roster, second.digest)
    assert first.data != second.data
    assert pack(columns(*some[1:])).digest != first.digest


def test_cases_of_one_attempt_need_no_attempts() -> None:
    made = Columns()
    made.ids.extend([3, 1])
    made.outcomes.extend([1, 0])
    made.seconds.extend([math.nan, 2.0])
    packed = pack(made)
    assert list(unpack(packed.roster, packed.data)) == [CaseResult(1, 0, 2.0, 1, 0), CaseResult(3, 1, None, 1, 1)]


def test_a_test_is_found_by_its_id() -> None:
    packed = pack(columns(*(CaseResult(n, 0, None, 1, 0) for n in (-5, 0, 9))))
    found = unpack(packed.roster, packed.data)
    assert [found.index_of(n) for n in (-5, 0, 9, 1, 10, -6)] == [0, 1, 2, None, None, None]


def test_no_result_at_all_is_packed_too() -> None:
    packed = pack(Columns())
    assert list(unpack(packed.roster, packed.data)) == []


def test_a_suite_of_two_thousand_tests_takes_few_bytes_a_run() -> None:
    seconds = random.Random(1)
    packed = pack(columns(*(CaseResult(n, 0, round(seconds.random(), 3), 1, 0) for n in range(2000))))
    assert len(packed.data) < 2000 * 10


def test_of_two_reports_the_later_decides_and_attempts_add_up() -> None:
    failed, passed = CaseResult(1, 1, 2.0, 2, 2), CaseResult(1, 0, 1.0, 1, 0)
    assert joined(failed, passed) == CaseResult(1, 0, 1.0, 3, 2)
    alone = CaseResult(2, 3, None, 1, 0)
    assert merged([columns(failed), columns(passed, alone)]) == {1: CaseResult(1, 0, 1.0, 3, 2), 2: alone}


def test_attempts_of_many_joined_reports_stay_within_what_is_kept() -> None:
    most = CaseResult(1, 1, None, 255, 255)
    assert pack(columns(joined(most, most))).data
