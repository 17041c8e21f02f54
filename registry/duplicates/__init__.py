"""Desk: suspected pairs, found by a worker and decided by an officer."""
