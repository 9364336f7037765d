"""The suite: fast unit tests, integration with a real file, security, and what may take its time."""
