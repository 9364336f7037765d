"""Test runs: how reports are read, kept and asked about."""
