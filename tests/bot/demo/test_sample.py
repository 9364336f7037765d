"""The sample project: its history holds together, and its faults really occur."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.sample import history, suite
from bot.sample.history import Change, Repository, Revision, open_repository, revisions
from core.errors import UsageError
from core.failures.diagnose import diagnoser
from core.runs.junit import read_report
from core.runs.parsed import ReadOptions
from core.runs.sniff import Source

COUNT_FLAKES = """
from credstore.passwords import generate
print(sum(not any(letter.isdigit() for letter in generate()) for _ in range(1000)))
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return open_repository(tmp_path_factory.mktemp("sample") / "credstore")


def test_every_revision_can_be_checked_out(tmp_path: Path, repository: Repository) -> None:
    for revision in revisions():
        repository.check_out(revision.name, tmp_path / revision.name)
        assert (tmp_path / revision.name / "credstore" / "store.py").is_file()
        assert not (tmp_path / revision.name / "__init__.py").exists()


def test_a_second_opening_finds_it_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = [open_repository(tmp_path / "one").commit_of(each.name) for each in revisions()]
    (tmp_path / "one" / "note.txt").write_text("a reader's own file")
    again = open_repository(tmp_path / "one")
    assert [again.commit_of(each.name) for each in revisions()] == commits
    assert (tmp_path / "one" / "note.txt").exists()


def test_the_commits_are_the_same_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nname = Somebody\n[commit]\ngpgsign = true\n[core]\nautocrlf = true\n")
    first = open_repository(tmp_path / "one").commit_of("v1.5")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    monkeypatch.setenv("TZ", "Asia/Seoul")
    assert open_repository(tmp_path / "two").commit_of("v1.5") == first


def test_the_history_tells_who_did_what(repository: Repository) -> None:
    told = subprocess.run(
        ["git", "log", "--format=%an: %s", "--reverse"],
        cwd=repository.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = told.stdout.splitlines()
    assert len(lines) == len(revisions())
    assert lines[0] == "Ana Ruiz: Keep credentials, sealed and audited"


def test_without_git_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history.shutil, "which", lambda _name: None)
    with pytest.raises(UsageError, match="needs git; install it, or show your own reports with --reports PATH"):
        open_repository(tmp_path / "credstore")


def test_an_unknown_revision_is_refused(tmp_path: Path, repository: Repository) -> None:
    with pytest.raises(ValueError, match=r"no revision 'v9'; it has v1\.0, v1\.1"):
        repository.check_out("v9", tmp_path / "v9")


def test_a_change_that_does_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = revisions()[0]
    wrong = Revision("v1.0", "", first.author, first.at, 1, (Change("credstore/store.py", "no such words", ""),))
    monkeypatch.setattr(history, "revisions", lambda: (wrong,))
    with pytest.raises(ValueError, match="does not fit"):
        open_repository(tmp_path / "credstore")


async def test_the_promised_faults_really_occur(tmp_path: Path, repository: Repository) -> None:
    """At the newest revision all at once; each category as T12 itself finds it."""
    reports = await suite.run_suite(repository, revisions()[-1].name, tmp_path / "newest")
    with reports.junit.open("rb") as raw:
        parsed = read_report(Source(raw, 1 << 24), ReadOptions("credstore"), diagnoser([]))
    parsed.spool.close()
    words = reports.junit.read_text(encoding="utf-8")
    assert parsed.counts.tests >= 80
    assert parsed.counts.collection_errors == 1
    assert "cannot import name &#x27;seal_stream&#x27;" in words or "cannot import name 'seal_stream'" in words
    for fault in ("Mock object has no attribute", "database is locked", "was never awaited", "too common"):
        assert fault in words


async def test_the_first_revision_is_green_but_for_the_flaky_test(tmp_path: Path, repository: Repository) -> None:
    reports = await suite.run_suite(repository, revisions()[0].name, tmp_path / "first")
    words = reports.junit.read_text(encoding="utf-8")
    assert words.count("<failure") == words.count("test_a_generated_password_has_a_digit()")
    assert "<error" not in words


def test_the_flaky_test_fails_now_and_then(tmp_path: Path, repository: Repository) -> None:
    repository.check_out("v1.0", tmp_path / "v1.0")
    done = subprocess.run(
        [sys.executable, "-c", COUNT_FLAKES], cwd=tmp_path / "v1.0", capture_output=True, text=True, check=True
    )
    assert 300 < int(done.stdout) < 600


def test_missing_tools_are_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = suite.importlib.util.find_spec
    monkeypatch.setattr(suite.importlib.util, "find_spec", lambda name: None if name == "pytest_cov" else found(name))
    with pytest.raises(UsageError, match=r"needs pytest-cov: pip install 't12\[demo\]'"):
        suite.demand_tools()


async def test_a_cancelled_run_leaves_no_process(tmp_path: Path, repository: Repository) -> None:
    running = asyncio.create_task(suite.run_suite(repository, "v1.0", tmp_path / "v1.0"))
    async with asyncio.timeout(20):
        while not (tmp_path / "v1.0" / ".reports" / "temporary").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not [each for each in psutil.process_iter(["cwd"]) if (each.info["cwd"] or "").startswith(str(tmp_path))]
