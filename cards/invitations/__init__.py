"""Who must come for a card, and the letters that invite them."""
