"""What a watcher saw of a run, kept in the transaction of its reports, so that who is told of the run knows it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from core.live.cards import join_run
from core.live.follow import Moment
from core.live.resources import Resources
from core.live.store import put_moments, put_resources


@dataclass(frozen=True, slots=True)
class Observed:
    """Keeping it again changes nothing."""

    moments: tuple[Moment, ...] = ()
    resources: Resources | None = None
    live: str = ""
    """The key of the run's living card; empty where it has none."""

    async def keep(self, connection: AsyncConnection, run_id: int) -> None:
        """Keep it with the run that the reports became."""
        await put_moments(connection, run_id, self.moments)
        if self.resources is not None:
            await put_resources(connection, run_id, self.resources)
        if self.live:
            await join_run(connection, self.live, run_id)
