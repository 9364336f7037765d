# mypy: ignore-errors
import pytest

from credstore.crypto import TamperedError
from credstore.export import export_sealed, import_sealed


def test_a_copy_brings_everything_back(store):
    store.put("a", "1", "ana")
    store.put("b", "2", "ana")
    copy = export_sealed(store, "travel", "ana")
    store.delete("a", "ana")
    assert import_sealed(store, copy, "travel", "ana") == 2
    assert store.get("a", "ana") == "1"


def test_a_copy_of_nothing_is_a_copy(store):
    assert import_sealed(store, export_sealed(store, "travel", "ana"), "travel", "ana") == 0


def test_a_copy_holds_the_newest_version(store):
    store.put("a", "old", "ana")
    store.put("a", "new", "ana")
    copy = export_sealed(store, "travel", "ana")
    store.delete("a", "ana")
    import_sealed(store, copy, "travel", "ana")
    assert store.get("a", "ana") == "new"


def test_the_wrong_password_opens_no_copy(store):
    with pytest.raises(TamperedError):
        import_sealed(store, export_sealed(store, "travel", "ana"), "wrong", "ana")


def test_a_copy_shows_no_secret(store):
    store.put("a", "very-visible", "ana")
    assert b"very-visible" not in export_sealed(store, "travel", "ana")
