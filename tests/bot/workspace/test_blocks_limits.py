"""Every figure of limits.json is a border: what is exactly as large passes, one more is refused at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.workspace.blocks import Problem, check_blocks, check_message, check_view
from bot.workspace.limits import LIMITS

from .builders import a_button, a_modal, actions, an_input, mrkdwn, plain, section
from .mutants import mutate
from .valid_payloads import a_full_home, a_message, an_exotic_message, chart, data_table, option, pie, raw, table

Json = dict[str, Any]
ELSEWHERE = {
    *(
        name
        for name in LIMITS
        if name.split(".")[0] in ("ack", "trigger", "response_url", "event", "socket", "schedule")
    ),
    *(name for name in LIMITS if name.split(".")[0] in ("rate", "file")),
    "view.stack",
    "update.text",
    "message.text",
    "message.text_advised",
}
"""Limits of behaviour, which the tests of sockets, rates, schedules and views try; and two that refuse nothing."""


@dataclass(frozen=True)
class Border:
    """A payload of size n, and where the problem is told when n is one too many; `many` is for lists."""

    sized: Callable[[int], Json]
    place: str
    code: str = "too_long"


def words(base: Callable[[], Json], pointer: str) -> Border:
    """A string at a place of a valid payload."""
    return Border(lambda n: mutate(base(), pointer, lambda _: "x" * n), pointer)


def message(block: Callable[[int], Json], place: str, code: str = "too_long") -> Border:
    return Border(lambda n: {"text": "x", "blocks": [block(n)]}, f"/blocks/0{place}", code)


def modal(block: Callable[[int], Json], place: str, code: str = "too_long") -> Border:
    return Border(lambda n: a_modal(block(n)), f"/blocks/0{place}", code)


def in_actions(element: Callable[[int], Json], place: str, code: str = "too_long") -> Border:
    return message(lambda n: actions({"action_id": "a", **element(n)}), f"/elements/0{place}", code)


def link(n: int) -> str:
    return "https://e.com/".ljust(n, "x")


def options(n: int) -> list[Json]:
    return [option(str(each)) for each in range(n)]


def numbered(make: Callable[..., Json], n: int) -> list[Json]:
    return [make(str(each)) for each in range(n)]


def select(**fields: Any) -> Json:
    return {"type": "static_select", **fields}


def button(**fields: Any) -> Json:
    return a_button(**fields)


def axis(n: int) -> Json:
    names = [str(each) for each in range(n)]
    series = [{"name": "a", "data": [{"label": name, "value": 1} for name in names]}]
    return chart(series=series, axis_config={"categories": names})


def card(**fields: Any) -> Json:
    return {"type": "card", "title": plain("x"), **fields}


def group(**fields: Any) -> Json:
    return {"label": plain("g"), "options": [option()], **fields}


def video(**fields: Any) -> Json:
    valid: Json = an_exotic_message()["blocks"][10]
    return valid | fields


def input_of(**element: Any) -> Json:
    return an_input(element=element)


def filled(n: int) -> Json:
    """A Home tab of exactly n bytes."""
    view = {"type": "home", "blocks": [section("x" * 2900) for _ in range(85)]}
    view["blocks"][-1]["text"]["text"] = "x"  # type: ignore[index]
    view["blocks"][-1]["text"]["text"] += "x" * (n - len(json.dumps(view)))  # type: ignore[index]
    return view


def as_json(n: int) -> list[Json]:
    """Blocks whose JSON has exactly n characters."""
    blocks = [section("x" * 2500) for _ in range(5)]
    blocks[-1]["text"]["text"] += "x" * (n - len(json.dumps(blocks, separators=(",", ":"))))
    return blocks


BORDERS: dict[str, Border] = {
    "message.blocks": Border(lambda n: {"text": "x", "blocks": [{"type": "divider"}] * n}, "/blocks", "too_many"),
    "modal.blocks": Border(lambda n: a_modal(*[{"type": "divider"}] * n), "/blocks", "too_many"),
    "home.blocks": Border(lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}, "/blocks", "too_many"),
    "message.attachments": Border(
        lambda n: {"text": "x", "attachments": [{"text": "x"}] * n}, "/attachments", "too_many_attachments"
    ),
    "message.blocks_json": Border(lambda n: {"text": "x", "blocks": as_json(n)}, "/blocks", "msg_blocks_too_long"),
    "message.charts": Border(lambda n: {"text": "x", "blocks": [pie()] * n}, "/blocks/2", "too_many_charts"),
    "message.tables": Border(lambda n: {"text": "x", "blocks": [table()] * n}, "/blocks/1", "too_many_tables"),
    "message.markdown": message(lambda n: {"type": "markdown", "text": "x" * n}, "/text"),
    "block_id": words(a_message, "/blocks/0/block_id"),
    "action_id": words(a_message, "/blocks/2/elements/0/action_id"),
    "section.text": message(lambda n: section("x" * n), "/text/text"),
    "section.fields": message(
        lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}, "/fields", "too_many"
    ),
    "section.field": message(lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}, "/fields/0/text"),
    "header.text": message(lambda n: {"type": "header", "text": plain("x" * n)}, "/text/text"),
    "header.level": message(
        lambda n: {"type": "header", "text": plain("x"), "level": n}, "/level", "out_of_range"
    ),
    "context.elements": message(
        lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, "/elements", "too_many"
    ),
    "actions.elements": message(lambda n: actions(*numbered(a_button, n)), "/elements", "too_many"),
    "context_actions.elements": message(
        lambda n: {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}] * n,
        },
        "/elements", "too_many",
    ),
    "image.alt_text": words(a_message, "/blocks/4/alt_text"),
    "image.url": Border(
        lambda n: mutate(a_message(), "/blocks/4/image_url", link(n)), "/blocks/4/image_url"
    ),
    "image.title": words(a_message, "/blocks/4/title/text"),
    "input.label": modal(lambda n: an_input(label=plain("x" * n)), "/label/text"),
    "input.hint": modal(lambda n: an_input(hint=plain("x" * n)), "/hint/text"),
    "text": message(lambda n: {"type": "context", "elements": [mrkdwn("x" * n)]}, "/elements/0/text"),
    "button.text": in_actions(lambda n: button(text=plain("x" * n)), "/text/text"),
    "button.value": in_actions(lambda n: button(value="x" * n), "/value"),
    "button.url": in_actions(lambda n: button(url=link(n)), "/url"),
    "button.accessibility_label": in_actions(lambda n: button(accessibility_label="x" * n), "/accessibility_label"),
    "button.agent_prompt": in_actions(lambda n: button(agent_prompt="x" * n), "/agent_prompt"),
    "confirm.title": words(a_message, "/blocks/2/elements/0/confirm/title/text"),
    "confirm.text": words(a_message, "/blocks/2/elements/0/confirm/text/text"),
    "confirm.button": words(a_message, "/blocks/2/elements/0/confirm/confirm/text"),
    "option.text": in_actions(
        lambda n: select(options=[{"text": plain("x" * n), "value": "x"}]), "/options/0/text/text"
    ),
    "option.value": in_actions(
        lambda n: select(options=[{"text": plain("x"), "value": "x" * n}]), "/options/0/value"
    ),
    "option.description": in_actions(
        lambda n: select(options=[option() | {"description": plain("x" * n)}]), "/options/0/description/text"
    ),
    "option.url": in_actions(
        lambda n: {"type": "overflow", "options": [option() | {"url": link(n)}]}, "/options/0/url"
    ),
    "option_group.label": in_actions(
        lambda n: select(option_groups=[group(label=plain("x" * n))]), "/option_groups/0/label/text"
    ),
    "select.options": in_actions(lambda n: select(options=options(n)), "/options", "too_many"),
    "select.option_groups": in_actions(
        lambda n: select(option_groups=[group(options=[each]) for each in options(n)]), "/option_groups", "too_many"
    ),
    "overflow.options": in_actions(lambda n: {"type": "overflow", "options": options(n)}, "/options", "too_many"),
    "choice.options": in_actions(lambda n: {"type": "radio_buttons", "options": options(n)}, "/options", "too_many"),
    "placeholder": modal(lambda n: input_of(placeholder=plain("x" * n)), "/element/placeholder/text"),
    "plain_text_input.max_length": modal(lambda n: input_of(max_length=n), "/element/max_length", "out_of_range"),
    "rich_text_input.lines": modal(
        lambda n: input_of(type="rich_text_input", max_lines=n), "/element/max_lines", "out_of_range"
    ),
    "file_input.max_files": modal(
        lambda n: input_of(type="file_input", max_files=n), "/element/max_files", "out_of_range"
    ),
    "icon_button.visible_to": message(
        lambda n: {
            "type": "context_actions",
            "elements": [
                {"type": "icon_button", "icon": "trash", "text": plain("x"), "visible_to_user_ids": ["U1"] * n}
            ],
        },
        "/elements/0/visible_to_user_ids", "too_many",
    ),
    "view.title": Border(lambda n: a_modal(title=plain("x" * n)), "/title/text"),
    "view.submit": Border(lambda n: a_modal(submit=plain("x" * n)), "/submit/text"),
    "view.close": Border(lambda n: a_modal(close=plain("x" * n)), "/close/text"),
    "view.private_metadata": Border(lambda n: a_full_home() | {"private_metadata": "x" * n}, "/private_metadata"),
    "view.callback_id": Border(lambda n: a_modal(callback_id="x" * n), "/callback_id"),
    "view.external_id": Border(lambda n: a_modal(external_id="x" * n), "/external_id"),
    "view.bytes": Border(filled, "", "view_too_large"),
    "table.rows": message(lambda n: {"type": "table", "rows": [[raw("x")]] * n}, "/rows", "too_many"),
    "table.columns": message(lambda n: {"type": "table", "rows": [[raw("x")] * n]}, "/rows/0", "too_many"),
    "table.characters": message(lambda n: {"type": "table", "rows": [[raw("x" * n)]]}, "/rows"),
    "data_table.rows": message(lambda n: data_table() | {"rows": [[raw("x")]] * n}, "/rows", "too_many"),
    "data_table.columns": message(
        lambda n: data_table() | {"rows": [[raw("x")] * n] * 2},
        "/rows/0", "too_many",
    ),
    "data_table.characters": message(lambda n: data_table() | {"rows": [[raw("x")], [raw("x" * (n - 1))]]}, "/rows"),
    "data_table.page_size": message(lambda n: data_table() | {"page_size": n}, "/page_size", "out_of_range"),
    "chart.title": message(lambda n: pie() | {"title": "x" * n}, "/title"),
    "chart.series": message(
        lambda n: pie() | {"chart": {"type": "pie", "segments": [{"label": "x", "value": 1}] * n}},
        "/chart/segments", "too_many",
    ),
    "chart.points": message(axis, "/chart/axis_config/categories", "too_many"),
    "chart.label": message(
        lambda n: pie() | {"chart": {"type": "pie", "segments": [{"label": "x" * n, "value": 1}]}},
        "/chart/segments/0/label",
    ),
    "chart.axis_label": words(a_message, "/blocks/7/chart/axis_config/y_label"),
    "alert.text": modal(lambda n: {"type": "alert", "text": plain("x" * n)}, "/text/text"),
    "card.title": message(lambda n: card(title=plain("x" * n)), "/title/text"),
    "card.subtitle": message(lambda n: card(subtitle=plain("x" * n)), "/subtitle/text"),
    "card.body": message(lambda n: card(body=plain("x" * n)), "/body/text"),
    "card.subtext": message(lambda n: card(subtext=plain("x" * n)), "/subtext/text"),
    "card.actions": message(lambda n: card(actions=numbered(a_button, n)), "/actions", "too_many"),
    "carousel.elements": message(lambda n: {"type": "carousel", "elements": [card()] * n}, "/elements", "too_many"),
    "container.title": message(
        lambda n: {"type": "container", "title": plain("x" * n), "child_blocks": [section()]}, "/title/text"
    ),
    "container.children": message(
        lambda n: {"type": "container", "title": plain("x"), "child_blocks": [section()] * n},
        "/child_blocks", "too_many",
    ),
    "plan.tasks": message(
        lambda n: {
            "type": "plan", "title": "x", "tasks": [{"task_id": "t", "title": "x", "status": "complete"}] * n
        },
        "/tasks", "too_many",
    ),
    "video.title": message(lambda n: video(title=plain("x" * n)), "/title/text"),
    "video.author_name": message(lambda n: video(author_name="x" * n), "/author_name"),
    "video.description": message(lambda n: video(description=plain("x" * n)), "/description/text"),
    "video.provider_name": message(lambda n: video(provider_name="x" * n), "/provider_name"),
    "video.url": message(lambda n: video(video_url=link(n)), "/video_url"),
}  # fmt: skip
"""Limit to its border."""

MATRIX = {
    "section": "message modal home", "header": "message modal home", "context": "message modal home",
    "actions": "message modal home", "divider": "message modal home", "image": "message modal home",
    "input": "message modal home", "rich_text": "message modal home", "video": "message modal home",
    "table": "message home", "markdown": "message", "data_table": "message home", "data_visualization": "message home",
    "alert": "modal", "card": "message modal home", "carousel": "message home", "container": "message home",
    "context_actions": "message", "plan": "message", "task_card": "message", "file": "message",
}  # fmt: skip
"""Block to the surfaces that take it, as docs.slack.dev/blocks.json has it."""


def problems_of(payload: Json) -> list[Problem]:
    found = check_view(payload) if payload.get("type") in ("modal", "home") else check_message(payload)
    return [problem for problem in found if problem.refused]


def test_every_limit_is_tried() -> None:
    assert BORDERS.keys() == LIMITS.keys() - ELSEWHERE


@pytest.mark.parametrize("name", BORDERS)
def test_what_is_exactly_as_large_as_allowed_passes(name: str) -> None:
    assert problems_of(BORDERS[name].sized(LIMITS[name])) == []


@pytest.mark.parametrize("name", BORDERS)
def test_one_more_is_refused_at_its_place(name: str) -> None:
    border = BORDERS[name]
    found = problems_of(border.sized(LIMITS[name] + 1))
    assert {problem.code for problem in found} == {border.code}
    assert border.place in {problem.pointer for problem in found}


def of_every_kind() -> dict[str, Json]:
    valid = [*a_message()["blocks"], *an_exotic_message()["blocks"], an_input(), {"type": "divider"}]
    valid.append({"type": "alert", "text": plain("x")})
    return {block["type"]: block for block in reversed(valid)}


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("kind", MATRIX)
def test_a_block_is_taken_on_its_surfaces_alone(kind: str, surface: Any) -> None:
    refused = [(p.pointer, p.code) for p in check_blocks([of_every_kind()[kind]], surface) if p.refused]
    assert refused == ([] if surface in MATRIX[kind].split() else [("/blocks/0/type", "not_allowed_here")])


def test_every_kind_of_block_is_in_the_matrix() -> None:
    assert of_every_kind().keys() == MATRIX.keys()
