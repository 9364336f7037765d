"""Valid payloads that together use every block type and every element; the mutants of the checker start from them."""

from __future__ import annotations

from typing import Any

from .builders import a_button, a_modal, actions, an_input, mrkdwn, plain, section

Json = dict[str, Any]


def option(value: str = "high") -> Json:
    return {"text": plain(value), "value": value}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def rich(*leaves: Json) -> Json:
    parts = list(leaves or [{"type": "text", "text": "tests/test_a.py::test_b", "style": {"code": True}}])
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


def image(**fields: Any) -> Json:
    return {"type": "image", "alt_text": "17 failures on Tue", "image_url": "https://ci.example.com/a.png"} | fields


def chart(**fields: Any) -> Json:
    points = [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 17.5}]
    inner = {
        "type": "line",
        "series": [{"name": "failures", "data": points}],
        "axis_config": {"categories": ["Mon", "Tue"], "y_label": "failures"},
    }
    return {"type": "data_visualization", "title": "Failures", "chart": inner | fields}


def pie() -> Json:
    segments = [{"label": "flaky", "value": 2}, {"label": "broken", "value": 1}]
    return {"type": "data_visualization", "title": "Causes", "chart": {"type": "pie", "segments": segments}}


def table() -> Json:
    number = {"type": "raw_number", "value": 3, "text": "3"}
    rows = [[raw("test"), raw("failures")], [rich(), number]]
    return {"type": "table", "rows": rows, "column_settings": [None, {"align": "right", "is_wrapped": True}]}


def data_table() -> Json:
    return {"type": "data_table", "caption": "Failures", "page_size": 10, "rows": [[raw("test")], [raw("test_a")]]}


def a_message() -> Json:
    """Message, typical: /blocks/0 header, 1 section, 2 actions, 3 context, 4 image, 5 rich_text, 6 table, 7 chart."""
    select = {"type": "static_select", "action_id": "severity", "options": [option()], "initial_option": option()}
    confirm = {"title": plain("Sure?"), "text": mrkdwn("Resolve *it*?"), "confirm": plain("Yes"), "deny": plain("No")}
    return {
        "channel": "C1",
        "text": "Health 93 of 100, down 2 &amp; falling",
        "blocks": [
            {"type": "header", "text": plain("Health"), "level": 2, "block_id": "head"},
            section(
                "*93* <https://ci.example.com/1|run 1> <@U1> <!date^1700000000^{date_pretty}|2023-11-14>\n> quoted",
                fields=[mrkdwn("*Failed*\n3"), plain("Passed & < > raw")],
                accessory=a_button("run.open", url="https://ci.example.com/1"),
                block_id="sum",
            ),
            actions(a_button(style="primary", confirm=confirm), select, block_id="acts"),
            {"type": "context", "elements": [mrkdwn("2 minutes ago"), plain("main"), image()]},
            image(title=plain("Trend")),
            rich(),
            table(),
            chart(),
        ],
        "metadata": {"event_type": "incident", "event_payload": {"id": 7, "at": {"x": 1}}},
        "unfurl_links": False,
    }


def pickers() -> list[Json]:
    """Every element that picks something, with what it begins with."""
    return [
        {"type": "datepicker", "action_id": "on", "initial_date": "2026-03-29", "placeholder": plain("Day")},
        {"type": "timepicker", "action_id": "at", "initial_time": "09:30", "timezone": "Europe/Madrid"},
        {"type": "datetimepicker", "action_id": "then", "initial_date_time": 1700000000},
        {"type": "overflow", "action_id": "more", "options": [option() | {"url": "https://ci.example.com"}]},
        {"type": "checkboxes", "action_id": "boxes", "options": [option()], "initial_options": [option()]},
        {"type": "radio_buttons", "action_id": "radio", "options": [option()], "initial_option": option()},
        {"type": "users_select", "action_id": "who", "initial_user": "U1"},
        {"type": "conversations_select", "action_id": "where", "filter": {"include": ["public"]}},
        {"type": "channels_select", "action_id": "channel"},
        {"type": "external_select", "action_id": "ext", "min_query_length": 0},
        {"type": "multi_users_select", "action_id": "people", "max_selected_items": 3},
        {"type": "workflow_button", "text": plain("Run"), "workflow": {"trigger": {"url": "https://slack.com/t"}}},
    ]


