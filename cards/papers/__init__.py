"""Papers of the card desk besides the slip."""
