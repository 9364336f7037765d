"""An answer that is shared calls nobody but the person who shared it."""

import pytest

from handlers.messages.message import shared, uncalled
from tests.handlers.messages.corpus import CASES


@pytest.mark.parametrize("name", CASES)
def test_whoever_an_answer_names_is_not_called_when_it_is_shared(name: str) -> None:
    blocks = [*shared(CASES[name](), "U9", "luis").blocks[1:]]
    assert blocks == uncalled(blocks)


def test_people_and_user_groups_are_named_as_code_and_the_rest_stays() -> None:
    people = [{"type": "user", "user_id": "U1"}, {"type": "usergroup", "usergroup_id": "S1"}]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": people}]}
    code = {"style": {"code": True}}
    assert uncalled(block) == {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "@U1", **code}, {"type": "text", "text": "@S1", **code}],
            }
        ],
    }