def an_exotic_message() -> Json:
    """Message: 0 markdown, 1 data_table, 2 pie, 3 card, 4 carousel, 5 container, 6 context_actions, 7 plan,
    8 task_card, 9 file, 10 video, 11 rich_text with every leaf, 12 actions with every picker.
    """
    card = {"type": "card", "title": mrkdwn("*Card*"), "actions": [a_button("card.open")], "icon": image()}
    feedback = {"text": plain("Good"), "value": "1"}
    task = {"type": "task_card", "task_id": "t", "title": "Do", "status": "complete", "details": rich()}
    leaves: list[Json] = [
        {"type": "text", "text": "a"},
        {"type": "link", "url": "https://ci.example.com", "text": "run"},
        {"type": "emoji", "name": "wave"},
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "date", "timestamp": 1700000000, "format": "{date}", "fallback": "2023-11-14"},
    ]
    full = rich(*leaves)
    full["elements"] += [
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [rich()["elements"][0]]},
        {"type": "rich_text_quote", "elements": leaves[:1]},
        {"type": "rich_text_preformatted", "elements": leaves[:2], "border": 1},
    ]
    return {
        "text": "All of it",
        "blocks": [
            {"type": "markdown", "text": "# Title & <raw>"},
            data_table(),
            pie(),
            card,
            {"type": "carousel", "elements": [{"type": "card", "body": plain("x")}]},
            {"type": "container", "title": plain("Box"), "child_blocks": [section()], "is_collapsible": True},
            {
                "type": "context_actions",
                "elements": [
                    {"type": "feedback_buttons", "positive_button": feedback, "negative_button": feedback},
                    {"type": "icon_button", "icon": "trash", "text": plain("Delete")},
                ],
            },
            {"type": "plan", "title": "Plan", "tasks": [task | {"status": "pending"}]},
            task,
            {"type": "file", "external_id": "x", "source": "remote"},
            {
                "type": "video",
                "title": plain("How"),
                "alt_text": "how",
                "thumbnail_url": "https://ci.example.com/a.png",
                "video_url": "https://ci.example.com/v",
            },
            full,
            actions(*pickers()),
        ],
        "attachments": [{"color": "#cc0000", "blocks": [section("old style")]}],
    }


def a_full_modal() -> Json:
    """Modal: 0 alert, 1 text, 2 number, 3 email, 4 url, 5 select, 6 multi select with groups, 7 rich text, 8 file."""
    groups = [{"label": plain("Group"), "options": [option("a"), option("b")]}]
    return a_modal(
        {"type": "alert", "text": plain("Careful"), "level": "warning"},
        an_input(element={"min_length": 2, "max_length": 200, "focus_on_load": True}, hint=plain("Be brief")),
        an_input(
            "n", element={"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
        ),
        an_input(
            "mail",
            element={
                "type": "email_text_input",
                "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
            },
            dispatch_action=True,
        ),
        an_input("link", element={"type": "url_text_input"}, optional=True),
        an_input("sev", element={"type": "static_select", "options": [option()], "placeholder": plain("Severity")}),
        an_input("many", element={"type": "multi_static_select", "option_groups": groups, "max_selected_items": 2}),
        an_input("rich", element={"type": "rich_text_input", "initial_value": rich()}),
        an_input("file", element={"type": "file_input", "filetypes": ["png"], "max_files": 2}),
        an_input("to", element={"type": "conversations_select", "response_url_enabled": True}),
        private_metadata="7",
        close=plain("Cancel"),
        notify_on_close=True,
    )


def a_full_home() -> Json:
    return {"type": "home", "blocks": [section(), actions(a_button()), image(), rich()], "private_metadata": "x"}
