"""Desk: reading who did and saw what."""
