"""Small words that all tables share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.terminal.style import bullets, revision, section, when
from tests.builders import a_run


def test_instants_are_shown_in_the_zone_of_the_reader() -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert when(at, ZoneInfo("Europe/Madrid")) == "2026-07-02 00:30"
    assert when(at, ZoneInfo("UTC")) == "2026-07-01 22:30"


def test_a_section_without_a_sentence_is_not_shown() -> None:
    assert list(section("Caveats", [])) == []
    assert [each.plain for each in section("Caveats", ["one"])] == ["\nCaveats", "  • one"]
    assert [each.plain for each in bullets(["a", "b"])] == ["  • a", "  • b"]


def test_revisions_are_short() -> None:
    assert revision(a_run(revision="a" * 40)) == "a" * 10
    assert revision(a_run(revision=None)) == ""
