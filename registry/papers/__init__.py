"""Cards and papers of a person: recorded with their dates, and the image of a card under lock."""
