"""The repository under test tells owners and suspects, and says what it does not know."""

import os
from pathlib import Path

import pytest

from core.incidents.project import find_suspects, owners_of, project_of
from core.settings import IncidentSettings, MockSettings, Settings
from tests.core.test_git import git


def settings(project: Path | None, **more: object) -> Settings:
    return Settings(incidents=IncidentSettings(project=project, **more))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for number in range(3):
        (tmp_path / "a.py").write_text(f"n = {number}\n")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", f"count {number}")
        git(tmp_path, "tag", f"v{number}")
    return tmp_path


def test_the_project_is_that_of_the_mock_audit_when_it_has_none_of_its_own(tmp_path: Path) -> None:
    assert project_of(Settings(mocks=MockSettings(project=tmp_path))) == tmp_path
    assert project_of(settings(tmp_path / "other")) == tmp_path / "other"
    assert project_of(Settings()) is None


@pytest.mark.parametrize("place", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
def test_owners_are_found_where_github_looks(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("tests/ @qa\n")
    assert owners_of(settings(tmp_path)).owners_of("tests/test_a.py") == ("@qa",)


def test_a_file_that_is_named_is_the_one(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text("* @one\n")
    (tmp_path / "OTHER").write_text("* @two\n")
    chosen = settings(tmp_path, codeowners=tmp_path / "OTHER")
    assert owners_of(chosen).owners_of("a.py") == ("@two",)


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "CODEOWNERS"
    for number, owner in enumerate(("@one", "@two")):
        file.write_text(f"* {owner}\n")
        os.utime(file, (number, number))
        assert owners_of(settings(tmp_path)).owners_of("a.py") == (owner,)


def test_without_a_file_nobody_owns_anything(tmp_path: Path) -> None:
    assert owners_of(settings(tmp_path)).rules == ()
    assert owners_of(Settings()).rules == ()
    (tmp_path / "CODEOWNERS").mkdir()
    assert owners_of(settings(tmp_path)).rules == ()


def test_suspects_are_the_commits_after_the_good_revision(repository: Path) -> None:
    found = find_suspects(repository, "v0", ["v1", "v2"])
    assert [each.subject for each in found.commits] == ["count 2", "count 1"]
    assert found.revisions == ("v1", "v2")


def test_a_revision_that_is_not_there_is_named(repository: Path) -> None:
    found = find_suspects(repository, "v0", ["deadbeef"])
    assert (found.commits, found.unknown, found.has_repository) == ((), ("deadbeef",), True)


def test_without_a_repository_only_the_revisions_are_known() -> None:
    found = find_suspects(None, "v0", ["v1"])
    assert (found.revisions, found.has_repository) == (("v1",), False)


def test_a_folder_that_is_no_repository_knows_nothing(tmp_path: Path) -> None:
    assert find_suspects(tmp_path, "v0", ["v1"]).unknown == ("v0", "v1")
