"""What needs more than a press opens a form; a wrong field keeps it open, and access is checked again at its end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.incidents.lifecycle import Who
from core.incidents.model import Happened, Severity
from core.incidents.store import muted_tests
from core.settings import AccessSettings
from tests.handlers.harness import START
from tests.scenarios.incidents import Site, a_site


async def a_failing_card(site: Site) -> str:
    """The card of an incident of two failing tests."""
    await site.store.ingest([("test_a", ""), ("test_b", ""), ("test_c", "")])
    await site.store.reactor.react()
    await site.store.ingest([("test_a", "KeyError: 'x'"), ("test_b", "KeyError: 'x'"), ("test_c", "")])
    await site.store.reactor.react()
    await site.tick()
    return next(each.ts for each in site.ws.messages("qa") if "incident 1" in each.text)


async def choose(site: Site, entry: str, ts: str, person: str = "ana") -> None:
    """Choose an entry of a card's menu."""
    await site.ws.press(person, "incident.more", channel="qa", ts=ts, value=f"{entry}:1")


async def test_escalating_says_who_is_told_and_tells_them(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "escalate", card.ts)
        form = await site.ws.wait_for_modal("ana")
        assert "Team lead" in str(form.body["blocks"])
        assert "'user_id': 'U2'" in str(form.body["blocks"])
        done = await site.ws.submit("ana")
        assert done.acked
        assert done.view is None
        await site.told("ana", "Escalated.")
        await site.tick()
        assert "@U2 Escalated to Team lead" in site.ws.messages("qa", thread_ts=card.ts)[-1].text


async def test_what_was_escalated_since_the_card_was_drawn_is_not_escalated_again(tmp_path: Path) -> None:
    async with a_site(tmp_path, start_at=(START + timedelta(minutes=30)).timestamp()) as site:
        card = await site.card()
        await choose(site, "escalate", card.ts)
        await site.store.incidents.escalate(1, Who("U4"))
        done = await site.ws.submit("ana")
        assert done.view is not None
        assert "escalated already since this message was drawn" in str(done.view.body["blocks"])
        assert (await site.incident()).level == 1


async def test_handing_over_tells_the_other_and_an_app_is_refused(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "hand_over", card.ts)
        refused = await site.ws.submit("ana", {"to": site.ws.team.bot_user})
        assert refused.errors == {"to": "An app cannot take an incident; choose a person."}
        await site.ws.submit("ana", {"to": "U3"})
        await site.told("ana", "Handed over to @U3.")
        assert (await site.incident()).owner == "U3"


async def test_severity_is_judged_anew(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "severity", card.ts)
        same = await site.ws.submit("ana", {"severity": "high"})
        assert same.view is not None
        assert "Its severity is high already" in str(same.view.body["blocks"])
        await site.ws.close("ana")
        await choose(site, "severity", card.ts)
        await site.ws.submit("ana", {"severity": "low"})
        await site.told("ana", "Severity is low now.")
        assert (await site.incident()).severity is Severity.LOW


@pytest.mark.parametrize(("wait", "hours"), [("1h", 1), ("4h", 4)])
async def test_snoozing_tells_nobody_until_then(tmp_path: Path, wait: str, hours: int) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "snooze", card.ts)
        await site.ws.submit("ana", {"wait": wait})
        await site.told("ana", "Snoozed.")
        assert (await site.incident()).snoozed_until == site.store.now + timedelta(hours=hours)


async def test_a_moment_that_is_missing_or_gone_is_said_beside_the_field(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "snooze", card.ts)
        missing = await site.ws.submit("ana", {"wait": "at"})
        assert missing.errors == {"at": "Choose the moment, or one of the times above."}
        gone = await site.ws.submit("ana", {"at": int(START.timestamp())})
        assert gone.errors == {"at": "That moment has passed; choose one that is still to come."}
        later = site.store.now + timedelta(hours=9)
        assert (await site.ws.submit("ana", {"at": int(later.timestamp())})).view is None
        await site.told("ana", "Snoozed.")
        assert (await site.incident()).snoozed_until == later


