"""The conversation says so when the bot does not do its part."""

from io import StringIO

import pytest
from rich.console import Console

from bot.demo import conversation
from bot.demo.conversation import Conversation, ConversationError
from bot.workspace import Workspace
from tests.bot.workspace.bolt import app_of, connected


async def test_a_bot_that_is_not_there_is_said_in_slacks_words() -> None:
    async with Workspace.start() as workspace:
        with pytest.raises(ConversationError, match="dispatch_failed"):
            await Conversation(workspace, Console(file=StringIO())).ask("health")


async def test_a_bot_that_never_answers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "_ANSWER_SECONDS", 0.2)
    async with Workspace.start() as workspace:
        app = app_of(workspace)

        @app.command("/t12")
        async def listen(ack) -> None:  # type: ignore[no-untyped-def]
            await ack()

        async with connected(workspace, app):
            with pytest.raises(ConversationError, match="did not answer Ana Ruiz"):
                await Conversation(workspace, Console(file=StringIO())).ask("health")
