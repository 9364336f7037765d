"""Figures of speed and memory, printed by `make bench`; ratios within one run, for machines differ."""
