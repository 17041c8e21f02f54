"""Desk: periods that are closed, their figures as they were, and what was corrected since."""
