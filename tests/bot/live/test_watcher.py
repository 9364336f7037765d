"""A watcher tells of each alert once, with what ran then, and once more when it is over."""

import json
from collections.abc import Iterator

from bot.live.sampler import Sampler
from bot.live.watcher import Watcher
from core.live.follow import Follower
from core.live.model import Alert, LiveRun, Silence
from core.live.sampling import Sample
from core.settings import LiveSettings

T0 = 1_772_442_000.0


class Scripted(Sampler):
    """The real one, but memory is as full as it is told."""

    def __init__(self, memory: Iterator[float]) -> None:
        super().__init__(None)
        self._memory = memory

    def look(self, at: float) -> Sample:
        return super().look(at)._replace(cpu=0.0, memory=next(self._memory))


class Log:
    """A log of one test that begins and hangs."""

    def __init__(self) -> None:
        lines = [{"$report_type": "SessionStart"}, {"$report_type": "TestStart", "nodeid": "test_hog", "at": T0}]
        self._lines = [json.dumps(each).encode() for each in lines]

    def read(self) -> list[bytes]:
        lines, self._lines = self._lines, []
        return lines

    def notes(self) -> list[str]:
        return []


class Heard:
    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.silences: list[Silence] = []

    async def seen(self, run: LiveRun, sample: Sample) -> None: ...

    async def alerted(self, alert: Alert) -> None:
        self.alerts.append(alert)

    async def fell_silent(self, silence: Silence) -> None:
        self.silences.append(silence)

    async def goes_on(self, silence: Silence) -> None:
        raise AssertionError("nothing was heard again")


async def test_full_memory_and_a_silence_are_told_once_with_what_ran() -> None:
    heard, seconds = Heard(), iter(range(100))
    memory = [95.0, 40, 95, 96, 97, 98, 85, 79, 95]
    watcher = Watcher(
        Log(), Scripted(iter(memory)), Follower(), settings=LiveSettings(hang_seconds=4), listeners=[heard],
        time=lambda: T0 + next(seconds),
    )  # fmt: skip
    for _ in memory:
        await watcher.tick()
    opened, over = heard.alerts
    assert (opened.kind, opened.percent, opened.over_at) == ("memory", 97, None)
    assert [each.name for each in opened.tests] == ["test_hog"]
    assert all(each.value > 0 for each in opened.top)
    assert opened.top
    assert (over.at, over.percent) == (opened.at, 97)
    assert over.over_at is not None
    assert over.over_at > over.at
    assert watcher.alerts == [over]
    assert [each.tests[0].name for each in heard.silences] == ["test_hog"]
