"""What watched runs used, as the answer to `resources`, and what of it is worth a look."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.live.resources import Resources
from core.runs.model import Run


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """A run with what it used."""

    run: Run
    used: Resources

    @property
    def troubles(self) -> tuple[str, ...]:
        """What was not as it should be, in few words each."""
        return tuple(_troubles(self.used))


@dataclass(frozen=True, slots=True)
class ResourcesReport:
    """The last runs that were watched, or one of them."""

    suite: str
    branch: str | None
    shown: WatchedRun
    """The newest one, or the one that was asked for; it has its course."""
    runs: tuple[WatchedRun, ...]
    """Oldest first, the shown one last; it alone when it was asked for by name."""
    is_named: bool = False

    @property
    def troubled(self) -> tuple[WatchedRun, ...]:
        """Those with trouble, the newest first."""
        return tuple(each for each in reversed(self.runs) if each.troubles)


def _troubles(used: Resources) -> Iterable[str]:
    for kind, words in (("cpu", "CPU"), ("memory", "memory")):
        count = sum(alert.kind == kind for alert in used.alerts)
        if count:
            yield f"{count} {words} {'alert' if count == 1 else 'alerts'}"
    if used.silences:
        yield "1 hang" if len(used.silences) == 1 else f"{len(used.silences)} hangs"
    if used.growth is not None and used.growth.is_leak:
        yield "memory that looks leaked"