async def test_a_test_is_muted_for_days_and_with_a_reason(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        ts = await a_failing_card(site)
        await choose(site, "mute", ts)
        form = await site.ws.wait_for_modal("ana")
        options = form.body["blocks"][0]["element"]["options"]
        assert [each["text"]["text"].rsplit("::", 1)[-1] for each in options] == ["test_a", "test_b"]
        chosen = {"test": options[0]["value"], "days": "7"}
        blank = await site.ws.submit("ana", chosen | {"reason": "  "})
        assert blank.errors == {"reason": "Say why; whoever reads it later will ask."}
        await site.ws.submit("ana", {"reason": "the sandbox is down"})
        await site.told("ana", "Muted.")
        async with site.store.database.read() as connection:
            (muted,) = await muted_tests(connection, site.store.now)
        assert (muted.name.rsplit("::", 1)[-1], muted.by) == ("test_a", "U1")
        assert muted.until == site.store.now + timedelta(days=7)


async def test_an_incident_without_tests_says_so_instead_of_an_empty_form(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "mute", card.ts)
        await site.told("ana", "no tests that could be muted")
        assert site.ws.modal("ana") is None


async def test_a_note_joins_the_thread(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "note", card.ts)
        assert (await site.ws.submit("ana", {"note": " \n "})).errors == {"note": "A note needs words."}
        await site.ws.submit("ana", {"note": "the disk of <!channel> is full"})
        await site.told("ana", "Noted.")
        await site.tick()
        assert "&lt;!channel&gt; is full" in site.ws.messages("qa", thread_ts=card.ts)[-1].text
        assert site.ws.broken_rules == []


async def test_a_form_that_is_submitted_twice_acts_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await choose(site, "note", card.ts)
        done = await site.ws.submit("ana", {"note": "the disk is full"})
        assert done.payload is not None
        await site.ws.deliveries.send("interactive", done.payload)
        kinds = [each.type for each in (await site.store.incidents.show(1)).events]
        assert kinds.count(Happened.NOTED) == 2  # the declaration is one


async def test_who_may_not_any_more_is_refused_at_the_end(tmp_path: Path) -> None:
    access = AccessSettings(escalate=["S1"])
    async with a_site(tmp_path, access) as site:
        site.ws.add_usergroup("S1", "leads", ["U1"])
        card = await site.card()
        await choose(site, "severity", card.ts)
        await site.ws.wait_for_modal("ana")
        site.ws.team.usergroups["S1"]["users"] = ["U2"]
        site.side._desk.access._groups._known.clear()  # type: ignore[union-attr]  # five minutes pass
        done = await site.ws.submit("ana", {"severity": "low"})
        assert done.view is not None
        assert "You may not do this" in str(done.view.body["blocks"])
        assert (await site.incident()).severity is Severity.HIGH


async def test_who_may_not_gets_no_form(tmp_path: Path) -> None:
    async with a_site(tmp_path, AccessSettings(escalate=["U4"])) as site:
        card = await site.card()
        await choose(site, "escalate", card.ts)
        await site.told("ana", "You may not do this; ask @U4.")
        assert site.ws.modal("ana") is None


async def test_a_resolved_incident_opens_no_form(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        card = await site.card()
        await site.store.incidents.resolve(1, Who("U2"))
        await choose(site, "note", card.ts)
        await site.told("ana", "Incident 1 is resolved")


async def test_a_message_becomes_an_incident_with_its_words_and_a_link(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        message = site.ws.say("luis", "qa", "The login page is blank")
        await site.ws.shortcut("ana", "incident.declare", channel="qa", ts=message.ts)
        form = await site.ws.wait_for_modal("ana")
        assert form.body["blocks"][0]["element"]["initial_value"] == "The login page is blank"
        done = await site.ws.submit("ana", {"severity": "critical"})
        assert done.view is None
        await site.told("ana", "Incident 1 is open.")
        incident = await site.incident()
        assert (incident.title, incident.severity) == ("The login page is blank", Severity.CRITICAL)
        assert f"/archives/C1/p{message.ts.replace('.', '')}" in incident.note


async def test_declaring_needs_the_permit_from_a_message_too(tmp_path: Path) -> None:
    async with a_site(tmp_path, AccessSettings(declare=[], admins=["U2"])) as site:
        message = site.ws.say("luis", "qa", "The login page is blank")
        await site.ws.shortcut("ana", "incident.declare", channel="qa", ts=message.ts)
        await site.told("ana", "You may not do this; ask @U2.")
        await site.ws.shortcut("luis", "incident.declare", channel="qa", ts=message.ts)
        await site.ws.wait_for_modal("luis")
