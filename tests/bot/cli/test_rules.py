# ruff: noqa: E501 - words and tables read best on one line
"""`t12 classify` answers line for line, whatever the lines are; `t12 reclassify` applies changed rules."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.conftest import T12
from tests.builders import a_report

OWN = '[[failures.rules]]\nid = "rates-service"\ncategory = "network"\npatterns = ["RatesError: no quote"]\n'


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_is_answered_in_order_with_exactly_the_keys(t12: T12) -> None:
    texts = ["E   AssertionError: assert 1 == 2", "E   ModuleNotFoundError: No module named 'gone'", "nothing to see"]
    found = t12("classify", sent="".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert found.code == 0
    answers = lines(found.out)
    assert all(set(each) == {"category", "rule", "matched", "runner_up"} for each in answers)
    assert [each["category"] for each in answers] == ["assertion", "import_errors", "unknown"]


def test_a_file_is_read_too(t12: T12, files: Callable[..., Path]) -> None:
    files("texts.jsonl", b'\xef\xbb\xbf{"text": "E  assert 0"}\n\n  \n{"text": "E  assert 1"}')
    assert len(lines(t12("classify", "texts.jsonl").out)) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("not json", "not JSON"), ("[1]", "an object with a text"), ("{}", "an object with a text"), ('{"text": 3}', "an object with a text"),
        ('{"text": "x", "message": 3}', "`message` must be a text"), ('{"text": "x", "phase": "later"}', "`phase` is one of"),
        ("[" * 100_000, "not JSON"), ("null", "an object with a text"), ("\x00", "not JSON"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_such_object_is_answered_in_its_place(t12: T12, line: str, words: str) -> None:
    good = '{"text": "E  assert 0"}\n'
    found = t12("classify", sent=good + line + "\n" + good)
    assert found.code == 1
    first, bad, last = lines(found.out)
    assert first == last
    assert bad["category"] is None
    assert str(bad["error"]).startswith("line 2: ")
    assert words in str(bad["error"])
    assert "1 lines are no JSON object" in found.err


def test_no_line_is_no_answer(t12: T12) -> None:
    found = t12("classify", sent="")
    assert (found.code, found.out) == (0, "")


def test_a_huge_line_and_odd_bytes_are_answered(t12: T12) -> None:
    sent = json.dumps({"text": "E  x " * 200_000}).encode() + b'\n{"text": "\\ud800"}\n{"text": "\xff"}\n'
    assert len(lines(t12("classify", sent=sent).out)) == 3


def test_rules_of_the_team_come_first(t12: T12, files: Callable[..., Path]) -> None:
    files("t12.toml", OWN)
    (found,) = lines(t12("classify", sent='{"text": "E   RatesError: no quote"}').out)
    assert (found["category"], found["rule"]) == ("network", "rates-service")


def test_mistakes_in_rules_are_told_before_anything_is_read(t12: T12, files: Callable[..., Path]) -> None:
    files("t12.toml", OWN.replace('"network"', '"weather"'))
    found = t12("classify", sent='{"text": "x"}')
    assert (found.code, found.out) == (2, "")
    assert "weather" in found.err


def test_changed_rules_are_applied_to_what_is_stored_once(t12: T12, files: Callable[..., Path]) -> None:
    files("r.xml", a_report("FFP").replace(b"AssertionError: assert", b"RatesError: no quote"))
    t12("ingest", "r.xml")
    assert t12("reclassify").out.startswith("0 failures judged")
    files("t12.toml", OWN)
    assert "2 failures judged" in t12("reclassify").out
    assert t12("failures", "--format", "json").json["categories"] == {"network": 2}
    assert t12("reclassify").out.startswith("0 failures judged")
