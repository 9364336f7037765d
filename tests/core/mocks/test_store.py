"""Audits are kept as they were, once each, and give a trend."""

from datetime import UTC, datetime, timedelta

from core.mocks.store import audit_marks, newest_audit, put_audit
from core.storage.database import Database
from tests.core.mocks.values import a_component, a_finding, an_audit

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


async def test_an_audit_is_read_as_it_was_stored(store: Database) -> None:
    made = an_audit(a_finding(1), a_finding(2))
    async with store.write() as connection:
        assert await put_audit(connection, "/shop", made, "abc", NOW)
    async with store.read() as connection:
        found = await newest_audit(connection, "/shop")
        assert await newest_audit(connection, "/other") is None
    assert found is not None
    assert (found.audit, found.revision, found.at) == (made, "abc", NOW)


async def test_the_same_audit_of_the_same_revision_is_kept_once(store: Database) -> None:
    async with store.write() as connection:
        assert await put_audit(connection, "/shop", an_audit(seconds=0.1), "abc", NOW)
        assert not await put_audit(connection, "/shop", an_audit(seconds=9.9), "abc", NOW + timedelta(hours=1))
        assert await put_audit(connection, "/shop", an_audit(), "def", NOW + timedelta(hours=2))
        assert await put_audit(connection, "/shop", an_audit(a_finding(1)), "def", NOW + timedelta(hours=3))


async def test_a_trend_reads_the_newest_audits_oldest_first(store: Database) -> None:
    async with store.write() as connection:
        for day in range(5):
            component = a_component(mock_methods=("create", "rotate")[: day % 3])
            made = an_audit(components=(component,))
            await put_audit(connection, "/shop", made, f"rev{day}", NOW + timedelta(days=day))
    async with store.read() as connection:
        marks = await audit_marks(connection, "/shop", limit=3)
    assert [mark.revision for mark in marks] == ["rev2", "rev3", "rev4"]
    assert [mark.components[0].compliance_percentage for mark in marks] == [100, 0, 50]
