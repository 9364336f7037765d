"""What Slack's markups look like in a terminal."""

from zoneinfo import ZoneInfo

import pytest

from bot.demo.words import Reader, leaf, mrkdwn

READER = Reader(ZoneInfo("Europe/Madrid"), lambda id_: {"U1": "Ana Ruiz"}.get(id_, id_))


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain", "plain"),
        ("*bold* and _italic_ and `code`", "bold and italic and code"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("ask <@U1> or <@U9>", "ask @Ana Ruiz or @U9"),
        ("<https://example.com|the run>", "the run"),
        ("<https://example.com>", "https://example.com"),
        ("<!date^1795504000^{date_short_pretty} at {time}|then>", "24 Nov at 08:06"),
        ("[red]no markup of Rich[/red]", "[red]no markup of Rich[/red]"),
    ],
)
def test_mrkdwn_is_shown_as_a_client_shows_it(written: str, seen: str) -> None:
    assert mrkdwn(written, READER).plain == seen


@pytest.mark.parametrize(
    ("element", "seen"),
    [
        ({"type": "text", "text": "a < b"}, "a < b"),
        ({"type": "user", "user_id": "U1"}, "@Ana Ruiz"),
        ({"type": "date", "timestamp": 1795504000, "format": "{date_num} {time}", "fallback": "x"}, "2026-11-24 08:06"),
        ({"type": "link", "url": "https://example.com"}, "https://example.com"),
        ({"type": "emoji", "name": "wave"}, ":wave:"),
        ({"type": "broadcast", "range": "here"}, "@here"),
        ({"type": "color", "value": "#fff"}, "[color]"),
    ],
)
def test_every_leaf_of_rich_text_is_shown(element: dict[str, object], seen: str) -> None:
    assert leaf(element, READER).plain == seen
