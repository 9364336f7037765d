"""Renderers: one value in, one message out. Nothing here reads a clock, a setting, a database or Slack."""
