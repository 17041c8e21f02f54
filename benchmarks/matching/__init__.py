"""Matching measured: invented registers with known truth, our engine and Splink on the same of them."""
