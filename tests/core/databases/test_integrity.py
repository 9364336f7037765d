"""Whether a real database holds together: all that does not is found, and nothing is invented."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.databases.answer import check
from core.databases.integrity import IntegrityReport
from core.settings import DatabaseSettings
from tests.core.databases.sessions import VARIABLE, a_session, settings_of
from tests.core.databases.values import NOW

SOUND = """
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE places (country text, town text, PRIMARY KEY (country, town));
CREATE TABLE logs (id int PRIMARY KEY, user_id int REFERENCES users (id), country text, town text,
    FOREIGN KEY (country, town) REFERENCES places (country, town));
INSERT INTO users VALUES (1, 'ana'), (2, 'luis');
INSERT INTO places VALUES ('ES', 'Madrid');
INSERT INTO logs VALUES (1, 1, 'ES', 'Madrid'), (2, NULL, 'ES', NULL), (3, 2, NULL, NULL);
"""


async def checked(url: str, script: str, **values: Any) -> IntegrityReport:
    async with a_session(url) as connection:
        await connection.execute(script)
    return await check("orders", settings_of(**values), NOW)


@pytest.fixture
def url(empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    return empty_postgres_url


def told(report: IntegrityReport) -> list[tuple[str, int, Sequence[str]]]:
    return [(each.reference.name, each.count, each.examples) for each in report.orphans]


async def test_a_sound_database_holds_together(url: str) -> None:
    report = await checked(url, SOUND)
    assert (report.is_sound, report.is_complete, report.checked) == (True, True, 2)
    assert report.verdict == "orders: holds together"
    assert report.counted == "2 references were checked."


async def test_an_empty_database_holds_together(url: str) -> None:
    assert (await check("orders", settings_of(), NOW)).is_sound


async def test_orphans_behind_a_key_that_is_not_valid_are_found(url: str) -> None:
    report = await checked(url, f"""{SOUND}
        ALTER TABLE logs DROP CONSTRAINT logs_user_id_fkey; INSERT INTO logs VALUES (4, 77), (5, 77), (6, 78);
        ALTER TABLE logs ADD CONSTRAINT late FOREIGN KEY (user_id) REFERENCES users NOT VALID;""")  # fmt: skip
    assert told(report) == [("late", 3, ("77", "78"))]
    assert [each.reference.name for each in report.weak] == ["late"]
    assert "NOT VALID" in report.weak[0].sentence
    assert report.orphans[0].sentence == (
        "3 rows point nowhere: logs(user_id) to users(id) (foreign key late), such as 77, 78."
    )
    assert not report.is_sound


async def test_a_key_that_is_not_valid_and_breaks_nothing_is_weak_alone(url: str) -> None:
    report = await checked(url, f"""{SOUND} ALTER TABLE logs DROP CONSTRAINT logs_user_id_fkey;
        ALTER TABLE logs ADD CONSTRAINT late FOREIGN KEY (user_id) REFERENCES users NOT VALID;""")  # fmt: skip
    assert (told(report), len(report.weak)) == ([], 1)


async def test_keys_whose_triggers_are_switched_off_are_found(url: str) -> None:
    report = await checked(url, f"""{SOUND} ALTER TABLE logs DISABLE TRIGGER ALL;
        INSERT INTO logs VALUES (4, 99, 'ES', 'Lugo'), (5, 1, 'FR', NULL);""")  # fmt: skip
    assert told(report) == [("logs_country_town_fkey", 1, ("ES / Lugo",)), ("logs_user_id_fkey", 1, ("99",))]
    assert {each.reference.name for each in report.weak} == {"logs_user_id_fkey", "logs_country_town_fkey"}


async def test_match_full_is_broken_by_a_null_beside_a_value(url: str) -> None:
    report = await checked(url, f"""{SOUND}
        CREATE TABLE visits (country text, town text, CONSTRAINT full_match FOREIGN KEY (country, town)
            REFERENCES places (country, town) MATCH FULL);
        INSERT INTO visits VALUES (NULL, NULL); ALTER TABLE visits DISABLE TRIGGER ALL;
        INSERT INTO visits VALUES ('ES', NULL);""")  # fmt: skip
    assert told(report) == [("full_match", 1, ("ES / null",))]


async def test_odd_names_schemas_and_partitions_are_read(url: str) -> None:
    report = await checked(url, """
        CREATE SCHEMA "My App"; CREATE TABLE "My App"."Us""ers" ("Id" int PRIMARY KEY, "Id 2" int UNIQUE);
        CREATE TABLE events (at int, "by" int REFERENCES "My App"."Us""ers" ("Id 2")) PARTITION BY RANGE (at);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
        INSERT INTO "My App"."Us""ers" VALUES (1, 5); INSERT INTO events VALUES (1, 5), (2, NULL);
        SET session_replication_role = replica; INSERT INTO events VALUES (3, 6);""")  # fmt: skip
    assert told(report) == [("events_by_fkey", 1, ("6",))]
    assert report.checked == 1


async def test_heirs_are_no_rows_of_a_table_that_a_key_is_about(url: str) -> None:
    report = await checked(url, f"""{SOUND} CREATE TABLE old_logs () INHERITS (logs);
        INSERT INTO old_logs (id, user_id) VALUES (9, 99);""")  # fmt: skip
    assert told(report) == []


RULE = {"table": "logs", "column": "by", "references": "users.id"}


async def test_rules_of_the_settings_are_checked_like_keys(url: str) -> None:
    script = f"{SOUND} ALTER TABLE logs ADD \"by\" int; UPDATE logs SET \"by\" = id * 2;"
    report = await checked(url, script, orphans=[RULE, RULE | {"where": "id > 2"}, RULE | {"where": "id = 1"}])
    assert told(report) == [("logs.by", 2, ("4", "6")), ("logs.by", 1, ("6",))]
    assert report.orphans[0].sentence == "2 rows point nowhere: logs(by) to users(id) (rule), such as 4, 6."
    assert report.checked == 5


async def test_a_rule_that_cannot_be_asked_leaves_the_others_alone(url: str) -> None:
    rules = [RULE | {"column": "gone"}, RULE | {"table": "nowhere"}, RULE | {"where": "1 / 0 = 1"}]
    report = await checked(url, SOUND, orphans=[*rules, {**RULE, "column": "user_id"}])
    assert [each.what for each in report.unchecked] == [
        "logs(gone) to users(id)", "nowhere(by) to users(id)", "logs(by) to users(id)",
    ]  # fmt: skip
    assert "column c.gone does not exist" in report.unchecked[0].why
    assert (report.is_sound, report.is_complete, report.checked) == (True, False, 3)
    assert report.verdict == "orders: holds together, as far as I looked"


async def test_a_check_that_takes_too_long_is_said_and_leaves_time_for_the_others(url: str) -> None:
    slow = {**RULE, "column": "user_id", "where": "pg_sleep(20) IS NOT NULL"}
    report = await checked(url, SOUND, integrity_seconds=2, orphans=[slow, {**RULE, "column": "id"}])
    (unchecked,) = report.unchecked
    assert "no time was left" in unchecked.why
    assert report.checked == 3


async def test_rows_that_the_login_may_not_read_are_not_taken_for_none(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_session(url) as owner:
        await owner.execute("DO $$ BEGIN CREATE ROLE weak LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        await owner.execute(f"""{SOUND} GRANT SELECT ON ALL TABLES IN SCHEMA public TO weak;
            REVOKE ALL ON places FROM weak; ALTER TABLE users ENABLE ROW LEVEL SECURITY""")  # fmt: skip
    monkeypatch.setenv(VARIABLE, url.replace("t12@", "weak@"))
    report = await check("orders", settings_of(), NOW)
    assert (told(report), report.checked, len(report.unchecked)) == ([], 0, 2)


async def test_a_server_that_is_away_is_part_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://u@127.0.0.1:1/d")
    report = await check("orders", settings_of(), NOW)
    assert report.verdict == "orders: cannot be checked"
    assert report.error.startswith("Nothing listens there")


LITE = SOUND.replace("int PRIMARY KEY", "INTEGER PRIMARY KEY").replace("REFERENCES users (id)", "REFERENCES users")


async def checked_file(path: Path, script: str, **values: Any) -> IntegrityReport:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    settings = DatabaseSettings.model_validate({"url": f"sqlite:///{path}"} | values)
    return await check("local", settings, NOW)


async def test_a_sound_file_holds_together(tmp_path: Path) -> None:
    report = await checked_file(tmp_path / "a.db", LITE)
    assert (report.is_sound, report.is_complete, report.checked) == (True, True, 2)
    assert report.counted == "2 references were checked, SQLite's own check came to its end."


async def test_orphans_of_a_file_are_found(tmp_path: Path) -> None:
    broken = "INSERT INTO logs VALUES (4, 9, 'ES', 'Lugo'), (5, 9, 'FR', NULL), (6, 8, NULL, NULL);"
    report = await checked_file(tmp_path / "a.db", LITE + broken, orphans=[RULE | {"column": "id"}])
    assert told(report) == [
        ("logs.country_town", 1, ("ES / Lugo",)), ("logs.user_id", 3, ("8", "9")), ("logs.id", 4, ("3", "4", "5")),
    ]  # fmt: skip
    assert report.orphans[1].reference.target_columns == ("id",)


async def test_tables_without_a_row_number_and_lost_parents_are_counted(tmp_path: Path) -> None:
    script = """CREATE TABLE a (id TEXT PRIMARY KEY, up TEXT REFERENCES gone (id)) WITHOUT ROWID;
        INSERT INTO a VALUES ('x', 'y'), ('z', NULL);"""
    report = await checked_file(tmp_path / "a.db", script)
    assert told(report) == [("a.up", 1, ())]


async def test_a_key_to_what_is_not_unique_and_a_wrong_rule_cannot_be_checked(tmp_path: Path) -> None:
    script = "CREATE TABLE a (id INTEGER); CREATE TABLE b (up INTEGER REFERENCES a (id)); INSERT INTO b VALUES (1);"
    report = await checked_file(tmp_path / "a.db", script, orphans=[RULE | {"table": "b", "references": "a.gone"}])
    assert [each.what for each in report.unchecked] == ["Foreign keys of b", "b(by) to a(gone)"]
    assert "no unique key" in report.unchecked[0].why
    assert "no such column" in report.unchecked[1].why
    assert report.is_sound


async def test_damage_to_the_pages_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    fill = "CREATE TABLE t (x TEXT); CREATE INDEX i ON t (x);" + "INSERT INTO t VALUES (hex(randomblob(200)));" * 100
    await checked_file(path, fill)
    content = bytearray(path.read_bytes())
    content[8192 + 8 : 8192 + 60] = bytes(52)
    path.write_bytes(content)
    report = await check("local", DatabaseSettings(url=f"sqlite:///{path}"), NOW)
    assert report.corrupt
    assert not report.is_sound
