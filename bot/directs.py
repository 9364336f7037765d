"""Direct messages for those an incident tells who are not in its channel."""

from core.clock import Clock
from core.errors import NotFoundError
from core.incidents.flows import Incidents
from core.incidents.model import Event, Happened
from core.storage.outbox import want_posting, was_wanted
from handlers.gateway import Gateway
from handlers.remembered import Remembered

_MOST = 50
"""Direct messages for one event: who must be told is on call, and those are few."""


class Directs:
    """Wants what delivery then sends; each person is told of an event once, because the outbox holds it once."""

    def __init__(self, incidents: Incidents, gateway: Gateway, clock: Clock) -> None:
        self._incidents = incidents
        self._channels = Remembered(gateway.members_of_channel)
        self._groups = Remembered(gateway.members_of_group)
        self._clock = clock

    async def want(self, channel: str, subject: str) -> None:
        """Before something is told in a channel: tell those it mentions directly, as far as they are not there.

        When Slack does not say who is there, everybody is told directly: better twice than not at all.
        """
        event = await self._event(subject)
        if event is None or not event.mentioned:
            return
        present = await self._channels.members(channel) or frozenset()
        absent = [each for each in await self._people(event.mentioned) if each not in present]
        if not absent:
            return
        about, now = f"incident_dm:{event.id}", self._clock()
        async with self._incidents.ledger.database.write() as connection:
            for person in absent[:_MOST]:
                if not await was_wanted(connection, person, about):
                    await want_posting(connection, person, about, now)

    async def _event(self, subject: str) -> Event | None:
        """What a posting tells of: a reply its event, a card that the incident was triggered."""
        kind, _, id_ = subject.partition(":")
        try:
            if kind == "incident_event":
                return (await self._incidents.event(int(id_)))[0]
            if kind == "incident":
                events = (await self._incidents.show(int(id_))).events
                return next((each for each in events if each.type is Happened.TRIGGERED), None)
        except NotFoundError:
            return None
        return None

    async def _people(self, mentioned: tuple[str, ...]) -> list[str]:
        """The people among those mentioned and in the user groups among them, each once."""
        found: dict[str, None] = {}
        for id_ in mentioned:
            if id_.startswith(("U", "W")):
                found[id_] = None
            elif id_.startswith("S"):
                found |= dict.fromkeys(sorted(await self._groups.members(id_) or ()))
        return list(found)
