"""The manifest's scopes are enough for everything T12 does in Slack, and without any one of them something breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import SETTLE, Delivery
from bot.directs import Directs
from bot.slack import SlackSide
from bot.workspace import RefusedError, Workspace
from bot.workspace.methods import METHODS
from core.incidents.detect import Opening
from core.incidents.model import Kind, Severity
from core.incidents.severity import Judged
from core.settings import AccessSettings, RoleSettings
from core.storage.outbox import want_posting
from handlers.subjects import Subjects
from tests.bot.test_slack_manifest import METHOD_SCOPES, asked, methods_used
from tests.handlers.harness import START, Store, a_bot, a_store, manifest

ASKED = [*asked()["bot"], *asked()["bot_optional"]]


@dataclass
class Site:
    """The bot in a workspace with a public and a private channel it is in."""

    ws: Workspace
    store: Store
    side: SlackSide

    async def quiet(self) -> None:
        """Until the bot has done what it was asked."""
        await self.ws.wait_for_quiet(0.05)
        while self.side.status().pending:  # noqa: ASYNC110  (how much is left is only counted)
            await asyncio.sleep(0.01)
        await self.ws.wait_for_quiet(0.05)

    def shown(self, channel: str, words: str) -> bool:
        return any(words in m.text for m in self.ws.messages(channel, "ana") if m.user == self.ws.team.bot_user)

    async def tell(self, channel: str, *, unclear: bool) -> list[str]:
        """Let T12 tell of run 4 by itself; returns what then stands in the channel."""
        now = START + timedelta(hours=5)
        subjects = Subjects(self.store.answers, "all", self.store.incidents)
        sender = Delivery(self.store.database, self.side.gateway, subjects, lambda: now)
        if unclear:
            self.ws.fault("reset_after", method="chat.postMessage")
        for _ in range(3):
            async with self.store.database.write() as connection:
                await want_posting(connection, channel, "run:4", now)
            await sender.send_due()
            now += SETTLE
        return [message.text for message in self.ws.messages(channel)]


async def answers_a_command(site: Site) -> bool:
    answer = await site.ws.command("ana", "qa", "health")
    await site.quiet()
    return answer.acked and site.shown("qa", "of 100")


async def goes_deeper(site: Site) -> bool:
    await site.ws.command("ana", "qa", "health")
    await site.quiet()
    await site.ws.press("ana", "failures.show", channel="qa")
    await site.quiet()
    return site.shown("qa", "Failures by category")


async def shares(site: Site) -> bool:
    await site.ws.command("ana", "qa", "flaky")
    await site.quiet()
    await site.ws.press("ana", "answer.share", channel="qa")
    await site.quiet()
    return any("Shared by" in message.text for message in site.ws.messages("qa"))


async def answers_a_mention(site: Site) -> bool:
    site.ws.mention("ana", "qa", "runs")
    await site.quiet()
    return site.shown("qa", "newest runs failed")


async def shows_home(site: Site) -> bool:
    site.ws.open_home("ana")
    await site.quiet()
    return site.ws.home("ana") is not None


async def posts_and_edits_a_card(site: Site) -> bool:
    told = await site.tell("C1", unclear=False)
    return len(told) == 1 and len(site.ws.calls_of("chat.update")) == 2


async def looks_after_an_unclear_answer(site: Site) -> bool:
    return len(await site.tell("C1", unclear=True)) == 1


async def looks_in_a_private_channel(site: Site) -> bool:
    return len(await site.tell("G1", unclear=True)) == 1


async def declares_from_a_message(site: Site) -> bool:
    said = site.ws.say("ana", "qa", "The login page is blank")
    await site.ws.shortcut("ana", "incident.declare", channel="qa", ts=said.ts)
    await site.ws.submit("ana")
    await site.quiet()
    return site.shown("qa", "Incident 1 is open")


async def lets_a_user_group_in(site: Site) -> bool:
    site.ws.add_usergroup("S1", "leads", ["U1"])
    site.store.settings.access.resolve[:] = ["S1"]  # of this store alone
    await site.ws.command("ana", "qa", "incident declare it hangs")
    await site.quiet()
    await site.ws.command("ana", "qa", "incident resolve 1")
    await site.quiet()
    return site.shown("qa", "Resolved")


async def _tells_absent_people_alone(site: Site, channel: str) -> bool:
    """Ana and luis are told of something; ana is in the channel."""
    site.ws.leave("luis", "qa")
    directs = Directs(site.store.incidents, site.side.gateway, lambda: START)
    subjects = Subjects(site.store.answers, "all", site.store.incidents)
    sender = Delivery(site.store.database, site.side.gateway, subjects, lambda: START, directs.want)
    async with site.store.database.write() as connection:
        opening = Opening(Kind.DECLARED, "it hangs", "declared", Judged(Severity.HIGH, "declared by a person"))
        made = await site.store.incidents.ledger.open(connection, opening, START)
    both = [each.id for each in (await site.store.incidents.show(made.id)).events]
    await directs.want(channel, f"incident_event:{both[0]}")
    await sender.send_due()
    told = [len(site.ws.messages(site.ws.team.direct(site.ws.team.bot_user, each).id)) for each in ("U1", "U2")]
    return told == [0, 1]


async def spares_who_is_in_the_channel(site: Site) -> bool:
    return await _tells_absent_people_alone(site, "C1")


async def spares_who_is_in_a_private_channel(site: Site) -> bool:
    return await _tells_absent_people_alone(site, "G1")


Feature = Callable[[Site], Awaitable[bool]]
NEEDS: dict[Feature, set[str]] = {
    answers_a_command: {"commands"},
    goes_deeper: {"commands"},
    shares: {"commands", "chat:write"},
    answers_a_mention: {"app_mentions:read", "chat:write"},
    shows_home: set(),
    posts_and_edits_a_card: {"chat:write"},
    looks_after_an_unclear_answer: {"chat:write", "channels:history"},
    looks_in_a_private_channel: {"chat:write", "groups:history"},
    declares_from_a_message: {"commands"},
    lets_a_user_group_in: {"commands", "usergroups:read"},
    spares_who_is_in_the_channel: {"chat:write", "channels:read"},
    spares_who_is_in_a_private_channel: {"chat:write", "groups:read"},
}
"""Everything T12 does in Slack, and the scopes it cannot be done without."""


async def works(folder: Path, feature: Feature, scopes: list[str]) -> bool:
    """Whether a feature works for an installation that was granted these scopes."""
    async with Workspace.start(manifest=manifest(), scopes=scopes, limit_rates=False) as ws, a_store(folder) as store:
        ws.add_channel("secret", ["ana", "t12"], kind="private", id="G1")
        await store.a_history()
        people = store.settings.roles | {"developer": RoleSettings(members=["U1", "U2"])}
        store.settings = store.settings.model_copy(update={"roles": people, "access": AccessSettings(resolve=["*"])})
        async with a_bot(ws, store) as side:
            try:
                done = await feature(Site(ws, store, side))
            except RefusedError:  # what is not on the screen cannot be pressed
                done = False
            assert not (done and "missing_scope" in {rule.rule for rule in ws.broken_rules})
            return done


@pytest.mark.parametrize("feature", NEEDS)
async def test_the_scopes_of_the_manifest_are_enough(tmp_path: Path, feature: Feature) -> None:
    assert await works(tmp_path, feature, ASKED)


@pytest.mark.parametrize("feature", NEEDS)
async def test_a_feature_needs_no_more_than_its_own_scopes(tmp_path: Path, feature: Feature) -> None:
    assert await works(tmp_path, feature, sorted(NEEDS[feature]))


@pytest.mark.parametrize(
    ("feature", "scope"), [(feature, scope) for feature, scopes in NEEDS.items() for scope in sorted(scopes)]
)
async def test_a_feature_breaks_without_any_of_its_scopes(tmp_path: Path, feature: Feature, scope: str) -> None:
    assert not await works(tmp_path, feature, [each for each in ASKED if each != scope])


def test_no_scope_is_idle_and_none_is_wanting() -> None:
    assert set().union(*NEEDS.values()) == set(ASKED)


@pytest.mark.parametrize("name", sorted(methods_used()))
def test_the_workspace_wants_the_scopes_that_slack_wants(name: str) -> None:
    wanted = METHOD_SCOPES[name]
    scopes = {wanted} if isinstance(wanted, str) else set(wanted or ())
    assert METHODS[name].caller == "bot"
    assert bool(scopes) == bool(METHODS[name].scopes)
    assert scopes <= set(METHODS[name].scopes)
