"""`t12 backup`, `t12 prune` and `t12 token`: care of the store and of those who may send to it."""

from collections.abc import Callable
from pathlib import Path

from tests.bot.cli.conftest import T12
from tests.builders import a_report

Files = Callable[..., Path]


def test_a_backup_is_written_and_verified(t12: T12, files: Files) -> None:
    t12("ingest", files("r.xml", a_report("P")))
    found = t12("backup", "copy.db")
    assert found.code == 0
    assert found.out.startswith("copy.db written and verified, ")
    assert t12("backup", "--verify", "copy.db").out == "copy.db is whole and holds 1 runs\n"


def test_a_backup_overwrites_nothing_and_verifies_no_garbage(t12: T12, files: Files) -> None:
    files("copy.db", "mine")
    assert t12("backup", "copy.db").code == 1
    assert t12("backup", "--verify", "copy.db").code == 1
    assert t12("backup", "--verify", "gone.db").code == 1
    assert not Path("gone.db").exists()


def test_pruning_says_what_went(t12: T12, files: Files) -> None:
    for name, day in (("a", "2020-01-01"), ("b", "2020-01-02")):
        t12("ingest", files(f"{name}.xml", a_report("PF", module=name)), "--started-at", day)
    assert t12("prune", "--texts-days", "10").out == "0 runs and 2 failure texts removed\n"
    assert t12("prune", "--runs-days", "10").out == "1 runs and 0 failure texts removed\n"
    assert len(t12("runs", "--format", "json").json["runs"]) == 1


def test_pruning_follows_the_settings(t12: T12, files: Files) -> None:
    files("t12.toml", "[retention]\nruns_days = 5\n")
    assert t12("prune").code == 0
    found = t12("prune", "--runs-days", "0")
    assert found.code == 2
    assert "everything is kept for ever" in found.err


def test_a_token_is_made_shown_once_listed_and_revoked(t12: T12) -> None:
    made = t12("token", "create", "ci of backend")
    assert made.code == 0
    secret = made.out.strip()
    assert secret.startswith("t12_")
    assert "Keep it now" in made.err
    listed = t12("token", "list")
    assert "ci of backend" in listed.out
    assert secret not in listed.out
    assert "(never used)" in listed.out
    assert t12("token", "revoke", secret).code == 0
    assert t12("token", "list", "--format", "json").json[0]["state"] == "revoked"
    assert t12("token", "revoke", "gone").code == 1


def test_tokens_have_json(t12: T12) -> None:
    made = t12("token", "create", "ci", "--days", "30", "--format", "json").json
    assert made.keys() == {"id", "name", "token"}
    (listed,) = t12("token", "list", "--format", "json").json
    assert listed.keys() >= {"id", "name", "state", "created_at", "expires_at", "last_used_at"}
    assert listed["expires_at"] is not None


def test_no_token_is_an_answer(t12: T12) -> None:
    assert "no token yet" in t12("token", "list").out
