# mypy: ignore-errors
import sqlite3

import pytest

from credstore.store import CredentialStore, UnknownCredentialError


def test_what_was_put_can_be_got(store):
    store.put("db/prod", "s3cret", "ana")
    assert store.get("db/prod", "ana") == "s3cret"


def test_versions_count_from_one(store):
    assert [store.put("db/prod", secret, "ana") for secret in ("a", "b", "c")] == [1, 2, 3]


def test_an_earlier_version_can_be_got(store):
    store.put("db/prod", "old", "ana")
    store.put("db/prod", "new", "ana")
    assert (store.get("db/prod", "ana", version=1), store.get("db/prod", "ana")) == ("old", "new")


def test_an_unknown_credential_is_said_to_be_unknown(store):
    with pytest.raises(UnknownCredentialError):
        store.get("nothing", "ana")


def test_an_unknown_version_is_said_to_be_unknown(store):
    store.put("db/prod", "a", "ana")
    with pytest.raises(UnknownCredentialError):
        store.get("db/prod", "ana", version=7)


@pytest.mark.parametrize(("name", "secret"), [("", "a"), ("a", ""), ("", "")])
def test_a_credential_has_a_name_and_a_secret(store, name, secret):
    with pytest.raises(ValueError, match="a name and a secret"):
        store.put(name, secret, "ana")


def test_names_are_listed_once_and_in_order(store):
    for name in ("b", "a", "b"):
        store.put(name, "x", "ana")
    assert store.names() == ["a", "b"]


def test_deleting_forgets_every_version(store):
    store.put("a", "1", "ana")
    store.put("a", "2", "ana")
    assert store.delete("a", "ana") == 2
    assert store.names() == []


def test_deleting_nothing_is_no_error(store):
    assert store.delete("nothing", "ana") == 0


def test_another_start_finds_what_was_put(store, path, key, trail):
    store.put("a", "1", "ana")
    store.close()
    again = CredentialStore(path, key, trail)
    assert again.get("a", "ana") == "1"
    again.close()


def test_a_closed_store_says_so(store):
    store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        store.names()
