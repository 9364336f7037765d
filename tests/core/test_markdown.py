"""Foreign text in a Markdown document reads as it was written and changes nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.markdown import block, code, one_line, prose, table

PARSER = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = "# h1\n* [x](http://evil.example) <img src=x> | `a` ``b`` ~~c~~ ![i](j) &lt; \\ 1. \u202e\u200b\x00 --- ==="
SOME = st.one_of(st.text(), st.text(alphabet="`|*_[]()<>#-=+1. \n\\&!~a:/w"))


def text_of(document: str) -> tuple[list[str], str]:
    """The kinds of blocks, and the words of the document."""
    tokens = PARSER.parse(document)
    inline = [child for token in tokens if token.type == "inline" for child in token.children or []]
    assert {child.type for child in inline} <= {"text", "text_special", "code_inline"}, document
    return [token.type for token in tokens], "".join(child.content for child in inline)


@given(SOME)
def test_prose_stays_one_paragraph_with_its_words(text: str) -> None:
    kinds, words = text_of(f"It said {prose(text)} today.")
    assert kinds == ["paragraph_open", "inline", "paragraph_close"]
    assert words == f"It said {one_line(text, 300)} today."


@given(SOME)
def test_prose_at_the_start_of_a_line_begins_no_block(text: str) -> None:
    if prose(text):
        assert text_of(prose(text))[0] == ["paragraph_open", "inline", "paragraph_close"]


@given(SOME)
def test_code_is_one_span(text: str) -> None:
    tokens = [child for token in PARSER.parse(f"see {code(text)} now") for child in token.children or []]
    assert [token.type for token in tokens] == ["text", "code_inline", "text"]


@given(st.lists(SOME, min_size=2, max_size=2))
def test_a_row_of_a_table_keeps_its_cells(cells: list[str]) -> None:
    document = "\n".join(table(("one", "two"), [(prose(cells[0]), code(cells[1]))]))
    kinds = [token.type for token in PARSER.parse(document)]
    assert kinds.count("tr_open") == 2
    assert kinds.count("td_open") == 2


@given(SOME)
def test_a_block_ends_where_it_ends(text: str) -> None:
    document = "\n".join(["before", "", *block(text), "after"])
    kinds = [token.type for token in PARSER.parse(document)]
    assert kinds == ["paragraph_open", "inline", "paragraph_close", "fence", "paragraph_open", "inline",
                     "paragraph_close"]  # fmt: skip


def test_what_cannot_be_seen_is_not_kept() -> None:
    assert prose("a\u202eb\u200bc\x00d\ne") == "abc d e"
    assert code("") == "`(no text)`"


@pytest.mark.parametrize("write", [prose, code])
def test_text_beyond_its_limit_ends_in_an_ellipsis(write: object) -> None:
    assert callable(write)
    assert "…" in write("x" * 5000)
    assert len(write("x" * 5000)) < 400


def test_hostile_words_stay_words() -> None:
    document = f"# Title\n\n- {prose(HOSTILE)}\n- {code(HOSTILE)}\n"
    _, words = text_of(document)
    assert "[x](http://evil.example)" in words
