"""Desk: clean-up. The catalogue of rules, the scan that finds what is wrong, and the queues that officers empty."""
