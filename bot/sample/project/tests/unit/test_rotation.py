# mypy: ignore-errors
from unittest.mock import Mock

import pytest

from credstore.keyserver import KeyServer
from credstore.rotation import master_key, needs_new_seal


def test_the_master_key_comes_from_the_key_server():
    server = Mock(spec=KeyServer)
    server.fetch_key.return_value = bytes(32)
    assert master_key(server) == bytes(32)


def test_a_short_master_key_is_refused():
    server = Mock(spec=KeyServer)
    server.fetch_key.return_value = b"short"
    with pytest.raises(ValueError, match="32 are needed"):
        master_key(server)


def test_another_master_key_can_be_asked_for():
    server = Mock(spec=KeyServer)
    server.fetch_key.return_value = bytes(32)
    master_key(server, "other")
    server.fetch_key.assert_called_once_with("other")


@pytest.mark.parametrize(
    ("versions", "sealed_with", "expected"), [([1, 2], 2, False), ([1, 2, 3], 2, True), ([], 0, False)]
)
def test_a_newer_key_needs_a_new_seal(versions, sealed_with, expected):
    server = Mock(spec=KeyServer)
    server.versions.return_value = versions
    assert needs_new_seal(server, sealed_with) is expected
