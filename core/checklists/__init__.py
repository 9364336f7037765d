"""Maintenance checklists: when each is due, what is on it, who did what, and what T12 ticks itself."""
