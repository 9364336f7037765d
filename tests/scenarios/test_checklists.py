"""A Monday list is worked by two people: done, skipped with a reason, undone; what is left comes up on Wednesday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.checklists.model import ItemState
from core.settings import ItemSettings, ListSettings
from tests.scenarios.checklists import MONDAY, a_site


async def test_two_people_work_a_monday_list_and_the_rest_comes_up_on_wednesday(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        card = site.card("Monday")
        assert "0 of 3 done" in card.text
        await site.ws.press("ana", "checklist.done:0", channel="qa", ts=card.ts)
        await site.quiet()
        assert "By @U1" in card.text
        await site.ws.press("kim", "checklist.more:1", channel="qa", ts=card.ts, value="skip:1:1")
        await site.ws.wait_for_modal("kim")
        refused = await site.ws.submit("kim", {"reason": "  "})
        assert refused.errors == {"reason": "Say why; others will ask."}
        await site.ws.submit("kim", {"reason": "done on Friday"})
        await site.quiet()
        assert "Skipped: Review trends" in card.text
        assert "Reason: done on Friday" in card.text
        await site.ws.press("ana", "checklist.undo:0", channel="qa", ts=card.ts)
        await site.quiet()
        assert [each.state for each in (await site.occurrence()).items] == [
            ItemState.OPEN, ItemState.SKIPPED, ItemState.OPEN,
        ]  # fmt: skip
        site.now = datetime(2026, 3, 2, 18, 1, tzinfo=UTC)
        await site.tick()
        summary = site.ws.messages("qa", thread_ts=card.ts)[-1]
        assert "0 of 3 done, 2 carried over" in summary.text
        site.now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
        await site.tick()
        wednesday = site.card("Wednesday")
        assert "Audit (since Mon 2 Mar)" in wednesday.text
        assert "Clean up (since Mon 2 Mar)" in wednesday.text
        assert site.ws.broken_rules == []


async def test_an_item_is_assigned_and_gets_a_note(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        card = site.card("Monday")
        await site.ws.press("ana", "checklist.more:2", channel="qa", ts=card.ts, value="assign:1:2")
        await site.ws.wait_for_modal("ana")
        await site.ws.submit("ana", {"to": "U3"})
        await site.quiet()
        assert "For @U3" in card.text
        await site.ws.press("kim", "checklist.more:2", channel="qa", ts=card.ts, value="note:1:2")
        await site.ws.wait_for_modal("kim")
        await site.ws.submit("kim", {"note": "half of it is gone"})
        await site.quiet()
        assert "Note: half of it is gone" in card.text
        await site.ws.command("kim", "qa", "checklist")
        listed = await site.ws.wait_for_message("qa", "kim", containing="Open checklists")
        assert "Yours\n• Clean up (Monday) for @U3" in listed.text
        await site.ws.press("kim", "checklist.show:1", channel="qa", ts=listed.ts)
        await site.ws.wait_for_message("qa", "kim", containing="Note: half of it is gone")
        assert site.ws.broken_rules == []


async def test_all_done_leaves_open_what_a_check_did_not_tick_until_somebody_says_why(tmp_path: Path) -> None:
    items = [ItemSettings(text="Audit"), ItemSettings(text="Review"), ItemSettings(text="Look", check="health")]
    async with a_site(tmp_path, monday=ListSettings(cadence="mon", items=items)) as site:
        await site.tick()

        async def check(name: str, value: float | None) -> tuple[bool, str]:
            return False, "The score is 61."

        await site.checklists.run_checks(check)
        await site.quiet()
        site.now += timedelta(seconds=6)
        await site.quiet()
        card = site.card("Monday")
        assert "T12 found: The score is 61." in card.text
        await site.ws.press("ana", "checklist.all_done", channel="qa", ts=card.ts)
        told = await site.ws.wait_for_message("qa", "ana", containing="1 item stays open because its check")
        assert told.ephemeral_to == "U1"
        await site.quiet()
        assert "2 of 3 done" in card.text
        await site.ws.press("kim", "checklist.more:2", channel="qa", ts=card.ts, value="overrule:1:2")
        await site.ws.wait_for_modal("kim")
        await site.ws.submit("kim", {"reason": "the score is of last week"})
        await site.quiet()
        assert "3 of 3 done" in card.text
        assert "Reason: the score is of last week" in card.text
        assert site.ws.broken_rules == []


async def test_the_second_who_presses_done_is_told_who_was_first(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        card = site.card("Monday")
        await site.ws.press("ana", "checklist.done:0", channel="qa", ts=card.ts)
        await site.ws.wait_for_quiet(0.05)
        await site.ws.press("kim", "checklist.done:0", channel="qa", ts=card.ts, stale=True)
        told = await site.ws.wait_for_message("qa", "kim", containing="Already done by")
        assert told.ephemeral_to == "U3"
        assert (await site.occurrence()).items[0].by == "U1"


async def test_the_command_shows_what_is_open_and_one_list(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        await site.ws.command("ana", "qa", "checklist")
        listed = await site.ws.wait_for_message("qa", "ana", containing="Open checklists")
        assert "Monday, Mon 2 Mar: 0 of 3 done" in listed.text
        await site.ws.command("ana", "qa", "checklist monday")
        await site.ws.wait_for_message("qa", "ana", containing="Open: Clean up")
        await site.ws.command("ana", "qa", "checklist 1")
        await site.ws.wait_for_message("qa", "ana", containing="Open: Review trends")


async def test_the_history_shows_what_became_of_the_last_lists_and_opens_one(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        site.now = datetime(2026, 3, 2, 18, 1, tzinfo=UTC)
        await site.tick()
        await site.ws.command("ana", "qa", "checklist")
        await site.ws.wait_for_message("qa", "ana", containing="No checklist is open.")
        await site.ws.command("ana", "qa", "checklist history")
        listed = await site.ws.wait_for_message("qa", "ana", containing="The last checklists")
        assert "Monday, Mon 2 Mar: 0 of 3 done (closed)" in listed.text
        await site.ws.press("ana", "checklist.show:1", channel="qa", ts=listed.ts)
        await site.ws.wait_for_message("qa", "ana", containing="Carries over: Clean up")


async def test_the_command_shows_how_well_the_lists_are_kept(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.ws.command("ana", "qa", "checklist stats")
        await site.ws.wait_for_message("qa", "ana", containing="No checklist is over yet")
        for week in (0, 7):
            site.now = MONDAY + timedelta(days=week)
            await site.tick()
            newest = (await site.checklists.recent(limit=1))[0].id
            site.now += timedelta(hours=1)
            await site.checklists.done(newest, 0, "U1")
            await site.checklists.skip(newest, 1, "U3", "no need")
            if week:
                await site.checklists.all_done(newest, "U1")
            site.now += timedelta(hours=9)
            await site.tick()
        await site.ws.command("kim", "qa", "checklist stats")
        told = (await site.ws.wait_for_message("qa", "kim", containing="of the items done")).text
        assert "Monday: posted 2, missed 0, complete 50%, items done 75%, skipped 2, left 1, in a row 1" in told
        assert "Chart, Items done by week. % of items done, oldest first: 25, 100" in told
        assert "2 × no need" in told
        assert "Audit, 1.0 h (monday, 2 times)" in told
        await site.ws.command("kim", "qa", "checklist stats wednesday")
        await site.ws.wait_for_message("qa", "kim", containing="0 of 1 lists complete, 1 missed.")
        await site.ws.command("kim", "qa", "checklist stats mondy")
        await site.ws.wait_for_message("qa", "kim", containing="There is no checklist 'mondy'; there are monday,")


async def test_the_matrix_says_which_kinds_of_tests_ran_and_who_is_responsible(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.store.ingest([("test_adds", ""), ("test_login_security", ""), ("test_takes_away", "boom")])
        await site.ws.command("ana", "qa", "matrix")
        told = (await site.ws.wait_for_message("qa", "ana", containing="kinds of tests")).text
        assert "backend: 3 of 5 kinds of tests are overdue" in told
        unit, integration = told.split("Unit Tests, daily: ")[1].split("Integration Tests, daily: ")
        assert unit.startswith("in time")
        assert "2 tests\n• Developer: @U1\n• Tasks: Mock updates, assertion validation" in unit
        assert integration.startswith("overdue\n• Ran in none of the newest 1 run\n• QA Engineer\n")
        assert site.ws.broken_rules == []
