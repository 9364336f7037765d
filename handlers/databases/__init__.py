"""Databases in Slack: words, the button that deletes, and the form that confirms it."""
