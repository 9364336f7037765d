"""What Git knows of a folder, without anybody's settings or hooks."""

import subprocess
from pathlib import Path

import pytest

from core.errors import UsageError
from core.git import author_of, commits_between, files_at, knows, revision_of


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Ana Ruiz", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "backend").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "backend" / "a.py").write_text("one = 1\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "begin")
    git(folder, "tag", "v1")
    (folder / "backend" / "a.py").write_text("one = 1\ntwo = 2\n")
    git(folder, "commit", "--quiet", "--all", "--message", "count on")
    return folder


def test_the_revision_says_whether_files_differ_from_it(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    assert revision_of(repository / "backend") == commit
    (repository / "backend" / "a.py").write_text("three = 3\n")
    assert revision_of(repository / "backend") == f"{commit}+"


def test_a_folder_outside_a_repository_has_none(tmp_path: Path) -> None:
    assert revision_of(tmp_path) is None


def test_a_folder_is_had_as_it_was(repository: Path) -> None:
    with files_at(repository / "backend", "v1") as folder:
        assert (folder / "a.py").read_text() == "one = 1\n"
    assert not folder.exists()
    with files_at(repository, "v1") as folder:
        assert (folder / "backend" / "a.py").read_text() == "one = 1\n"


@pytest.mark.parametrize("revision", ["v9", "--output=/tmp/x", "v1; rm -rf ."])
def test_a_revision_that_is_none_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="revision"), files_at(repository, revision):
        pass


def test_a_link_of_a_revision_leads_nowhere(repository: Path) -> None:
    (repository / "backend" / "link.py").symlink_to("/etc/hostname")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "link")
    with files_at(repository, "HEAD") as folder:
        assert not (folder / "backend" / "link.py").exists()
        assert not (folder / "backend" / "link.py").is_symlink()


def test_a_line_has_its_author(repository: Path) -> None:
    author = author_of(repository / "backend", "a.py", 2)
    assert author is not None
    assert (author.name, author.summary) == ("Ana Ruiz", "count on")
    assert author_of(repository, "backend/a.py", 99) is None
    (repository / "backend" / "a.py").write_text("one = 1\ntwo = 2\nthree = 3\n")
    assert author_of(repository, "backend/a.py", 3) is None, "not committed yet"


def test_what_came_between_two_revisions_has_author_and_subject(repository: Path) -> None:
    (repository / "backend" / "a.py").write_text("one = 1\n")
    git(repository, "commit", "--quiet", "--all", "--message", "forget\n\nat length")
    found = commits_between(repository / "backend", "v1", "HEAD", most=10)
    assert found is not None
    assert [(each.author, each.subject) for each in found] == [("Ana Ruiz", "forget"), ("Ana Ruiz", "count on")]
    newest = commits_between(repository, "v1", found[0].revision[:10], most=1)
    assert newest == found[:1]
    assert commits_between(repository, "HEAD", "v1", most=10) == []


@pytest.mark.parametrize("revision", ["v9", "--output=/tmp/x", ":/count", "@{1}", "HEAD..v1", "", "v1\n"])
def test_a_revision_that_is_none_has_nothing_before_it(repository: Path, revision: str) -> None:
    assert not knows(repository, revision)
    assert commits_between(repository, "v1", revision, most=10) is None
    assert commits_between(repository, revision, "HEAD", most=10) is None
