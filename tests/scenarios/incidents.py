"""A channel with an open incident, and people who work on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.delivery import Delivery
from bot.directs import Directs
from bot.slack import SlackSide
from bot.workspace import Message, Workspace
from core.incidents.ledger import Answered
from core.incidents.lifecycle import Who
from core.incidents.model import Incident, Severity
from core.settings import AccessSettings, RoleSettings
from handlers.subjects import Subjects
from tests.handlers.harness import Store, a_bot, a_store, manifest

ROLES = {
    "developer": RoleSettings(title="Developer", members=["U1"]),
    "team_lead": RoleSettings(title="Team lead", members=["U2"]),
    "qa_team": RoleSettings(),
    "security_team": RoleSettings(),
}


@dataclass
class Site:
    """The bot in a workspace, over a store with a clock."""

    ws: Workspace
    store: Store
    side: SlackSide
    directs: Directs

    async def declare(self, title: str = "The deployment hangs") -> Answered:
        return await self.store.incidents.declare(Who("U9"), title, Severity.HIGH)

    async def tick(self) -> None:
        """What a second of the clock does."""
        await self.store.reactor.engine.tick()
        subjects = Subjects(self.store.answers, "news", self.store.incidents)
        sender = Delivery(self.store.database, self.side.gateway, subjects, lambda: self.store.now, self.directs.want)
        await sender.send_due()

    async def card(self) -> Message:
        """The card of a new incident, in #qa."""
        await self.declare()
        await self.tick()
        return self.ws.messages("qa")[0]

    async def incident(self, id_: int = 1) -> Incident:
        return (await self.store.incidents.show(id_)).incident

    async def told(self, person: str, words: str) -> Message:
        """What a person is told so that nobody else sees it."""
        found = await self.ws.wait_for_message("qa", person, containing=words)
        assert found.ephemeral_to == self.ws.team.find_person(person).id
        return found


@asynccontextmanager
async def a_site(
    folder: Path,
    access: AccessSettings | None = None,
    scopes: list[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> AsyncIterator[Site]:
    asked = {"manifest": manifest(), "limit_rates": False} | ({"scopes": scopes} if scopes is not None else {})
    async with Workspace.start(**(asked | options)) as ws, a_store(folder) as store:
        changes = {"channel": "C1", "roles": dict(ROLES), "access": access or AccessSettings(), **(settings or {})}
        store.settings = store.settings.model_copy(update=changes)
        async with a_bot(ws, store) as side:
            directs = Directs(store.incidents, side.gateway, lambda: store.now)
            yield Site(ws, store, side, directs)
