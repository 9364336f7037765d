"""The models of slack_sdk, which were written by others, know every key of everything the bot can say."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.handlers.messages.corpus import CASES, HOMES, payload_of

WITHOUT_A_MODEL = {"data_visualization"}


def validate(model: Any) -> int:
    """Check a model and every model inside it; returns how many there were."""
    if isinstance(model, list | tuple):
        return sum(validate(item) for item in model)
    if not isinstance(model, JsonObject):
        return 0
    model.validate_json()
    return 1 + sum(validate(value) for value in vars(model).values())


@pytest.mark.parametrize("name", [*CASES, *HOMES])
def test_the_sdk_reads_every_block_whole_and_finds_no_fault(name: str) -> None:
    for block in payload_of(name)["blocks"]:
        if block["type"] in WITHOUT_A_MODEL:
            continue
        model = Block.parse(block)
        assert model is not None
        assert validate(model) > 0
        assert model.to_dict() == block


@pytest.mark.parametrize("name", HOMES)
def test_the_sdk_takes_every_home_tab(name: str) -> None:
    view = View(**payload_of(name))
    assert validate(view) > len(HOMES[name]())
    assert view.to_dict() == payload_of(name)


@pytest.mark.parametrize("kind", sorted(WITHOUT_A_MODEL))
def test_what_is_left_out_has_no_model_yet(kind: str) -> None:
    assert Block.parse({"type": kind}) is None


def test_the_sdk_finds_a_fault_deep_inside() -> None:
    (*_, row) = [b for b in payload_of("health-typical")["blocks"] if b["type"] == "actions"]
    row["elements"][1]["text"]["text"] = "x" * 76
    with pytest.raises(SlackObjectFormationError, match="75 characters"):
        validate(Block.parse(row))
