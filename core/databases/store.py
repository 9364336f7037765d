"""What is kept of a cleanup: that it was begun, by whom, and what it came to."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from core.databases.cleanup import Cleaned, Seen, cleaned_to_json
from core.storage.database import Database
from core.storage.events import Json, record, was_requested

BEGUN, DONE = "DatabaseCleanupBegun", "DatabaseCleaned"


async def begin_cleanup(store: Database, seen: Seen, by: str, now: datetime, request: str | None) -> bool:
    """Keep that somebody confirmed it; False when this click or form was kept before.

    It is kept first and done then: whatever dies between, no row is deleted twice by one click.
    """
    counts: dict[str, Json] = {key: [each.rows, each.total] for key, each in seen.counts.items()}
    try:
        async with store.write() as connection:
            if request is not None and await was_requested(connection, request):
                return False
            await record(connection, BEGUN, now, request=request, database=seen.name, by=by, seen=counts)
    except IntegrityError:
        return False
    return True


async def keep_cleaned(store: Database, cleaned: Cleaned, by: str, now: datetime) -> None:
    async with store.write() as connection:
        await record(connection, DONE, now, by=by, **cleaned_to_json(cleaned))
