"""Who may come in with a token."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.tokens.model import Token, bearer_of, lets_in, new_token, read_token, use_is_worth_noting

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_token_is_read_back_and_its_secret_is_not_kept() -> None:
    made = new_token("ci", NOW)
    found = read_token(made.text)
    assert found is not None
    assert found[0] == made.token.id
    assert len(found[1]) == 43
    assert found[1].encode() not in made.token.secret_sha256
    assert lets_in(made.token, found[1], NOW)


def test_no_two_tokens_are_alike() -> None:
    assert len({new_token("ci", NOW).text for _ in range(100)}) == 100


@pytest.mark.parametrize("text", ["", "t12_", "t12_a_b", "T12_" + "0" * 12 + "_" + "a" * 43, "x" * 10_000, "t12_é"])
def test_other_words_are_no_token(text: str) -> None:
    assert read_token(text) is None


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "active"),
        ({"expires_at": NOW + DAY}, "active"),
        ({"expires_at": NOW}, "expired"),
        ({"revoked_at": NOW - DAY}, "revoked"),
        ({"revoked_at": NOW, "expires_at": NOW - DAY}, "revoked"),
    ],
)
def test_only_an_active_token_lets_in(changes: dict[str, datetime], state: str) -> None:
    made = new_token("ci", NOW - 2 * DAY)
    token = replace(made.token, **changes)
    assert token.state(NOW) == state
    assert lets_in(token, made.text[17:], NOW) is (state == "active")


def test_a_wrong_secret_and_an_unknown_token_do_not() -> None:
    made = new_token("ci", NOW)
    assert not lets_in(made.token, "a" * 43, NOW)
    assert not lets_in(made.token, "\ud800", NOW)
    assert not lets_in(None, made.text[17:], NOW)


@pytest.mark.parametrize(
    ("header", "text"),
    [(None, ""), ("", ""), ("Bearer", ""), ("Bearer x", "x"), ("bearer   x ", "x"), ("Basic x", ""), ("x", "")],
)
def test_the_bearer_scheme_alone_counts(header: str | None, text: str) -> None:
    assert bearer_of(header) == text


def test_use_is_noted_once_a_minute() -> None:
    token = Token("a", "ci", b"", NOW)
    assert use_is_worth_noting(token, NOW)
    assert not use_is_worth_noting(replace(token, last_used_at=NOW), NOW + timedelta(seconds=59))
    assert use_is_worth_noting(replace(token, last_used_at=NOW), NOW + timedelta(seconds=60))
