"""Households: who lives together and as what; split, joined, moved, given another head, closed."""
