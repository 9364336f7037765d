"""How long the tests take: baselines, regressions, trends, and what would save most."""
