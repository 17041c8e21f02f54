"""Desk: what supervisors ask a commune to do about a figure (việc giao), and what becomes of the figure."""
