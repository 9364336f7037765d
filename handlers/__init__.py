"""Slack in, Slack out: what people ask, which messages answer, and the one gateway that sends them."""
