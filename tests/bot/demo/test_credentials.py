"""The demo's database is a real one: a store that was used, with what tests and time left behind in it."""

from pathlib import Path

from bot.demo.credentials import NAME, fill
from bot.demo.home import Home
from core.clock import utc_now
from core.databases.answer import Databases
from core.settings import load_settings
from core.storage.database import Database


async def test_it_can_be_looked_at_checked_and_cleaned(tmp_path: Path, sqlite_store: Database) -> None:
    home = Home.of(None, tmp_path)
    fill(home.credentials)
    databases = Databases(sqlite_store, home.settings(load_settings(None, {})).settings.databases, utc_now)
    [report] = await databases.look()
    assert (report.name, report.is_reachable, report.problems) == (NAME, True, ())
    [checked] = await databases.integrity()
    assert [each.count for each in checked.orphans] == [1]
    [preview] = await databases.preview()
    assert [(each.rule.name, each.counts.total) for each in preview.deletable] == [("probe credentials", 40)]


def test_a_second_start_leaves_it_as_it_is(tmp_path: Path) -> None:
    fill(tmp_path / "credentials.db")
    before = (tmp_path / "credentials.db").read_bytes()
    fill(tmp_path / "credentials.db")
    assert (tmp_path / "credentials.db").read_bytes() == before
