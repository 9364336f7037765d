"""What a watcher saw of a run, kept in the transaction of its reports, so that who is told of the run knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from core.live.as_json import resources_from_json, resources_to_json, series_to_json
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


def observed_to_json(observed: Observed) -> dict[str, Any]:
    """What `observed_from_json` reads."""
    used = observed.resources
    return {
        "live": observed.live, "moments": [list(each) for each in observed.moments],
        "resources": resources_to_json(used) if used is not None else None,
        "series": series_to_json(used) if used is not None else None,
    }  # fmt: skip


def observed_from_json(values: Mapping[str, Any]) -> Observed:
    """Raises `ValueError` for what `observed_to_json` did not make."""
    try:
        moments = tuple(Moment(str(name), float(began), float(ended)) for name, began, ended in values["moments"] or ())
        used = values["resources"]
        resources = resources_from_json(used, values["series"] or {}) if used is not None else None
        return Observed(moments, resources, str(values["live"]))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"this is nothing that a watcher saw: {error!r}"[:200]) from None
