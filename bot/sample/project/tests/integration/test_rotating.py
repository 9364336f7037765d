# mypy: ignore-errors
import pytest

from credstore.keyserver import KeyServer
from credstore.rotation import rotate, rotate_all


class QuietServer(KeyServer):
    """Keeps what was announced instead of sending it."""

    def __init__(self):
        super().__init__("https://keys.invalid", "none")
        self.announced = []

    async def announce(self, name, version):
        self.announced.append((name, version))


@pytest.fixture
def server():
    return QuietServer()


async def test_rotating_gives_a_new_secret(store, server):
    store.put("a", "old", "ana")
    assert await rotate(store, server, "a", "ana") == 2
    assert store.get("a", "ana") != "old"


async def test_rotating_is_in_the_trail(store, server, trail):
    await rotate(store, server, "a", "luis")
    assert trail.entries("a") == [("luis", "put", "a")]


async def test_all_are_rotated(store, server):
    assert await rotate_all(store, server, ["a"], "ana") == {"a": 1}


async def test_rotating_nothing_announces_nothing(store, server):
    assert await rotate_all(store, server, [], "ana") == {}
    assert server.announced == []
