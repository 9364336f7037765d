"""Blocks built by the models of slack_sdk, which know the limits independently: no false alarm, same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from bot.workspace import check_message, check_view

_TEXT = sdk.MarkdownTextObject(text="*Health* 93")
_OPTION = sdk.Option(text="High", value="high", description="wake somebody")

MODELS: dict[str, sdk.Block] = {
    "section": sdk.SectionBlock(text=_TEXT, fields=[_TEXT], accessory=sdk.ButtonElement(text="Go", action_id="go")),
    "header": sdk.HeaderBlock(text="Health"),
    "divider": sdk.DividerBlock(),
    "context": sdk.ContextBlock(elements=[_TEXT, sdk.ImageElement(image_url="https://e.com/a.png", alt_text="a")]),
    "image": sdk.ImageBlock(image_url="https://e.com/a.png", alt_text="a", title="Trend"),
    "markdown": sdk.MarkdownBlock(text="# Title"),
    "actions": sdk.ActionsBlock(
        elements=[
            sdk.ButtonElement(
                text="Resolve incident",
                action_id="incident.resolve",
                value="7",
                style="danger",
                confirm=sdk.ConfirmObject(title="Sure?", text="Resolve it?", confirm="Yes", deny="No"),
            ),
            sdk.StaticSelectElement(action_id="s", placeholder="Severity", options=[_OPTION], initial_option=_OPTION),
            sdk.OverflowMenuElement(action_id="o", options=[sdk.Option(text="A", value="a")]),
            sdk.DatePickerElement(action_id="d", initial_date="2026-03-29", placeholder="Day"),
            sdk.UserSelectElement(action_id="u", placeholder="Who"),
            sdk.CheckboxesElement(action_id="c", options=[_OPTION]),
        ]
    ),
    "rich_text": sdk.RichTextBlock(
        elements=[
            sdk.RichTextSectionElement(
                elements=[
                    sdk.RichTextElementParts.Text(text="a", style=sdk.RichTextElementParts.TextStyle(bold=True)),
                    sdk.RichTextElementParts.Link(url="https://e.com", text="run"),
                    sdk.RichTextElementParts.User(user_id="U1"),
                    sdk.RichTextElementParts.Emoji(name="wave"),
                ]
            ),
            sdk.RichTextPreformattedElement(elements=[sdk.RichTextElementParts.Text(text="Traceback")]),
        ]
    ),
    "table": sdk.TableBlock(
        rows=[[{"type": "raw_text", "text": "test"}], [{"type": "raw_text", "text": "test_a"}]],
        column_settings=[{"align": "left", "is_wrapped": True}],
    ),
    "card": sdk.CardBlock(title="Card", body="Body", actions=[sdk.ButtonElement(text="Go", action_id="go")]),
}


@pytest.mark.parametrize("name", MODELS)
def test_what_the_sdk_builds_raises_no_alarm(name: str) -> None:
    assert check_message({"text": "x", "blocks": [MODELS[name].to_dict()]}) == []


def test_a_modal_of_the_sdk_raises_no_alarm() -> None:
    inputs = [
        sdk.InputBlock(label="Reason", element=sdk.PlainTextInputElement(action_id="r", multiline=True), hint="Brief"),
        sdk.InputBlock(label="Count", element=sdk.NumberInputElement(action_id="n", is_decimal_allowed=False)),
        sdk.InputBlock(
            label="Who", element=sdk.UserMultiSelectElement(action_id="w", placeholder="Who"), optional=True
        ),
        sdk.InputBlock(label="Which", element=sdk.RadioButtonsElement(action_id="x", options=[_OPTION])),
    ]
    view = View(type="modal", callback_id="c", title="Resolve", submit="Resolve", close="Cancel", blocks=inputs)
    assert check_view(view.to_dict()) == []


@pytest.mark.parametrize(
    "block",
    [
        sdk.SectionBlock(text=sdk.MarkdownTextObject(text="x" * 3001)),
        sdk.HeaderBlock(text="x" * 151),
        sdk.ImageBlock(image_url="https://e.com/" + "x" * 3000, alt_text="a"),
        sdk.ContextBlock(elements=[_TEXT] * 11),
        sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x" * 76, action_id="a")]),
        sdk.MarkdownBlock(text="x" * 12_001),
    ],
    ids=lambda block: str(block.type),
)
def test_what_the_sdk_refuses_to_build_is_refused_here_too(block: Any) -> None:
    with pytest.raises(SlackObjectFormationError):
        for element in [block, *getattr(block, "elements", [])]:
            element.validate_json()
    raw = {k: v for k, v in block.__dict__.items() if not k.startswith("_") and v is not None}
    as_json = {"type": block.type} | {k: _plain(v) for k, v in raw.items() if k in block.attributes}
    assert any(p.refused for p in check_message({"text": "x", "blocks": [as_json]}))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, sdk.ButtonElement):
        return {"type": "button", "text": _plain(value.text), "action_id": value.action_id}
    return value.to_dict() if hasattr(value, "to_dict") else value
