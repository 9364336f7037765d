"""The databases that tests use, against real ones."""
