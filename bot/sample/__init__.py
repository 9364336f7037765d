"""A small credential store with a real test suite and a real history of faults, for the demo to run."""
