"""Alembic's scripts; `core.storage.migrate` runs them."""
