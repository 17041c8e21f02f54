"""Handing up to the level above, and reading back what came of it."""
