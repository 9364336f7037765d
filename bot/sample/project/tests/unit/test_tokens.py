# mypy: ignore-errors
from datetime import UTC, datetime, timedelta

import pytest

from credstore.tokens import LIFETIME, ExpiredError, ForgedError, issue, read

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("user", ["ana", "luis mora", "金", "a.b@example.com"])
def test_a_token_speaks_for_its_user(key, user):
    assert read(issue(user, key, NOW), key, NOW).user == user


def test_a_token_knows_its_end(key):
    assert read(issue("ana", key, NOW), key, NOW).expires_at == NOW + LIFETIME


@pytest.mark.parametrize("user", ["", "  "])
def test_nobody_gets_no_token(key, user):
    with pytest.raises(ValueError, match="needs a user"):
        issue(user, key, NOW)


def test_a_token_works_until_just_before_its_end(key):
    token = issue("ana", key, NOW)
    assert read(token, key, NOW + LIFETIME - timedelta(seconds=1)).user == "ana"


def test_a_token_is_over_at_its_end(key):
    token = issue("ana", key, NOW)
    try:
        session = read(token, key, NOW + LIFETIME)
    except ExpiredError:
        session = None
    assert session is None, f"a token of {LIFETIME} still opens a session at its end"


def test_a_lifetime_can_be_chosen(key):
    token = issue("ana", key, NOW, timedelta(minutes=5))
    with pytest.raises(ExpiredError, match="ana"):
        read(token, key, NOW + timedelta(minutes=6))


@pytest.mark.parametrize("token", ["", ".", "nonsense", "bm9uc2Vuc2U=.x", "ä.ö"])
def test_nonsense_is_no_token(key, token):
    with pytest.raises(ForgedError):
        read(token, key, NOW)
