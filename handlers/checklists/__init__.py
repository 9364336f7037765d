"""Checklists in Slack: buttons, forms and words."""
