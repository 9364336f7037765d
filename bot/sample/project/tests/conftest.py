# mypy: ignore-errors
"""A key, and a store in a file that is gone after the test."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from credstore.audit import AuditTrail
from credstore.crypto import derive_key
from credstore.store import CredentialStore

SALT = b"0123456789abcdef"


@pytest.fixture(scope="session")
def key() -> bytes:
    return derive_key("correct horse battery staple", SALT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "credentials.db"


@pytest.fixture
def trail(path: Path) -> Iterator[AuditTrail]:
    with closing(AuditTrail(path, durable=False)) as opened:
        yield opened


@pytest.fixture
def store(path: Path, key: bytes, trail: AuditTrail) -> Iterator[CredentialStore]:
    with closing(CredentialStore(path, key, trail, durable=False)) as opened:
        yield opened
