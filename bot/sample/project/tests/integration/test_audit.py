# mypy: ignore-errors
def test_the_trail_tells_who_did_what(store, trail):
    store.put("a", "1", "ana")
    store.get("a", "luis")
    store.delete("a", "kim")
    assert trail.entries() == [("ana", "put", "a"), ("luis", "get", "a"), ("kim", "delete", "a")]


def test_the_trail_of_one_credential(store, trail):
    store.put("a", "1", "ana")
    store.put("b", "1", "ana")
    assert trail.entries("b") == [("ana", "put", "b")]


def test_a_deletion_is_in_the_trail_when_nothing_was_there(store, trail):
    store.delete("nothing", "kim")
    assert trail.entries() == [("kim", "delete", "nothing")]


def test_an_empty_trail_is_empty(trail):
    assert trail.entries() == []
