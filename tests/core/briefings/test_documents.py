"""Documents hold every word of a briefing, and no word of a stranger's does more than be read."""

import re
from datetime import UTC
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.briefings.documents import briefing_document
from core.briefings.model import Kind, Morning, Report
from tests.handlers.messages.briefings import FINDINGS, TYPICAL, a_morning, a_report, an_awful_morning, an_awful_report

EVIL = "<script>alert(1)</script> [x](javascript:y) | `a` **b** \u202e'\"&lt;"
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "strong", "section", "ul", "li", "svg",
    "text", "polyline", "circle", "footer", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") or name in ("href", "src") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_report_says_everything_with_its_charts_in_words(form: str) -> None:
    told = briefing_document(a_report(Kind.DAILY, *TYPICAL), form, UTC)
    for words in (
        "Daily test report",
        "backend",
        "1 new cause",
        "Integration tests",
        "80 % wanted",
        "Failing tests in 4 runs",
    ):
        assert words in told


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_morning_says_score_checks_and_what_to_do(form: str) -> None:
    told = briefing_document(a_morning(*FINDINGS), form, UTC)
    for words in ("35 of 100", "below 80", "smoke tests", "not known", "FAILED", "Set it."):
        assert words in told


@given(st.text(max_size=200) | st.just(EVIL), st.booleans())
def test_foreign_words_make_no_element(words: str, is_morning: bool) -> None:
    made: Morning | Report = an_awful_morning(words, 4) if is_morning else an_awful_report(words, 2, 2)
    tags = Tags()
    tags.feed(briefing_document(made, "html", UTC))
    assert tags.seen <= TAGS


def test_foreign_words_make_no_heading_link_or_row() -> None:
    for written in briefing_document(an_awful_report(EVIL, 2, 2), "markdown", UTC).splitlines():
        line = re.sub(r"(`+).*?\1", "", written)  # within a code span nothing is more than its letters
        assert "](javascript" not in line.replace("\\]", "")
        assert "<script" not in line.replace("\\<", "")
