"""Gives credentials a new secret, and tells the key server."""

from collections.abc import Iterable

from .keyserver import KeyServer
from .passwords import generate
from .store import CredentialStore


def master_key(server: KeyServer, name: str = "credstore") -> bytes:
    """The key that everything is sealed with. Raises `ValueError` when the server's key is too short."""
    key = server.fetch_key(name)
    if len(key) < 32:
        raise ValueError(f"the key {name} has {len(key)} bytes, 32 are needed")
    return key


def needs_new_seal(server: KeyServer, sealed_with: int, name: str = "credstore") -> bool:
    """Whether the server has a newer key than the one that sealed."""
    return max(server.versions(name), default=0) > sealed_with


async def rotate(store: CredentialStore, server: KeyServer, name: str, who: str) -> int:
    """A new secret for one credential; returns its version."""
    version = store.put(name, generate(20), who)
    await server.announce(name, version)
    return version


async def rotate_all(store: CredentialStore, server: KeyServer, names: Iterable[str], who: str) -> dict[str, int]:
    """A new secret for each; returns the new versions by name."""
    return {name: await rotate(store, server, name, who) for name in names}
