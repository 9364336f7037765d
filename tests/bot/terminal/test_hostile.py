# ruff: noqa: E501 - words and tables read best on one line
"""Names that others choose are shown and never obeyed: no markup, no colour codes, no text turned around."""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from click.testing import CliRunner
from rich.text import Text

from bot.cli import main
from bot.terminal.style import InertConsole

HOSTILE = "[red]boo[/red] [/] :bomb: \x9b31mred \u202elive\u202c \u2066iso\u2069 zero\u200bwidth\ufeff `code` <!channel> \u0085"
FORBIDDEN = "\x1b\x9b\x85\u202e\u202c\u2066\u2069\u200b\ufeff"


@pytest.fixture
def said(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """A store whose every word is hostile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("T12_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "200")
    word = quoteattr(HOSTILE)
    bad = f"<failure message={word} type={word}>E   ValueError: {HOSTILE.replace('<', '&lt;')}</failure>"
    runner = CliRunner()
    for hour, child in enumerate(("", "", bad, bad)):
        report = (
            f"<testsuites name={word}><testsuite name={word} hostname={word}>"
            f"<testcase classname={word} name={word} file={word} time={word}>{child}</testcase>"
            f"<testcase name='t{hour}' timestamp={word}/></testsuite></testsuites>"
        )
        words = ["ingest", "-", "--suite", HOSTILE, "--branch", HOSTILE, "--revision", HOSTILE, "--run", f"{hour}{HOSTILE}",
                 "--started-at", f"2026-03-02T0{hour}:00:00Z"]  # fmt: skip
        found = runner.invoke(main, words, input=report)
        assert found.exit_code == 0, found.output
        inert(found.output)
    yield runner


def inert(shown: str) -> None:
    assert not any(each in shown for each in FORBIDDEN), ascii(shown)


@pytest.mark.parametrize(
    "words",
    [["health"], ["failures"], ["flaky"], ["slow"], ["test", "boo"], ["runs"], ["doctor"], ["config"]],
    ids=lambda each: each[0],
)
def test_hostile_words_are_shown_inert(said: CliRunner, words: list[str]) -> None:
    found = said.invoke(main, words)
    assert found.exit_code in (0, 1)
    assert found.exception is None or isinstance(found.exception, SystemExit)
    inert(found.output)
    if words[0] not in ("doctor", "config"):
        assert "[red]boo[/red] [/]" in found.output


def test_the_console_sends_styles_and_no_other_control_character() -> None:
    import io

    out = io.StringIO()
    console = InertConsole(file=out, force_terminal=True, color_system="standard", width=80)
    console.print(Text("\x1b[2Jwords\x07\x9b1m", style="red"))
    console.print("[bold]as it is[/bold] :smile:")
    assert out.getvalue() == "\x1b[31m[2Jwords1m\x1b[0m\n[bold]as it is[/bold] :smile:\n"


def test_lines_and_tables_stay_whole() -> None:
    import io

    from bot.terminal.style import grid

    out = io.StringIO()
    table = grid("a", "b")
    table.add_row(Text("x\ny"), Text("z"))
    InertConsole(file=out, width=20).print(table)
    assert [line.rstrip() for line in out.getvalue().splitlines()] == ["a  b", "x  z", "y"]
