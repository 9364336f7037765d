# ruff: noqa: E501 - a table reads best with one case a line
"""Durations and timestamps, in all the shapes reports write them in."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.times import LONGEST_SECONDS, instant, seconds


@pytest.mark.parametrize(
    ("raw", "read", "warned"),
    [
        (None, None, False), ("", None, False), ("  ", None, False), ("0", 0.0, False), ("1.5", 1.5, False), (" 1.5 ", 1.5, False),
        (".5", 0.5, False), ("5.", 5.0, False), ("+2", 2.0, False), ("1e-3", 0.001, False), ("2E2", 200.0, False),
        ("0,288", 0.288, True), ("0,05", 0.05, True), ("1,134.193", 1134.193, True), ("1,234,567.5", 1234567.5, True),
        ("1.234,5", 1234.5, True), ("1,234", 1.234, True), ("-5", 0.0, True), ("-0,5", 0.0, True), ("1e400", 1e7, True),
        ("99999999", 1e7, True), ("nan", None, True), ("inf", None, True), ("-inf", None, True), ("1_000", None, True),
        ("02:03:56", None, True), ("1.5s", None, True), ("brrrr", None, True), ("n/a", None, True), ("<<computed>>", None, True),
        ("--1", None, True), ("1.2.3", None, True), (",", None, True), ("9" * 5000, None, True), ("0x10", None, True),
    ],
)  # fmt: skip
def test_durations(raw: str | None, read: float | None, warned: bool) -> None:
    found, warning = seconds(raw)
    assert found == read
    assert (warning is not None) == warned
    assert warning is None or len(warning) < 100


@given(st.text(alphabet="0123456789.,eE+-_ ninfa:s", max_size=30) | st.text(max_size=20))
def test_whatever_stands_there_is_a_bounded_number_or_unknown(raw: str) -> None:
    found, warning = seconds(raw)
    assert found is None or 0 <= found <= LONGEST_SECONDS
    assert warning is not None or found is not None or not raw.strip()


MINUS_5 = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("2020-09-10T13:34:55", datetime(2020, 9, 10, 13, 34, 55, tzinfo=UTC)),
        ("2022-12-29T02:23:00Z", datetime(2022, 12, 29, 2, 23, tzinfo=UTC)),
        ("2020-09-01T07:11:23.815873", datetime(2020, 9, 1, 7, 11, 23, 815873, tzinfo=UTC)),
        ("2023-01-14T21:18:12.420Z", datetime(2023, 1, 14, 21, 18, 12, 420000, tzinfo=UTC)),
        ("2018-04-18T23:29:42+00:00", datetime(2018, 4, 18, 23, 29, 42, tzinfo=UTC)),
        ("2025-11-15T11:51:49.548396-05:00", datetime(2025, 11, 15, 11, 51, 49, 548396, tzinfo=MINUS_5)),
        ("2026-03-02T08:00:00.5123456Z", datetime(2026, 3, 2, 8, 0, 0, 512345, tzinfo=UTC)),
        ("2022-09-20 21:16:48Z", datetime(2022, 9, 20, 21, 16, 48, tzinfo=UTC)),
        ("2021-03-07T10:36:56 UTC", datetime(2021, 3, 7, 10, 36, 56, tzinfo=UTC)),
        ("2021-03-07 10:36:56 +0200", datetime(2021, 3, 7, 8, 36, 56, tzinfo=UTC)),
        ("2024-01-03", datetime(2024, 1, 3, tzinfo=UTC)),
        ("Sat, 03 Dec 2022 23:10:07 GMT", datetime(2022, 12, 3, 23, 10, 7, tzinfo=UTC)),
        ("26 Jun 2018 13:51:32 GMT", datetime(2018, 6, 26, 13, 51, 32, tzinfo=UTC)),
        ("Tue Mar 31 05:03:00 2020", datetime(2020, 3, 31, 5, 3, tzinfo=UTC)),
        ("1679511632462", datetime(2023, 3, 22, 19, 0, 32, 462000, tzinfo=UTC)),
        ("  2024-01-03  ", datetime(2024, 1, 3, tzinfo=UTC)),
        ("12.000", None), ("YYYY-MM-DDTHH:MM:SS", None), ("", None), (None, None), ("2024-13-40", None), ("now", None),
        ("0001-01-01T00:00:00+14:00", None), ("9999-12-31T23:59:59-14:00", None), ("2" * 5000, None), ("20240103", None),
        ("2024-02-30T00:00:00", None), ("2024-01-03T25:00:00", None), ("1", None), ("Mon, 99 Foo 2022", None),
    ],
)  # fmt: skip
def test_timestamps(raw: str | None, read: datetime | None) -> None:
    found = instant(raw)
    assert found == read
    assert found is None or found.tzinfo is UTC


def test_a_time_without_a_zone_is_in_the_projects() -> None:
    assert instant("2026-07-01T10:00:00", ZoneInfo("Europe/Madrid")) == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert instant("2026-07-01T10:00:00Z", ZoneInfo("Europe/Madrid")) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@given(st.text(alphabet="0123456789-T:.Z+ UTCGMTadeJn,", max_size=40) | st.text(max_size=70))
def test_whatever_stands_there_is_an_instant_or_unknown(raw: str) -> None:
    found = instant(raw, ZoneInfo("Asia/Kathmandu"))
    assert found is None or found.tzinfo is UTC
