"""Work on the numbers of a person: cancelled and set anew, corrected, added; each with its basis."""
