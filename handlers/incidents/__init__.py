"""What people do with incidents in Slack: words, buttons and forms. Each is checked, done once, and answered."""
