"""Tries the settings on a team's own history: reports with their times, on a simulated clock, in a store of its own."""
