"""Desk: the first page of the day, put together from the panels that the apps register."""
