"""At half past eight the channel learns how the morning is; anybody asks again, and gets the report of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.briefing import Briefer
from bot.delivery import Delivery
from bot.workspace import Workspace
from core.briefings.flows import Briefings
from core.settings import Settings
from handlers.subjects import Subjects
from tests.handlers.harness import START, a_bot, a_store, manifest

CHECKS = {"licences": {"command": ["sh", "-c", "echo left-pad has no licence; exit 1"], "hint": "Ask legal."}}


async def test_the_morning_in_the_channel_and_on_demand(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest(), limit_rates=False) as ws, a_store(tmp_path) as store:
        given = store.settings.model_dump(include={"suite", "database_url"}) | {"channel": "C1", "checks": CHECKS}
        morning = {"checks": ["licences", "overnight_failures"]}
        roles = {"developer": {"members": ["U2"]}}
        store.settings = Settings.model_validate(given | {"morning": morning, "roles": roles})
        await store.a_history()
        async with a_bot(ws, store) as side:

            async def tick(at: datetime) -> None:
                briefer = Briefer(Briefings(store.database, store.settings, lambda: at, store.answers))
                await briefer.begin_due()
                await briefer.finish()
                subjects = Subjects(store.answers, "news", store.incidents)
                await Delivery(store.database, side.gateway, subjects, lambda: at).send_due()

            due = START + timedelta(minutes=30)
            for at in (due - timedelta(days=3), due, due + timedelta(minutes=1)):
                await tick(at)
            told = ws.messages("qa")[-1].text
            assert told.startswith("Morning check: 65 of 100, needs attention")
            assert "@U2 The suite needs somebody to look" in told
            assert "left-pad has no licence. Ask legal." in told
            assert "1 new cause" in told or "new causes" in told
            assert len(ws.messages("qa")) == 2

            await ws.command("ana", "general", "morning now")
            answer = await ws.wait_for_message("general", "ana")
            assert answer.text.startswith("Morning check: 65 of 100")
            assert answer.ephemeral_to == "U1"
            assert "@U2" not in answer.text
            await ws.command("luis", "general", "report weekly")
            report = (await ws.wait_for_message("general", "luis")).text
            assert report.startswith("Weekly test report: backend")
            for words in ("Integration tests", "Coverage", "Incidents", "Checklists"):
                assert words in report
            await ws.command("kim", "general", "report yearly")
            assert (await ws.wait_for_message("general", "kim")).text.startswith("There is a daily and a weekly report")
            assert ws.broken_rules == []
