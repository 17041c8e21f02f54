"""cards: the card, from the counter to the hand. Imports registry and accounts."""
