"""What is said about databases: empty, typical, worst, too long, hostile."""

from __future__ import annotations

from collections.abc import Callable

from core.databases.cleanup import Cleaned
from handlers.commands import Ask
from handlers.messages.database_alert import render_database_alert
from handlers.messages.database_cleanup import render_database_cleaned, render_database_cleanup
from handlers.messages.database_integrity import render_database_integrity
from handlers.messages.databases import render_databases
from handlers.messages.message import Message
from tests.handlers.messages.databases import (
    a_cleaned,
    a_database,
    a_file,
    a_healthy_database,
    a_preview,
    a_silent_database,
    an_alert,
    an_integrity,
)
from tests.handlers.messages.values import HOSTILE, LONG

LOOK, INTEGRITY, CLEANUP = Ask("db"), Ask("db", "integrity"), Ask("db", "cleanup orders")

DATABASES: dict[str, Callable[[], Message]] = {
    "databases-empty": lambda: render_databases([a_healthy_database()], LOOK),
    "databases-typical": lambda: render_databases(
        [a_healthy_database("billing"), a_database(count=1), a_file(), a_silent_database("search")], LOOK
    ),
    "databases-worst": lambda: render_databases([a_database(f"database_{n}", 30) for n in range(30)], LOOK),
    "databases-too-long": lambda: render_databases([a_database(LONG, 9, LONG), a_file(LONG, LONG, 9)], LOOK),
    "databases-hostile": lambda: render_databases(
        [a_database(HOSTILE, 2, HOSTILE), a_file(HOSTILE, HOSTILE)], LOOK
    ),
    "database-alert-empty": lambda: render_database_alert(an_alert(count=0)),
    "database-alert-typical": lambda: render_database_alert(an_alert()),
    "database-alert-worst": lambda: render_database_alert(an_alert(count=40, is_over=True)),
    "database-alert-too-long": lambda: render_database_alert(an_alert(LONG, 9, LONG)),
    "database-alert-hostile": lambda: render_database_alert(an_alert(HOSTILE, 3, HOSTILE, is_over=True)),
    "database-integrity-empty": lambda: render_database_integrity([an_integrity()], INTEGRITY),
    "database-integrity-typical": lambda: render_database_integrity(
        [an_integrity(count=1), an_integrity("billing")], INTEGRITY
    ),
    "database-integrity-worst": lambda: render_database_integrity(
        [an_integrity(f"database_{n}", 90) for n in range(40)], INTEGRITY
    ),
    "database-integrity-too-long": lambda: render_database_integrity([an_integrity(LONG, 9, LONG)], INTEGRITY),
    "database-integrity-hostile": lambda: render_database_integrity([an_integrity(HOSTILE, 2, HOSTILE)], INTEGRITY),
    "database-cleanup-empty": lambda: render_database_cleanup([a_preview(count=0)], CLEANUP),
    "database-cleanup-typical": lambda: render_database_cleanup([a_preview(count=2)], CLEANUP),
    "database-cleanup-worst": lambda: render_database_cleanup([a_preview(f"d{n}", 40) for n in range(40)], CLEANUP),
    "database-cleanup-too-long": lambda: render_database_cleanup([a_preview(LONG, 40, LONG)], CLEANUP),
    "database-cleanup-hostile": lambda: render_database_cleanup([a_preview(HOSTILE, 3, HOSTILE)], CLEANUP),
    "database-cleaned-empty": lambda: render_database_cleaned(a_cleaned(count=0)),
    "database-cleaned-typical": lambda: render_database_cleaned(
        Cleaned("orders", a_cleaned(count=3).deleted[1:], ("users",))
    ),
    "database-cleaned-worst": lambda: render_database_cleaned(a_cleaned(count=40)),
    "database-cleaned-too-long": lambda: render_database_cleaned(a_cleaned(LONG, 40, LONG)),
    "database-cleaned-hostile": lambda: render_database_cleaned(a_cleaned(HOSTILE, 4, HOSTILE)),
}
