"""Desk: the receipt, from its number under lock to the stored PDF."""
