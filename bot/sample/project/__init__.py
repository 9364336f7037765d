"""The sample project as it stands at its first revision; checked out without this file."""
