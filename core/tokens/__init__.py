"""Bearer tokens that let a CI job bring reports in."""
