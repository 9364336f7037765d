"""What is known about a test suite: no Slack, no web server and no scheduler in here."""
