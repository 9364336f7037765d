"""Follows a run tick by tick: reads its log, looks at the machine, and tells whoever listens."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.live.sampler import Sampler
from bot.live.tail import Source
from core.live.alerts import Watch
from core.live.follow import Follower
from core.live.model import Alert, LiveRun, Silence
from core.live.sampling import Sample, Usage
from core.live.silence import Hearing
from core.settings import LiveSettings

Time = Callable[[], float]
"""Seconds of the clock."""


class Listener(Protocol):
    """Is told of a watched run."""

    async def seen(self, run: LiveRun, sample: Sample) -> None:
        """Called at every tick."""
        ...

    async def alerted(self, alert: Alert) -> None:
        """An alert was opened, or is over."""
        ...

    async def fell_silent(self, silence: Silence) -> None: ...

    async def goes_on(self, silence: Silence) -> None:
        """Something was heard again."""
        ...


class Watcher:
    """Watches one run."""

    def __init__(
        self,
        source: Source,
        sampler: Sampler,
        follower: Follower,
        *,
        settings: LiveSettings,
        listeners: Sequence[Listener],
        time: Time,
    ) -> None:
        self._source = source
        self._sampler = sampler
        self._settings = settings
        self._listeners = listeners
        self._time = time
        self._watches = {"cpu": Watch(settings.cpu_percent), "memory": Watch(settings.memory_percent)}
        self._hearing = Hearing(timedelta(seconds=settings.hang_seconds), time())
        self._silence: Silence | None = None
        self.follower = follower
        self.usage = Usage.every(settings.sample_seconds)
        self.alerts: list[Alert] = []
        self.silences: list[Silence] = []

    @property
    def run(self) -> LiveRun:
        """The run as it is known now."""
        return self.follower.seen(self._time(), self._source.notes())

    @property
    def limits(self) -> str:
        """What the percentages are a share of, where it is not the machine."""
        return self._sampler.sentence

    async def until(self, ended: Callable[[LiveRun], bool]) -> LiveRun:
        """Tick until the run has ended, or until cancelled; answers the run as it was seen last."""
        while True:
            await asyncio.sleep(self._settings.sample_seconds)
            run = await self.tick()
            if ended(run):
                return run

    def read(self) -> None:
        """Hear what is new in the log."""
        while lines := self._source.read():
            self.follower.take_lines(lines, self._time())

    async def tick(self) -> LiveRun:
        """One look at everything."""
        self.read()
        now = self._time()
        run = self.run
        sample = self._sampler.look(now)
        self.usage.add(sample, [each.name for each in run.running], run.running_count)
        for listener in self._listeners:
            await listener.seen(run, sample)
        await self._judge(sample, run)
        await self._listen(run, now)
        return run

    async def _judge(self, sample: Sample, run: LiveRun) -> None:
        for kind, percent in (("cpu", sample.cpu), ("memory", sample.memory)):
            watch = self._watches[kind]
            changed = watch.take(percent)
            if kind == "cpu" and watch.is_near:
                self._sampler.prepare_top()
            at = datetime.fromtimestamp(sample.at, UTC)
            if changed == "opened":
                alert = Alert(kind, at, percent, run.running, run.running_count, self._sampler.top(kind))
                self.alerts.append(alert)
            elif changed == "over":
                index = max(number for number, each in enumerate(self.alerts) if each.kind == kind)
                alert = self.alerts[index] = _over(self.alerts[index], at)
            else:
                continue
            for listener in self._listeners:
                await listener.alerted(alert)

    async def _listen(self, run: LiveRun, now: float) -> None:
        silence = self._hearing.silence(run, now)
        if silence is not None:
            self._silence = silence
            self.silences.append(silence)
            for listener in self._listeners:
                await listener.fell_silent(silence)
        elif self._silence is not None and not self._hearing.is_silent:
            told, self._silence = self._silence, None
            for listener in self._listeners:
                await listener.goes_on(told)


def _over(alert: Alert, at: datetime) -> Alert:
    return Alert(alert.kind, alert.at, alert.percent, alert.tests, alert.tests_count, alert.top, at)
