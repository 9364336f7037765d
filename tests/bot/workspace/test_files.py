"""Files: upload in three steps, a scan that takes time, and images that are not there before it ends."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace

from .bolt import client_of


async def _uploaded(ws: Workspace, content: bytes = b"png!") -> str:
    client = client_of(ws)
    step = await client.files_getUploadURLExternal(filename="trend.png", length=4, alt_txt="17 failures on Tue")
    async with aiohttp.ClientSession() as session, session.post(step["upload_url"], data=content) as response:
        assert response.status == (200 if len(content) == 4 else 400)
    return str(step["file_id"])


def _image(file_id: str) -> dict[str, Any]:
    return {"type": "image", "alt_text": "17 failures on Tue", "slack_file": {"id": file_id}}


async def test_the_upload_of_the_sdk_shows_the_file_after_its_scan(ws: Workspace) -> None:
    client = client_of(ws)
    await client.files_upload_v2(filename="trend.png", content=b"png!", channel="C1", initial_comment="The trend")
    assert ws.messages("C1") == []
    await ws.move_clock(2)
    (message,) = ws.messages("C1")
    assert message.text == "The trend"
    assert message.files[0]["mimetype"] == "image/png"


async def test_sharing_needs_membership(ws: Workspace) -> None:
    file_id = await _uploaded(ws)
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client_of(ws).files_completeUploadExternal(files=[{"id": file_id, "title": "Trend"}], channel_id="C2")


async def test_a_fresh_file_cannot_be_an_image_before_its_scan() -> None:
    async with Workspace.start(scopes=["chat:write", "files:write", "files:read"]) as ws:
        client = client_of(ws)
        file_id = await _uploaded(ws)
        await client.files_completeUploadExternal(files=[{"id": file_id, "title": "Trend"}])
        with pytest.raises(SlackApiError, match="invalid slack file"):
            await client.chat_postMessage(channel="C1", text="Trend", blocks=[_image(file_id)])
        assert (await client.files_info(file=file_id))["file"]["mimetype"] == ""
        await ws.move_clock(2)
        assert (await client.files_info(file=file_id))["file"]["mimetype"] == "image/png"
        await client.chat_postMessage(channel="C1", text="Trend", blocks=[_image(file_id)])


async def test_bytes_that_differ_from_the_announced_length_are_refused(ws: Workspace) -> None:
    file_id = await _uploaded(ws, b"longer than four")
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client_of(ws).files_completeUploadExternal(files=[{"id": file_id, "title": "Trend"}])


async def test_comment_and_blocks_exclude_each_other_and_markdown_breaks(ws: Workspace) -> None:
    file_id = await _uploaded(ws)
    call = client_of(ws).api_call
    body: dict[str, Any] = {"files": [{"id": file_id}], "channel_id": "C1", "blocks": [{"type": "divider"}]}
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await call("files.completeUploadExternal", json=body | {"initial_comment": "x"})
    with pytest.raises(SlackApiError, match="internal_error"):
        await call("files.completeUploadExternal", json=body | {"blocks": [{"type": "markdown", "text": "# x"}]})
