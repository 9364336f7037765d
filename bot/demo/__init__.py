"""The demo: a local workspace, the real bot in it, reports, and a conversation to look at."""
