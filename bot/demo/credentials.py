"""The database that the demo's `/t12 db` looks at: a file of the sample's own store, used by people and by tests."""

from contextlib import closing
from pathlib import Path

from bot.sample.project.credstore.audit import AuditTrail
from bot.sample.project.credstore.crypto import derive_key
from bot.sample.project.credstore.store import CredentialStore
from core.settings import CleanupSettings, DatabaseSettings, OrphanSettings

NAME = "credentials"
_PEOPLE = ("ana", "luis", "mei", "tom")
_KEPT = ("payments/api-key", "mail/password", "backup/passphrase", "deploy/token", "search/admin")
_PROBES = 40


def settings_of(path: Path) -> DatabaseSettings:
    """Where it is, what must refer to something, and what tests leave behind in it."""
    return DatabaseSettings(
        url=f"sqlite:///{path}",
        orphans=[
            OrphanSettings(table="audit", column="name", references="credential.name", where="what = 'get'"),
        ],
        cleanup=[CleanupSettings(name="probe credentials", table="credential", where="name LIKE 'probe/%'")],
    )


def fill(path: Path) -> None:
    """Make the file where there is none, by the sample's own code."""
    if path.exists():
        return
    key = derive_key("correct horse battery staple", b"0123456789abcdef")
    with (
        closing(AuditTrail(path, durable=False)) as trail,
        closing(CredentialStore(path, key, trail, durable=False)) as store,
    ):
        for number, name in enumerate(_KEPT * 3):
            who = _PEOPLE[number % len(_PEOPLE)]
            store.put(name, f"secret {number}", who)
            store.get(name, who)
        for number in range(_PROBES):
            store.put(f"probe/{number}", "a test's own", "integration-tests")
        # Who read a credential that is gone stands in the trail still: it refers to nothing.
        store.put("old/token", "of last year", "ana")
        store.get("old/token", "luis")
        store.delete("old/token", "ana")
