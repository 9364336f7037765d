"""Are the databases that tests use healthy: sessions, locks, integrity, and test data that was left behind."""
