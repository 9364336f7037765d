"""What is told at a set time without being asked: the morning check, the daily and the weekly report."""
