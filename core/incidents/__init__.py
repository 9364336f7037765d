"""Incidents: detected from test runs, acknowledged by people, escalated by the clock, closed by green runs."""
