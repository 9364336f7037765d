"""The words `/t12 db …`: how the databases are, whether they hold together, and what may be deleted."""

from dataclasses import dataclass

from core.errors import UsageError

VERBS = ("integrity", "cleanup")


@dataclass(frozen=True, slots=True)
class DatabaseAsk:
    """What is asked of which database; of all where none is named."""

    verb: str
    """Empty to look at them."""
    name: str | None = None


def read_words(argument: str | None) -> DatabaseAsk:
    """The words after `db`, in Slack and in a terminal. Raises `UsageError`."""
    words = (argument or "").split()
    verb = words.pop(0).lower() if words and words[0].lower() in VERBS else ""
    if len(words) > 1:
        raise UsageError("write `db`, `db NAME`, `db integrity NAME` or `db cleanup NAME`, with one database or none")
    return DatabaseAsk(verb, words[0] if words else None)
