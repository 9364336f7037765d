"""A watched run as its card shows it, and what is told in the card's thread."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.live.as_json import (
    alert_from_json,
    alert_to_json,
    live_from_json,
    live_to_json,
    silence_from_json,
    silence_to_json,
)
from core.live.model import Alert, End, Ended, LiveRun, Silence
from core.live.sampling import Sample
from core.runs.model import RunMark

LOST_AFTER = timedelta(minutes=1)
"""A watcher that did not speak for so long is lost; it speaks at least three times as often."""
HEARD_EVERY = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watcher tells of its run. `tests` and CPU are as of the instant it was heard."""

    run: LiveRun
    sample: Sample | None = None
    alerts: tuple[Alert, ...] = ()
    """Those that are open."""
    silence: Silence | None = None
    """The one that lasts."""
    leak: str = ""
    """At the end: the sentence about memory that grew."""
    at: datetime | None = None
    """When, by the clock of the watcher, which its other instants are of."""


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A run that is watched, or was."""

    id: int
    suite: str
    branch: str | None
    revision: str | None
    started_at: datetime
    heard_at: datetime
    """When its watcher spoke last."""
    seen: Seen
    ended_at: datetime | None = None
    how: Ended | None = None
    why: str = ""
    run_id: int | None = None
    """The run that its reports became."""
    channel: str | None = None
    """Where it stands."""

    @property
    def as_of(self) -> datetime:
        """When it was as it is shown, by the watcher's clock."""
        return self.seen.at or self.heard_at

    @property
    def lasted(self) -> timedelta:
        """How long the run was watched, until it ended or was heard last."""
        after = self.ended_at - self.heard_at if self.ended_at is not None else timedelta()
        return self.as_of + after - self.started_at


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """Something that is told once: an alert or a hang that began, or that is over."""

    at: datetime
    told: Alert | Silence
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What a watcher elsewhere says at one time; `number` counts its words, so that one that is repeated is known."""

    key: str
    number: int
    mark: RunMark
    seen: Seen
    events: tuple[LiveEvent, ...] = ()
    end: End | None = None


def seen_to_json(seen: Seen) -> dict[str, Any]:
    """What `seen_from_json` reads."""
    return {
        "run": live_to_json(seen.run), "sample": list(seen.sample) if seen.sample is not None else None,
        "alerts": [alert_to_json(each) for each in seen.alerts], "leak": seen.leak,
        "silence": silence_to_json(seen.silence) if seen.silence is not None else None,
        "at": seen.at.isoformat() if seen.at is not None else None,
    }  # fmt: skip


def seen_from_json(values: Any) -> Seen:
    """Raises `ValueError` for what `seen_to_json` did not make."""
    try:
        sample, silence, at = values["sample"], values["silence"], values.get("at")
        return Seen(
            live_from_json(values["run"]), _to_sample(*sample) if sample is not None else None,
            tuple(alert_from_json(each) for each in values["alerts"]),
            silence_from_json(silence) if silence is not None else None, str(values["leak"]),
            datetime.fromisoformat(at) if at is not None else None,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is nothing a watcher tells: {error!r}") from None


def _to_sample(at: Any, cpu: Any, memory: Any, tree_cpu: Any, tree_memory: Any, processes: Any, load: Any) -> Sample:  # noqa: PLR0917 - as a sample has it
    return Sample(
        float(at), float(cpu), float(memory), float(tree_cpu), float(tree_memory), int(processes), float(load)
    )


def event_to_json(event: LiveEvent) -> dict[str, Any]:
    told = event.told
    if isinstance(told, Alert):
        return {"alert": alert_to_json(told), "is_over": event.is_over}
    return {"silence": silence_to_json(told), "is_over": event.is_over}


def event_from_json(at: datetime, values: Any) -> LiveEvent:
    told = alert_from_json(values["alert"]) if "alert" in values else silence_from_json(values["silence"])
    return LiveEvent(at, told, bool(values["is_over"]))
