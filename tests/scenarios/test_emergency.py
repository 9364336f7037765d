"""An emergency from the first word to the last tick: the form, the programs, the calls in the thread, the boxes."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.emergency import Responder
from bot.workspace import Message
from core.incidents.emergencies import Emergencies
from core.settings import AccessSettings, EmergencySettings, IncidentSettings
from tests.scenarios.incidents import Site, a_site

ALLOWED = AccessSettings(emergency=["U1"], admins=["U3"])
HOSTILE = "import sys; print('<!channel> ``` token=abcdef123456'); sys.exit(1)"


def a_site_of(folder: Path, **emergency: object) -> AbstractAsyncContextManager[Site]:
    """A site whose settings say something about emergencies."""
    given = {"security_tests": [sys.executable, "-c", HOSTILE], "timeout_seconds": 20, "tell": ["team_lead"]}
    chosen = {
        "emergency": EmergencySettings.model_validate(given | emergency), "incidents": IncidentSettings(project=folder),
    }  # fmt: skip
    return a_site(folder, ALLOWED, settings=chosen)


async def respond(site: Site) -> Message:
    """Carry everything out, tell of it, and show the report."""
    responder = Responder(Emergencies(site.store.incidents.ledger))
    await asyncio.wait_for(responder.finish(1), 60)
    await responder.close()
    await site.tick()
    card = next(each for each in site.ws.messages("qa") if "incident 1" in each.text and each.thread_ts is None)
    return site.ws.messages("qa", thread_ts=card.ts)[-1]


async def begin(site: Site, words: str = "emergency", reason: str = "the keys leaked") -> None:
    await site.ws.command("ana", "qa", words)
    await site.ws.wait_for_modal("ana")
    assert (await site.ws.submit("ana", {"reason": reason})).acked
    await site.told("ana", "has begun, over incident")


async def test_the_form_says_what_will_be_done_and_the_thread_what_was(tmp_path: Path) -> None:
    stop = [sys.executable, "-c", "open('stopped', 'w')"]
    async with a_site_of(tmp_path, stop_pipeline=stop) as site:
        await site.ws.command("ana", "qa", "emergency")
        form = await site.ws.wait_for_modal("ana")
        for told in ("Run the security tests", "Stop the pipeline", "Team lead", "newest open critical incident"):
            assert told in json.dumps(form.body["blocks"])
        assert (await site.ws.submit("ana", {"reason": "the keys leaked"})).acked
        await site.told("ana", "has begun, over incident 1")
        report = await respond(site)
        assert (tmp_path / "stopped").exists()
        for told in ("Emergency Incident Report EMRG-", "SECURITY TESTS FAIL", "✓ CI/CD pipeline stopped by T12",
                     "Incident Commander: @U1", "Pipeline restoration"):  # fmt: skip
            assert told in report.text
        everything = json.dumps([each.blocks for each in site.ws.messages("qa", thread_ts=report.thread_ts)])
        assert "<!channel>" not in " ".join(each.text for each in site.ws.messages("qa", thread_ts=report.thread_ts))
        assert "abcdef123456" not in everything
        calls = [each for each in site.ws.messages("qa", thread_ts=report.thread_ts) if each.text.startswith("@U2 ")]
        assert ["Notify the team: Team lead called" in each.text for each in calls] == [True]
        assert site.ws.broken_rules == []


async def test_boxes_are_ticked_by_people_and_nobody_undoes_another(tmp_path: Path) -> None:
    async with a_site_of(tmp_path) as site:
        await begin(site)
        report = await respond(site)
        assert "– CI/CD pipeline stopped" in report.text
        drawn = ["team", "diagnostics", "response"]
        await site.ws.press("luis", "emergency.tick", channel="qa", ts=report.ts, value=[*drawn, "pipeline"])
        # Kim still sees the boxes as they were, and takes one tick away.
        await site.ws.press("kim", "emergency.tick", channel="qa", ts=report.ts, value=["team", "response"])
        await site.ws.wait_for_quiet()
        await site.tick()
        assert "✓ CI/CD pipeline stopped by @U2" in report.text
        assert "– Diagnostic information captured by @U3" in report.text
        (boxes,) = [block for block in report.blocks if str(block.get("block_id")).startswith("emergency:")]
        assert [each["value"] for each in boxes["elements"][0]["initial_options"]] == ["pipeline", "team", "response"]
        kept = (await Emergencies(site.store.incidents.ledger).show(1)).emergency.report
        assert "- [x] CI/CD pipeline stopped by `U2`" in kept
        assert site.ws.broken_rules == []


@pytest.mark.parametrize("words", ["emergency", "emergency 1"])
async def test_who_may_not_begin_it_is_told_who_may(tmp_path: Path, words: str) -> None:
    async with a_site(tmp_path, ALLOWED) as site:
        await site.card()
        await site.ws.command("luis", "qa", words)
        await site.told("luis", "You may not do this; ask @U1, @U3.")
        assert await Emergencies(site.store.incidents.ledger).all() == []


async def test_by_default_nobody_may(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.ws.command("ana", "qa", "emergency")
        await site.told("ana", "Nobody may do this")


async def test_an_incident_can_be_named_and_a_reason_is_needed(tmp_path: Path) -> None:
    async with a_site_of(tmp_path) as site:
        await site.card()
        await site.ws.command("ana", "qa", "emergency 1")
        form = await site.ws.wait_for_modal("ana")
        assert "The deployment hangs" in json.dumps(form.body["blocks"])
        refused = await site.ws.submit("ana", {"reason": "  "})
        assert refused.errors == {"reason": "Say in a few words what happened."}
        await site.ws.submit("ana", {"reason": "it spreads"})
        await site.told("ana", "over incident 1")
        await site.ws.command("ana", "qa", "emergency 1")
        await site.ws.wait_for_modal("ana")
        again = await site.ws.submit("ana", {"reason": "once more"})
        assert again.view is not None
        assert "is under way already" in json.dumps(again.view.body["blocks"])


async def test_other_words_and_mentions_say_how_to_begin(tmp_path: Path) -> None:
    async with a_site(tmp_path, ALLOWED) as site:
        await site.ws.command("ana", "qa", "emergency now please")
        await site.told("ana", "takes the number of an incident or nothing")
