"""Desk: taking an application and moving it along the table of moves."""
