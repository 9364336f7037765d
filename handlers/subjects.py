"""What T12 tells by itself: for each subject of a posting, the message that tells it as of now."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal

from core.briefings.flows import show_briefing
from core.checklists.flows import show_event, show_occurrence
from core.databases.store import read_alert
from core.errors import NotFoundError
from core.incidents.emergencies import Emergencies
from core.incidents.flows import Incidents
from core.live.cards import is_card_of_run, read_card, read_live_event

from .answering import Answering
from .messages.checklist import render_checklist, render_checklist_event
from .messages.database_alert import render_database_alert
from .messages.emergency import render_emergency
from .messages.incident import render_incident
from .messages.incident_event import render_direct, render_incident_event
from .messages.live import render_live, render_live_event
from .messages.message import Message
from .messages.report import render_briefing
from .messages.run_card import render_run_card, render_watched_run_card

Cards = Literal["news", "all"]


class Subjects:
    """Draws postings. A subject is `kind:id`, such as `run:12`."""

    def __init__(self, answers: Answering, cards: Cards, incidents: Incidents) -> None:
        self._answers = answers
        self._cards = cards
        self._incidents = incidents

    async def message(self, subject: str, *, is_there: bool) -> Message | None:
        """The message; None when there is nothing to tell. `is_there` says that it was posted before."""
        kind, _, id_ = subject.partition(":")
        try:
            return await _ROUTES[kind](self, int(id_), is_there)
        except NotFoundError:
            return None

    async def _run(self, id_: int, is_there: bool) -> Message | None:
        card = await self._answers.card(id_)
        return render_run_card(card) if is_there or self._cards == "all" or card.tells_news else None

    async def _incident(self, id_: int, _is_there: bool) -> Message:
        return render_incident(await self._incidents.show(id_))

    async def _event(self, id_: int, _is_there: bool) -> Message:
        return render_incident_event(*await self._incidents.event(id_))

    async def _checklist(self, id_: int, _is_there: bool) -> Message:
        occurrence = await show_occurrence(self._incidents.ledger.database, id_)
        return render_checklist(occurrence, self._incidents.ledger.policy.title(occurrence.role))

    async def _checklist_event(self, id_: int, _is_there: bool) -> Message:
        return render_checklist_event(*await show_event(self._incidents.ledger.database, id_))

    async def _briefing(self, id_: int, _is_there: bool) -> Message | None:
        ledger = self._incidents.ledger
        told = await show_briefing(ledger.database, id_)
        roles = ledger.policy.settings.morning.tell
        people = [who for role in roles for who in ledger.policy.on_call(role, told.due_at)]
        return render_briefing(told, tuple(dict.fromkeys(people)))

    async def _database(self, id_: int, _is_there: bool) -> Message:
        async with self._incidents.ledger.database.read() as connection:
            return render_database_alert(await read_alert(connection, id_))

    async def _live(self, id_: int, _is_there: bool) -> Message:
        async with self._incidents.ledger.database.read() as connection:
            card = await read_card(connection, id_)
            is_of_run = await is_card_of_run(connection, card)
        if is_of_run and card.run_id is not None:
            with suppress(NotFoundError):  # retention may have removed the run
                return render_watched_run_card(await self._answers.card(card.run_id), card)
        return render_live(card)

    async def _live_event(self, id_: int, _is_there: bool) -> Message:
        async with self._incidents.ledger.database.read() as connection:
            return render_live_event(await read_live_event(connection, id_))

    async def _direct(self, id_: int, _is_there: bool) -> Message:
        return render_direct(*await self._incidents.event(id_))

    async def _emergency(self, id_: int, _is_there: bool) -> Message:
        return render_emergency(await Emergencies(self._incidents.ledger).show(id_))


_ROUTES: dict[str, Callable[[Subjects, int, bool], Awaitable[Message | None]]] = {
    "run": Subjects._run,
    "incident": Subjects._incident,
    "incident_event": Subjects._event,
    "incident_dm": Subjects._direct,
    "checklist": Subjects._checklist,
    "checklist_event": Subjects._checklist_event,
    "emergency": Subjects._emergency,
    "briefing": Subjects._briefing,
    "database": Subjects._database,
    "live": Subjects._live,
    "live_event": Subjects._live_event,
}
"""Every kind of subject."""
