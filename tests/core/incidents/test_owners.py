"""A file's owners are those that GitHub would ask for a review."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.incidents.owners import Owners, read_codeowners


def owned(pattern: str, path: str) -> bool:
    return read_codeowners(f"{pattern} @x").owners_of(path) == ("@x",)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*", ["a.py", "a/b/c.py", ".env"], []),
        ("**", ["a.py", "a/b/c.py"], []),
        ("*.py", ["a.py", "tests/b/a.py"], ["a.pyc", "py"]),
        ("/*.py", ["a.py"], ["tests/a.py"]),
        ("/*", ["a.py"], ["tests/a.py"]),
        ("tests", ["tests/a.py", "x/tests/a/b.py", "tests"], ["tests2/a.py", "mytests/a.py"]),
        ("tests/", ["tests/a.py", "x/tests/a/b.py"], ["tests", "tests2/a.py"]),
        ("/tests/", ["tests/a.py", "tests/a/b.py"], ["x/tests/a.py", "tests"]),
        ("/tests", ["tests/a.py", "tests"], ["x/tests/a.py"]),
        ("tests/unit", ["tests/unit/a.py", "tests/unit"], ["x/tests/unit/a.py", "tests/units/a.py"]),
        ("tests/*", ["tests/a.py"], ["tests/unit/a.py", "x/tests/a.py"]),
        ("tests/*/", ["tests/unit/a.py", "tests/unit/b/a.py"], ["tests/a.py"]),
        ("tests/*/a.py", ["tests/unit/a.py"], ["tests/a.py", "tests/x/unit/a.py"]),
        ("tests/**", ["tests/a.py", "tests/unit/a.py"], ["tests", "x/tests/a.py"]),
        ("**/unit", ["unit/a.py", "tests/unit/a.py", "a/b/unit"], ["units/a.py"]),
        ("tests/**/a.py", ["tests/a.py", "tests/x/a.py", "tests/x/y/a.py"], ["tests/xa.py", "a.py"]),
        ("/**/**/a.py", ["a.py", "x/y/a.py"], ["xa.py"]),
        ("test_?.py", ["test_a.py", "x/test_b.py"], ["test_.py", "test_ab.py", "test_/.py"]),
        ("test_*_api.py", ["test_x_api.py", "test__api.py"], ["test_x/y_api.py"]),
        ("a*b*c", ["abc", "aabbcc", "abcbc", "acbbc"], ["acb", "ab/c", "ac"]),
        ("*a?*b", ["axb", "aaab", "xaxxbb"], ["ab", "axbc"]),
        ("**/a/b/**/c/*", ["a/b/c/d", "a/a/b/x/c/c/d", "x/a/b/c/c"], ["a/b/c", "a/x/b/c/d", "a/b/c/d/e"]),
        ("a**b.py", ["ab.py", "axb.py"], ["a/b.py"]),
        (r"my\ tests/", ["my tests/a.py"], ["my/a.py", "tests/a.py"]),
        (r"\*.py", ["*.py"], ["a.py"]),
        ("a+(b).py", ["a+(b).py"], ["aab.py"]),
        ("Tests/", ["Tests/a.py"], ["tests/a.py"]),
        ("/", [], ["a.py"]),
    ],
)
def test_a_pattern_is_about_the_paths_that_github_says(pattern: str, inside: list[str], outside: list[str]) -> None:
    assert {path: owned(pattern, path) for path in (*inside, *outside)} == {
        **dict.fromkeys(inside, True),
        **dict.fromkeys(outside, False),
    }


def test_the_last_line_that_fits_counts() -> None:
    owners = read_codeowners("* @all\n/tests/ @qa dev@example.com\n*.sql @acme/data\n/tests/free/\n")
    assert owners.owners_of("app/a.py") == ("@all",)
    assert owners.owners_of("tests/a.py") == ("@qa", "dev@example.com")
    assert owners.owners_of("tests/a.sql") == ("@acme/data",)
    assert owners.owners_of("tests/free/a.py") == ()


def test_what_no_line_is_about_has_no_owner() -> None:
    assert read_codeowners("/docs/ @x").owners_of("a.py") == ()
    assert Owners().owners_of("a.py") == ()


def test_comments_and_blank_lines_say_nothing() -> None:
    text = "\ufeff# owners\r\n\r\n  * @x # all of it, @y too\r\n/a#b @z\r\n#* @y\r\n"
    assert read_codeowners(text).owners_of("a.py") == ("@x",)
    assert read_codeowners(text).owners_of("a#b") == ("@z",)


@pytest.mark.parametrize("line", ["!a.py @y", "a[bc].py @y", "a.py y", "my file.py @y", "a.py @y z", "a.py @"])
def test_a_line_that_is_not_understood_is_left_out(line: str) -> None:
    assert len(read_codeowners(f"* @x\n{line}\n").rules) == 1


@pytest.mark.parametrize("header", ["[Data base]", "^[Optional]", "[Two][2]", "[Of One][1] # comment"])
def test_sections_of_gitlab_change_nothing(header: str) -> None:
    owners = read_codeowners(f"* @x\n{header}\n*.sql @data\n*.md\n")
    assert [owners.owners_of(path) for path in ("a.py", "a.sql", "a.md")] == [("@x",), ("@data",), ()]


def test_default_owners_of_a_section_own_what_it_names_without_owners() -> None:
    owners = read_codeowners("[Docs][2] @writers @acme/docs\n*.md\n*.rst @y\n[Rest]\n*.txt\n")
    assert owners.owners_of("a.md") == ("@writers", "@acme/docs")
    assert owners.owners_of("a.rst") == ("@y",)
    assert owners.owners_of("a.txt") == ()


@pytest.mark.parametrize("path", ["tests/a.py", "./tests/a.py", "/tests/a.py"])
def test_a_path_may_be_written_from_the_repositorys_root(path: str) -> None:
    assert read_codeowners("/tests/ @x").owners_of(path) == ("@x",)


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "**/a/" * 40 + "b", "/" + "*a/**/" * 40 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    rules = read_codeowners(f"{pattern} @x")
    assert [rules.owners_of(path) for path in ("a" * 400, "a/" * 400 + "a", "aa/" * 400)] == [(), (), ()]


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for rule in read_codeowners(text).rules:
        assert rule.paths.fullmatch("") is None


@settings(deadline=None)
@given(st.from_regex(re.compile(r"[a-z][a-z.]*(/[a-z.]+){0,4}"), fullmatch=True))
def test_a_file_is_owned_by_its_own_name_and_by_its_folders(path: str) -> None:
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        assert owned("/" + "/".join(parts[:depth]), path)
        assert owned(parts[depth - 1], path)
