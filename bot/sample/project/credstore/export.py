"""A sealed copy of the whole store, to carry it to another machine."""

import json

from .crypto import derive_key, new_salt, seal, unseal
from .store import CredentialStore

_FORMAT = 1


def export_sealed(store: CredentialStore, password: str, who: str) -> bytes:
    """The newest version of every credential under a password of its own."""
    salt = new_salt()
    body = {"format": _FORMAT, "credentials": {name: store.get(name, who) for name in store.names()}}
    return salt + seal(derive_key(password, salt), json.dumps(body).encode("utf-8"))


def import_sealed(store: CredentialStore, copy: bytes, password: str, who: str) -> int:
    """Put every credential of a copy; returns how many. Raises `TamperedError`, `ValueError` for another format."""
    salt, sealed = copy[:16], copy[16:]
    body = json.loads(unseal(derive_key(password, salt), sealed))
    if body["format"] != _FORMAT:
        raise ValueError(f"this copy has format {body['format']}; {_FORMAT} can be read")
    for name, secret in body["credentials"].items():
        store.put(name, secret, who)
    return len(body["credentials"])
