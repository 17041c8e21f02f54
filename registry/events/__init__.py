"""Desk: events of civil status. Birth, death, marriage, correction …: recorded with the paper, applied in one step."""
