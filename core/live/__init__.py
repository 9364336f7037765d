"""A run while it runs: which tests are at it, how far it is, what it uses; and what it had used at its end."""
