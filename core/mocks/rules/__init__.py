"""The rules of the mock audit: pure functions of what tests were seen to do and of what production defines."""
